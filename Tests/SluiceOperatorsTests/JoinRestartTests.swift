import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// Joins go on from what they stored as if they had never stopped.
@Suite struct JoinRestartTests {
    /// Random additions and retractions of both inputs.
    private static func changes(_ random: inout SeededRandom, count: Int) -> [RestartDriver.Step] {
        var live: [[[Value]]] = [[], []]
        return (0..<count).map { _ in
            let input = Int.random(in: 0...1, using: &random)
            let rows = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                if !live[input].isEmpty, Int.random(in: 0..<100, using: &random) < 45 {
                    let index = Int.random(in: live[input].indices, using: &random)
                    return ChangeRow(live[input].remove(at: index), .updateBefore)
                }
                live[input].append(JoinTests.values(&random))
                return ChangeRow(live[input][live[input].count - 1], .updateAfter)
            }
            return .rows(Batch.of(rows, JoinTests.types), input: input)
        }
    }

    private static func regular(_ operation: JoinOperation, _ context: EvaluationContext) throws -> RegularJoinOperator
    {
        try RegularJoinOperator(
            operation,
            inputFields: [Fixture.fields(JoinTests.types), Fixture.fields(JoinTests.types)],
            outputFields: Fixture.fields(JoinTests.outputTypes(operation.kind, JoinTests.types)),
            context: context
        )
    }

    @Test(arguments: JoinTests.kinds, JoinTests.Shape.allCases)
    func regularJoin(kind: JoinOperation.Kind, shape: JoinTests.Shape) throws {
        let operation = try JoinTests.operation(kind, shape)
        let driver = RestartDriver(dealing: [operation.leftKeys, operation.rightKeys]) {
            try Self.regular(operation, Fixture.context)
        }
        for seed in UInt64(1)...3 {
            var random = SeededRandom(seed)
            try driver.check(Self.changes(&random, count: 50), seed: seed)
        }
    }

    /// How long a row has lain untouched is known after a restart.
    @Test(arguments: [JoinOperation.Kind.inner, .left])
    func regularJoinWithTimeToLive(kind: JoinOperation.Kind) throws {
        let clock = ManualClock()
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        var operation = try JoinTests.operation(kind, .oneKey)
        operation.ttlMillis = [100, 60]
        let driver = RestartDriver(dealing: [operation.leftKeys, operation.rightKeys], clock: clock) { [operation] in
            try Self.regular(operation, context)
        }
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed)
            var nowMicros: Int64 = 0
            let steps = (0..<60).flatMap { _ -> [RestartDriver.Step] in
                nowMicros += random.number(0...30) * 1_000
                let rows = [ChangeRow(JoinTests.values(&random)), ChangeRow(JoinTests.values(&random))]
                let batch = Batch.of(rows, JoinTests.types)
                return [.clock(nowMicros), .rows(batch, input: Int.random(in: 0...1, using: &random))]
            }
            try driver.check(steps, seed: seed)
        }
    }

    @Test(arguments: IntervalJoinTests.kinds, IntervalJoinTests.bounds)
    func intervalJoin(kind: JoinOperation.Kind, bounds: [Int64]) throws {
        for seed in UInt64(1)...2 {
            let operation = try IntervalJoinTests.operation(kind, bounds, hasResidual: seed == 2)
            var random = SeededRandom(seed)
            let rows = (0..<150).map { step in
                (
                    input: Int(random.number(0...1)),
                    row: ChangeRow(IntervalJoinTests.values(&random, from: Int64(step) * 2))
                )
            }
            let types = [IntervalJoinTests.types, IntervalJoinTests.types]
            let steps = RestartDriver.steps(rows, types: types, time: [2, 2], delayMicros: 6_000, &random)
            let driver = RestartDriver(dealing: [[0], [0]]) { try IntervalJoinTests.stage(operation) }
            try driver.check(steps, seed: seed)
        }
    }

    @Test(arguments: [false, true], [false, true])
    func temporalJoin(keepsUnmatched: Bool, hasResidual: Bool) throws {
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed)
            let rows = (0..<200).map { step in
                let input = Int(random.number(0...1))
                let kinds: [RowKind] = input == 0 ? [.insert] : [.insert, .updateAfter, .updateBefore, .delete]
                let values = TemporalJoinTests.values(&random, from: Int64(step) * 2_000)
                return (input: input, row: ChangeRow(values, kinds[Int(random.number(0...Int64(kinds.count - 1)))]))
            }
            let types = [TemporalJoinTests.types, TemporalJoinTests.types]
            let steps = RestartDriver.steps(rows, types: types, time: [2, 2], delayMicros: 10_000, &random)
            let driver = RestartDriver(dealing: [[0], [0]]) {
                try TemporalJoinTests.stage(keepsUnmatched: keepsUnmatched, hasResidual: hasResidual)
            }
            try driver.check(steps, seed: seed)
        }
    }

    @Test(arguments: JoinTests.kinds, JoinTests.Shape.allCases)
    func windowJoin(kind: JoinOperation.Kind, shape: JoinTests.Shape) throws {
        let types = JoinTests.types + [.notNull(.timestamp(3))]
        let operation = try JoinTests.operation(kind, shape, scope: .window(leftEnd: 3, rightEnd: 3), width: 4)
        for seed in UInt64(1)...2 {
            var random = SeededRandom(seed)
            let rows = (0..<120).map { step in
                let end = (Int64(step) / 20 + random.number(0...2)) * 10_000_000
                return (input: Int(random.number(0...1)), row: ChangeRow(JoinTests.values(&random) + [.integer(end)]))
            }
            let steps = RestartDriver.steps(
                rows,
                types: [types, types],
                time: [3, 3],
                delayMicros: 25_000_000,
                &random
            )
            let driver = RestartDriver(dealing: [operation.leftKeys, operation.rightKeys]) {
                try WindowJoinOperator(
                    operation,
                    inputFields: [Fixture.fields(types), Fixture.fields(types)],
                    outputFields: Fixture.fields(JoinTests.outputTypes(kind, types)),
                    context: Fixture.context
                )
            }
            try driver.check(steps, seed: seed)
        }
    }
}
