import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceOperators

@Suite struct TimeQueueTests {
    /// Rows come out by time, those of one time in the order they went in, and none before its time.
    @Test(arguments: [UInt64(1), 2, 3]) func agreesWithAStableSort(seed: UInt64) {
        var random = SeededRandom(seed)
        var queue = TimeQueue()
        var model: [(micros: Int64, number: UInt32)] = []
        for step in 0..<2_000 {
            if random.once(in: 3) {
                let micros = random.number(-20...20)
                let popped = queue.popFirst(through: micros)
                // The first of the earliest is the one that has waited longest.
                let place = model.indices.min { model[$0].micros < model[$1].micros }
                let expected = place.flatMap { model[$0].micros <= micros ? $0 : nil }
                #expect(popped == expected.map { model[$0].number }, "seed \(seed), step \(step)")
                if let expected { model.remove(at: expected) }
            } else {
                let micros = random.number(-20...20)
                queue.insert(UInt32(step), at: micros)
                model.append((micros, UInt32(step)))
            }
            #expect(queue.count == model.count)
            #expect(queue.earliest == model.map(\.micros).min())
        }
    }
}
