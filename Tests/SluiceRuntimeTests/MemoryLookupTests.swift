import SluiceColumns
import SluiceConnect
import SluicePlan
import Synchronization
import Testing

@testable import SluiceRuntime

/// A table in memory is read when the first row asks, and anew when it has become too old.
@Suite struct MemoryLookupTests {
    /// A table that has one more row for key 1 each time that it is read.
    private final class GrowingTable: ScanTable {
        private let readings = Mutex<Int>(0)

        var readingCount: Int { readings.withLock { $0 } }
        var summary: String { "growing" }

        func splits() throws -> [Split] { [Split(id: "0")] }

        func makeReader(
            columns: [ProjectedColumn],
            splits: [Split],
            context: ReaderContext
        ) throws -> any SourceReader {
            let count = readings.withLock { readings in
                readings += 1
                return readings
            }
            let rows = (1...count).map { TestRow(key: 1, sequence: Int64($0)) } + [TestRow(key: 2, sequence: -1)]
            return try MemoryScan([rows]).makeReader(columns: columns, splits: splits, context: context)
        }
    }

    private final class HandClock: RunClock {
        private let now = Mutex<Int64>(0)

        func set(millis: Int64) { now.withLock { $0 = millis * 1_000_000 } }
        func nowNanos() -> Int64 { now.withLock { $0 } }
        func park(_ parker: Parker, untilNanos deadlineNanos: Int64?) { parker.park(untilNanos: deadlineNanos) }
    }

    private let table = GrowingTable()
    private let clock = HandClock()

    private func lookup(reloadMillis: Int64?) throws -> MemoryLookup {
        let operation = LookupJoinOperation(
            tableName: "growing",
            source: .scan(table, reloadMillis: reloadMillis),
            columns: testFields.indices.map { ProjectedColumn(index: $0, type: testFields[$0].type) },
            columnNames: testFields.map(\.name),
            keys: [LookupKey(column: 0, value: .column(0))],
            nullSafe: [false],
            projections: [],
            keepsUnmatched: false
        )
        return try #require(
            MemoryLookup(operation, JobSpecification(plan: PhysicalPlan(nodes: []), batchRows: 2, clock: clock))
        )
    }

    /// The sequence numbers that are found for keys 1, 3 and 2, with the place of the key that asked.
    private func answer(_ lookup: MemoryLookup) throws -> [[Int64]] {
        let keys = Column.of([.integer(1), .integer(3), .integer(2)], DataType(.bigint))
        let rows = try MemoryLookupReader(lookup).lookUp([keys], rowCount: 3)
        return (0..<rows.askers.count).map { row in
            [Int64(rows.askers.rows[row]), Int64(rows.columns[1].value(row).integerValue ?? 0)]
        }
    }

    @Test func isReadOnceWithoutAnInterval() throws {
        let lookup = try lookup(reloadMillis: nil)
        #expect(table.readingCount == 0)
        #expect(try answer(lookup) == [[0, 1], [2, -1]])
        clock.set(millis: 1_000_000)
        #expect(try answer(lookup) == [[0, 1], [2, -1]])
        #expect(table.readingCount == 1)
    }

    @Test func isReadAnewWhenItIsOld() throws {
        let lookup = try lookup(reloadMillis: 100)
        #expect(try answer(lookup) == [[0, 1], [2, -1]])
        clock.set(millis: 99)
        #expect(try answer(lookup) == [[0, 1], [2, -1]])
        clock.set(millis: 100)
        #expect(try answer(lookup) == [[0, 1], [0, 2], [2, -1]])
        // The interval counts from the last reading.
        clock.set(millis: 199)
        #expect(try answer(lookup) == [[0, 1], [0, 2], [2, -1]])
        clock.set(millis: 5_000)
        #expect(try answer(lookup) == [[0, 1], [0, 2], [0, 3], [2, -1]])
        #expect(table.readingCount == 3)
    }
}
