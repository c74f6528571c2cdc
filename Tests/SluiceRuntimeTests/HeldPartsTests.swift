import SluiceColumns
import Testing

@testable import SluiceRuntime

@Suite("Small parts of batches wait for each other")
struct HeldPartsTests {
    private func column(_ values: [Int64]) -> Column {
        var lane = MutableLane<Int64>(count: values.count)
        do {
            var slots = lane.span
            for index in 0..<values.count { slots[index] = values[index] }
        }
        return Column(type: .notNull(.bigint), count: values.count, values: lane.finish())
    }

    private func part(_ values: [Int64], marks: [Int64]? = nil) -> Batch {
        Batch(
            columns: [column(values)],
            rowCount: values.count,
            runningWatermarks: marks.map { column($0) }
        )
    }

    private func values(_ batch: Batch?) -> [Int64]? {
        guard let column = batch?.columns[0] else { return nil }
        let values = column.int64s
        return (0..<values.count).map { values[$0] }
    }

    @Test("Rows travel in order once they are enough, those of each target for themselves")
    func grows() {
        var held = HeldParts(targetCount: 2, rowCountMin: 4)
        let first = held.hold(part([1, 2]), for: 0)
        let other = held.hold(part([3]), for: 1)
        let enough = held.hold(part([4, 5, 6]), for: 0)
        #expect(values(first) == nil)
        #expect(values(other) == nil)
        #expect(values(enough) == [1, 2, 4, 5, 6])
        #expect(!held.isEmpty)
        let nothing = held.take(for: 0)
        let rest = held.take(for: 1)
        #expect(values(nothing) == nil)
        #expect(values(rest) == [3])
        #expect(held.isEmpty)
        let large = held.hold(part([7, 8, 9, 10]), for: 1)
        #expect(values(large) == [7, 8, 9, 10])
    }

    @Test("Rows with and without running watermarks do not mix, and marks travel along")
    func marks() throws {
        var held = HeldParts(targetCount: 1, rowCountMin: 10)
        _ = held.hold(part([1], marks: [100]), for: 0)
        #expect(held.areMarked)
        #expect(!held.fits(part([2])))
        _ = held.hold(part([2], marks: [200]), for: 0)
        let all = held.take(for: 0)
        let marks = try #require(all?.runningWatermarks)
        #expect(marks.int64s[0] == 100)
        #expect(marks.int64s[1] == 200)
        #expect(held.fits(part([3])))
        _ = held.hold(part([3]), for: 0)
        #expect(!held.areMarked)
        #expect(!held.fits(part([4], marks: [300])))
    }

    @Test("Where batches are tiny nothing is held", arguments: [0, 1])
    func inactive(rowCountMin: Int) {
        var held = HeldParts(targetCount: 2, rowCountMin: rowCountMin)
        #expect(!held.isActive)
        let alone = held.hold(part([1]), for: 1)
        #expect(values(alone) == [1])
    }
}
