import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// MATCH_RECOGNIZE agrees with plain code, whatever the batches.
@Suite struct MatchOperatorTests {
    /// Partition, time, id, value, and a condition for each of four variables.
    static let types: [DataType] =
        [DataType(.int), .notNull(.timestamp(3)), .notNull(.int), .notNull(.bigint)]
        + Array(repeating: DataType(.boolean), count: 4)
    static let delayMicros: Int64 = 2_000_000

    struct Shape: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var variables: [(minimum: Int, maximum: Int?, isGreedy: Bool)]
        var withinMicros: Int64?
        var skip: MatchSpecification.Skip
        var ascending: Set<Int> = []
    }

    static let one: (minimum: Int, maximum: Int?, isGreedy: Bool) = (1, 1, false)
    static let shapes: [Shape] = {
        let patterns: [(String, [(minimum: Int, maximum: Int?, isGreedy: Bool)])] = [
            ("A", [one]), ("A B C", [one, one, one]), ("A B* C", [one, (0, nil, true), one]),
            ("A B*? C", [one, (0, nil, false), one]), ("A+ B", [(1, nil, true), one]),
            ("A+? B+?", [(1, nil, false), (1, nil, false)]), ("A B? C", [one, (0, 1, false), one]),
            ("A{2,3} B", [(2, 3, true), one]), ("A{2,3}? B{2} C", [(2, 3, false), (2, 2, false), one]),
            ("A B{0,2} C{0,3}? D", [one, (0, 2, true), (0, 3, false), one]),
            ("A B? C?", [one, (0, 1, false), (0, 1, false)]),
            ("A+ B{0,2}? C*?", [(1, nil, true), (0, 2, false), (0, nil, false)]),
            ("A{2,} B{1,2}?", [(2, nil, true), (1, 2, false)]),
        ]
        return patterns.flatMap { name, variables in
            [
                Shape(testDescription: "\(name), next row", variables: variables, skip: .toNextRow),
                Shape(testDescription: "\(name), past last", variables: variables, skip: .pastLastRow),
                Shape(
                    testDescription: "\(name), within, next row",
                    variables: variables,
                    withinMicros: 5_000_000,
                    skip: .toNextRow
                ),
                Shape(
                    testDescription: "\(name), within, past last, ascending",
                    variables: variables,
                    withinMicros: 7_000_000,
                    skip: .pastLastRow,
                    ascending: [0, 1, 2]
                ),
            ]
        }
    }()

    /// The condition of a variable: its column, and perhaps that its rows ascend.
    static func condition(_ variable: Int, isAscending: Bool) throws -> PatternVariable.Condition {
        guard isAscending else { return .column(4 + variable) }
        let value = types[3].nullable(true)
        let references: [MatchExpressions.Reference] = [
            .value(of: .all, fromFirst: false, offset: 0, column: 4 + variable, types[4]),
            .value(of: .variable(variable), fromFirst: false, offset: 0, column: 3, value),
            .value(of: .variable(variable), fromFirst: false, offset: 1, column: 3, value),
        ]
        let isGreater = try Fixture.scalar(">", .column(1, value), .column(2, value))
        let isFirst = try Fixture.scalar("IS NULL", .column(2, value))
        return .expression(
            MatchExpressions([.and([.column(0, types[4]), .or([isFirst, isGreater])])], references: references)
        )
    }

    static func specification(_ shape: Shape) throws -> MatchSpecification {
        let ids: [MatchExpressions.Reference] = [true, false].map {
            .value(of: .all, fromFirst: $0, offset: 0, column: 2, types[2])
        }
        return MatchSpecification(
            partitionKeys: [0],
            time: .rowtime(column: 1),
            pattern: try shape.variables.enumerated().map { index, quantifier in
                PatternVariable(
                    "V\(index)",
                    minimum: quantifier.minimum,
                    maximum: quantifier.maximum,
                    isGreedy: quantifier.isGreedy,
                    condition: try condition(index, isAscending: shape.ascending.contains(index))
                )
            },
            skip: shape.skip,
            withinMicros: shape.withinMicros,
            measures: MatchExpressions([.column(0, types[2]), .column(1, types[2])], references: ids)
        )
    }

    static func rows(_ seed: UInt64, count: Int) -> [ChangeRow] {
        var random = SeededRandom(seed)
        var now: Int64 = 1_900_000_000_000_000
        return (0..<count).map { id in
            now += random.number(0...2) * 500_000
            let time = now - (random.once(in: 4) ? random.number(0...6) * 500_000 : 0)
            let partition = random.number(0...3)
            let fits = (0..<4).map { _ -> Value in random.once(in: 9) ? .null : .boolean(random.once(in: 2)) }
            return ChangeRow(
                [
                    partition == 3 ? .null : .integer(partition), .integer(time), .integer(Int64(id)),
                    .integer(random.number(0...9)),
                ] + fits
            )
        }
    }

    static func fields(_ types: [DataType]) -> [RowField] { Fixture.fields(types) }

    static func makeOperator(_ specification: MatchSpecification) throws -> MatchOperator {
        let outputs = [types[0]] + specification.measures.expressions.map(\.type)
        return try MatchOperator(
            MatchOperation(specification),
            inputFields: fields(types),
            outputFields: fields(outputs),
            context: Fixture.context
        )
    }

    /// What comes out of rows behind a watermark.
    static func run(
        _ rows: [ChangeRow],
        _ specification: MatchSpecification,
        _ split: BatchSplit
    ) throws -> (output: Collector, stage: MatchOperator) {
        let output = Collector()
        let stage = try makeOperator(specification)
        let mark = try Fixture.scalar(
            "-",
            .column(1, types[1]),
            .literal(.integer(delayMicros / 1_000), .notNull(.intervalDayTime(IntervalDayTime(.second))))
        )
        let marks = Stage(
            try WatermarkOperator(WatermarkOperation(timeColumn: 1, expression: mark), context: Fixture.context),
            next: Stage(stage, next: output)
        )
        for batch in split.batches(rows, types) { try marks.receive(batch) }
        try marks.advance(to: Watermark.end)
        return (output, stage)
    }

    /// The rows in time, by partition and in order.
    static func partitions(_ rows: [ChangeRow], _ pattern: [PatternVariable]) -> (parts: [[ModelRow]], late: Int) {
        var parts: [Value: [ModelRow]] = [:]
        var mark = Int64.min
        var late = 0
        for row in rows {
            guard case .integer(let time) = row.values[1], case .integer(let id) = row.values[2],
                case .integer(let value) = row.values[3]
            else { continue }
            if time <= mark {
                late += 1
            } else {
                parts[row.values[0], default: []].append(
                    ModelRow(
                        id: Int(id),
                        micros: time,
                        fits: row.values[4...].map { $0 == .boolean(true) },
                        value: value
                    )
                )
            }
            mark = max(mark, time - delayMicros)
        }
        return (parts.values.map { $0.sorted { ($0.micros, $0.id) < ($1.micros, $1.id) } }, late)
    }

    @Test(arguments: shapes)
    func agreesWithPlainCode(shape: Shape) throws {
        let specification = try Self.specification(shape)
        let model = MatchModel(
            pattern: specification.pattern,
            withinMicros: shape.withinMicros,
            skipsPastLast: shape.skip == .pastLastRow,
            ascending: shape.ascending
        )
        for seed in UInt64(1)...6 {
            let rows = Self.rows(seed, count: 150)
            let (parts, late) = Self.partitions(rows, specification.pattern)
            let expected = parts.flatMap { model.matches($0) }.sorted()
            for split in BatchSplit.all {
                let (output, stage) = try Self.run(rows, specification, split)
                let found = output.rows.compactMap { row -> MatchModel.Found? in
                    guard case .integer(let first) = row.values[1], case .integer(let last) = row.values[2] else {
                        return nil
                    }
                    return MatchModel.Found(first: Int(first), last: Int(last))
                }
                #expect(found.sorted() == expected, "seed \(seed), batches of \(split)")
                #expect(stage.counters.lateRows == late)
            }
        }
    }

    /// Rows, nodes and partitions are forgotten when nothing can come of them any more.
    @Test func stateIsBounded() throws {
        let shape = Shape(
            testDescription: "bounded",
            variables: [Self.one, (1, nil, false), Self.one],
            withinMicros: 3_000_000,
            skip: .pastLastRow
        )
        let specification = try Self.specification(shape)
        let short = try Self.run(Self.rows(3, count: 2_000), specification, .every(64)).stage.stateByteCount
        // An arena lets 64 KB of removed rows gather before it moves the others; all rows would be more than 1 MB.
        let gathered = 1 << 16
        for count in [20_000, 40_000] {
            let long = try Self.run(Self.rows(3, count: count), specification, .every(64)).stage.stateByteCount
            #expect(long <= short * 2 + gathered, "\(long) bytes after \(count) rows, \(short) after 2,000")
        }
    }

    /// A match that an earlier one held up bears the time at which the earlier one became too old.
    @Test func matchesSetFreeByTimeBearItsEnd() throws {
        var specification = try Self.specification(
            Shape(testDescription: "", variables: [Self.one, (0, nil, false), Self.one], skip: .toNextRow)
        )
        specification.withinMicros = 4_000_000
        let time = DataType(.timestamp(3), nullable: false, timeAttribute: .rowtime)
        specification.measures.references.append(.rowtime(time))
        specification.measures.expressions.append(.column(2, time))
        let value = Self.types[3].nullable(true)
        specification.pattern[2].condition = .expression(
            MatchExpressions(
                [try Fixture.scalar(">", .column(0, value), .column(1, value))],
                references: [2, 0].map {
                    .value(of: .variable($0), fromFirst: false, offset: 0, column: 3, value)
                }
            )
        )
        func row(_ id: Int64, _ seconds: Int64, _ value: Int64, isFirst: Bool = false) -> ChangeRow {
            ChangeRow(
                [.integer(1), .integer(seconds * 1_000_000), .integer(id), .integer(value)]
                    + [isFirst, true, false, false].map { .boolean($0) }
            )
        }
        // Row 0 waits for a greater value, which does not come; rows 1 and 2 are a match that it holds up until
        // four seconds have passed.
        let rows = [row(0, 1, 9, isFirst: true), row(1, 2, 0, isFirst: true), row(2, 3, 5), row(3, 20, 0)]
        for split in BatchSplit.all {
            let (output, _) = try Self.run(rows, specification, split)
            #expect(
                output.rows.map { $0.values[1...3].map { $0 } } == [[.integer(1), .integer(2), .integer(5_000_000)]]
            )
        }
    }

    @Test func skippingToTheFirstRowFails() throws {
        let specification = try Self.specification(
            Shape(testDescription: "", variables: [Self.one, (0, 1, false), Self.one], skip: .toFirst(0))
        )
        let missing = try Self.specification(
            Shape(testDescription: "", variables: [Self.one, (0, 1, false), Self.one], skip: .toLast(1))
        )
        let rows = [3, 4].map { id in
            ChangeRow(
                [.integer(1), .integer(id * 1_000_000), .integer(id), .integer(0)]
                    + [true, false, true, false].map { .boolean($0) }
            )
        }
        for failing in [specification, missing] {
            #expect(throws: RuntimeError.self) { _ = try Self.run(rows, failing, .every(1)) }
        }
    }
}
