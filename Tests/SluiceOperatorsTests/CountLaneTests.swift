import SluiceTesting
import Testing

@testable import SluiceOperators

/// Counts come back as they were put in, whether they fit the lane or not.
@Suite struct CountLaneTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func agreesWithAnArray(seed: UInt64) {
        var random = SeededRandom(seed)
        var lane = CountLane<UInt8>()
        #expect(lane[3] == 0)
        lane.resize(to: 20)
        var model = [Int64](repeating: 0, count: 20)
        let values: [Int64] = [0, 1, 2, 253, 254, 255, 256, 70_000, .max, -1, .min]
        for _ in 0..<500 {
            let place = Int.random(in: 0..<20, using: &random)
            let value = values[Int.random(in: values.indices, using: &random)]
            lane[place] = value
            model[place] = value
            #expect((0..<20).map { lane[$0] } == model, "seed \(seed)")
        }
    }
}
