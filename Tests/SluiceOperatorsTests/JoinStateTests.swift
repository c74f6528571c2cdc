import SluiceColumns
import SluiceKernels
import SluicePlan
import Synchronization
import Testing

@testable import SluiceOperators

/// What becomes of the rows of a join with a time to live.
@Suite struct JoinStateTests {
    static let types: [DataType] = [DataType(.bigint), DataType(.bigint)]

    private static func stage(ttlMillis: [Int64?], _ kind: JoinOperation.Kind, _ clock: ManualClock) throws
        -> RegularJoinOperator
    {
        var operation = JoinOperation(
            kind: kind,
            scope: .unbounded,
            leftKeys: [0],
            rightKeys: [0],
            nullSafe: [false]
        )
        operation.ttlMillis = ttlMillis
        return try RegularJoinOperator(
            operation,
            inputFields: [Fixture.fields(types), Fixture.fields(types)],
            outputFields: Fixture.fields(types + types),
            context: EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        )
    }

    private static func batch(_ key: Int64, _ value: Int64) -> Batch {
        Batch.of([ChangeRow([.integer(key), .integer(value)])], types)
    }

    /// Each side has its own time to live; a row that is touched lives on.
    @Test func rowsThatNobodyTouchesAreForgotten() throws {
        let clock = ManualClock()
        let stage = try Self.stage(ttlMillis: [100, nil], .inner, clock)
        let output = Collector()
        func process(_ batch: Batch, _ input: Int, atMillis millis: Int64) throws -> [Value] {
            clock.micros.store(millis * 1_000, ordering: .relaxed)
            output.clear()
            try stage.process(batch, from: input, into: Output(main: output))
            return output.rows.map { $0.values[input == 0 ? 3 : 1] }
        }
        #expect(try process(Self.batch(1, 10), 0, atMillis: 0).isEmpty)
        #expect(try process(Self.batch(1, 20), 0, atMillis: 60).isEmpty)
        #expect(try process(Self.batch(1, 1), 1, atMillis: 99) == [.integer(20), .integer(10)])
        #expect(try process(Self.batch(1, 2), 1, atMillis: 100) == [.integer(20)])
        #expect(try process(Self.batch(1, 3), 1, atMillis: 160).isEmpty)
        // A row that comes again after its time counts once.
        #expect(try process(Self.batch(1, 10), 0, atMillis: 170).count == 3)
        #expect(try process(Self.batch(1, 4), 1, atMillis: 180) == [.integer(10)])
        // The right side has none, and keeps its rows.
        #expect(try process(Self.batch(1, 30), 0, atMillis: 1_000_000).count == 4)
    }

    /// What was emitted stays; nobody is told that a row was forgotten.
    @Test func forgettingEmitsNothing() throws {
        let clock = ManualClock()
        let stage = try Self.stage(ttlMillis: [50, 50], .left, clock)
        let output = Collector()
        for step in Int64(0)..<200 {
            clock.micros.store(step * 10_000, ordering: .relaxed)
            try stage.process(Self.batch(step, step), from: 0, into: Output(main: output))
        }
        #expect(output.rows.count == 200)
        #expect(output.rows.allSatisfy { $0.kind == .insert })
        #expect(stage.rowCount < 20)
    }
}
