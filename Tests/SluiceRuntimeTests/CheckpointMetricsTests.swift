import SluiceTesting
import Testing

@testable import SluiceRuntime

@Suite("Durations in buckets")
struct CheckpointMetricsTests {
    @Test("What is read is not less than what was added, and an eighth more at most", arguments: [0.5, 0.9, 0.99, 1])
    func quantilesAreNear(fraction: Double) {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed)
            var histogram = DurationHistogram()
            var model: [Int64] = []
            for _ in 0..<Int.random(in: 1...300, using: &random) {
                let nanos = Int64.random(in: 0...(1 << Int64.random(in: 0...50, using: &random)), using: &random)
                histogram.add(nanos: nanos)
                model.append(nanos)
            }
            model.sort()
            let exact = model[max(1, Int((Double(model.count) * fraction).rounded(.up))) - 1]
            let read = histogram.quantileNanos(fraction)
            #expect(read >= exact && read <= exact + exact / 8, "seed \(seed): \(read) for \(exact)")
            #expect(histogram.maxNanos == model.last && histogram.totalNanos == model.reduce(0, +))
            #expect(histogram.count == model.count)
        }
    }

    @Test("Neither a negative nor the greatest duration breaks it")
    func ends() {
        var histogram = DurationHistogram()
        #expect(histogram.quantileNanos(0.99) == 0)
        histogram.add(nanos: -5)
        #expect(histogram.quantileNanos(1) == 0 && histogram.count == 1)
        histogram.add(nanos: .max)
        #expect(histogram.quantileNanos(1) == .max)
    }
}
