import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// A join as plain code over two tables.
struct NaiveJoin {
    let operation: JoinOperation
    let leftWidth: Int
    let rightWidth: Int
    /// Whether column 2 of the left has to be below column 2 of the right.
    let hasResidual: Bool

    private func matches(_ left: [Value], _ right: [Value]) -> Bool {
        for (position, (leftKey, rightKey)) in zip(operation.leftKeys, operation.rightKeys).enumerated() {
            let (lhs, rhs) = (left[leftKey], right[rightKey])
            if lhs != rhs || (lhs.isNull && !operation.nullSafe[position]) { return false }
        }
        guard hasResidual else { return true }
        guard let lhs = left[2].integerValue, let rhs = right[2].integerValue else { return false }
        return lhs < rhs
    }

    func result(_ left: [[Value]], _ right: [[Value]]) -> FoldedTable {
        let noLeft = [Value](repeating: .null, count: leftWidth)
        let noRight = [Value](repeating: .null, count: rightWidth)
        var rows: [[Value]] = []
        for row in left {
            let partners = right.filter { matches(row, $0) }
            switch operation.kind {
            case .semi: if !partners.isEmpty { rows.append(row) }
            case .anti: if partners.isEmpty { rows.append(row) }
            default:
                rows += partners.map { row + $0 }
                if partners.isEmpty && [.left, .full].contains(operation.kind) { rows.append(row + noRight) }
            }
        }
        if [.right, .full].contains(operation.kind) {
            rows += right.filter { row in !left.contains { matches($0, row) } }.map { noLeft + $0 }
        }
        return FoldedTable(rows.map { ChangeRow($0) })
    }
}

/// Joins agree with nested loops over the folded inputs after every batch.
@Suite struct JoinTests {
    /// Two keys, a value; for window joins the window's end.
    static let types: [DataType] = [DataType(.bigint), DataType(.string), DataType(.bigint)]
    static let kinds: [JoinOperation.Kind] = [.inner, .left, .right, .full, .semi, .anti]

    enum Shape: CaseIterable { case oneKey, twoKeys, nullSafe, residual }

    static func operation(
        _ kind: JoinOperation.Kind,
        _ shape: Shape,
        scope: JoinOperation.Scope = .unbounded,
        width: Int = 3
    ) throws -> JoinOperation {
        let residual = try Fixture.scalar("<", .column(2, types[2]), .column(width + 2, types[2]))
        var keys = shape == .twoKeys || shape == .nullSafe ? [0, 1] : [0]
        var nullSafe = shape == .nullSafe ? [true, false] : keys.map { _ in false }
        if case .window(let end, _, _) = scope {
            keys.append(end)
            nullSafe.append(false)
        }
        return JoinOperation(
            kind: kind,
            scope: scope,
            leftKeys: keys,
            rightKeys: keys,
            nullSafe: nullSafe,
            residual: shape == .residual ? residual : nil
        )
    }

    static func outputTypes(_ kind: JoinOperation.Kind, _ types: [DataType]) -> [DataType] {
        kind == .semi || kind == .anti ? types : types + types
    }

    static func values(_ random: inout SeededRandom) -> [Value] {
        [
            random.once(in: 6) ? .null : .integer(random.number(0...3)),
            random.once(in: 6) ? .null : .string(random.once(in: 2) ? "x" : "a text that is longer than a view"),
            random.once(in: 5) ? .null : .integer(random.number(0...3)),
        ]
    }

    @Test(arguments: kinds, Shape.allCases)
    func regularJoinAgreesWithNestedLoops(kind: JoinOperation.Kind, shape: Shape) throws {
        var operation = try Self.operation(kind, shape)
        let model = NaiveJoin(operation: operation, leftWidth: 3, rightWidth: 3, hasResidual: shape == .residual)
        let runs = [
            (UInt64(1), 1, [true, true]), (2, 5, [true, true]), (3, 25, [true, true]),
            (4, 25, [false, true]), (5, 25, [true, false]), (6, 5, [false, false]),
        ]
        for (seed, sizeMax, takesBack) in runs {
            operation.takesBack = takesBack
            var random = SeededRandom(seed)
            let stage = try RegularJoinOperator(
                operation,
                inputFields: [Fixture.fields(Self.types), Fixture.fields(Self.types)],
                outputFields: Fixture.fields(Self.outputTypes(kind, Self.types)),
                context: Fixture.context
            )
            let output = Collector()
            var live: [[[Value]]] = [[], []]
            var result = FoldedTable()
            for step in 0..<60 {
                let input = Int.random(in: 0...1, using: &random)
                let count = Int.random(in: 1...sizeMax, using: &random)
                let rows = Self.changes(&live[input], count, takesBack: takesBack[input], &random)
                try stage.process(Batch.of(rows, Self.types), from: input, into: Output(main: output))
                for row in output.rows { result.apply(row) }
                output.clear()
                let expected = model.result(live[0], live[1])
                #expect(
                    result == expected,
                    "seed \(seed), step \(step):\n\(result.difference(from: expected))"
                )
                #expect(result.strays.isEmpty, "seed \(seed), step \(step): takes back what is not there")
                if result != expected { return }
            }
        }
    }

    /// Random additions to `live`, and retractions from it where there are any.
    private static func changes(
        _ live: inout [[Value]],
        _ count: Int,
        takesBack: Bool,
        _ random: inout SeededRandom
    ) -> [ChangeRow] {
        (0..<count).map { _ in
            if takesBack && !live.isEmpty && Int.random(in: 0..<100, using: &random) < 45 {
                return ChangeRow(live.remove(at: Int.random(in: live.indices, using: &random)), .updateBefore)
            }
            live.append(values(&random))
            return ChangeRow(live[live.count - 1], .updateAfter)
        }
    }

    /// The new form of a row comes in the batch that takes the old one back: nobody is without a partner in between.
    @Test(arguments: kinds)
    func updateOfThePartnerPadsNothing(kind: JoinOperation.Kind) throws {
        let stage = try RegularJoinOperator(
            try Self.operation(kind, .oneKey),
            inputFields: [Fixture.fields(Self.types), Fixture.fields(Self.types)],
            outputFields: Fixture.fields(Self.outputTypes(kind, Self.types)),
            context: Fixture.context
        )
        let output = Collector()
        func row(_ value: Int64) -> [Value] { [.integer(1), .string("x"), .integer(value)] }
        let both = Self.outputTypes(kind, Self.types).count == 6
        for (input, rows) in [
            (0, [ChangeRow(row(0))]), (1, [ChangeRow(row(1))]),
            (1, [ChangeRow(row(1), .updateBefore), ChangeRow(row(2), .updateAfter)]),
            (1, [ChangeRow(row(2), .delete)]),
        ] {
            output.clear()
            try stage.process(Batch.of(rows, Self.types), from: input, into: Output(main: output))
            // What one batch gives leaves in one batch.
            #expect(output.batches.count <= 1)
            guard rows.count == 2 else { continue }
            let old = ChangeRow(row(0) + row(1), .updateBefore)
            #expect(output.rows == (both ? [old, ChangeRow(row(0) + row(2), .updateAfter)] : []), "\(kind)")
        }
        #expect(output.rows.count == [.inner: 1, .semi: 1, .anti: 1, .left: 2, .full: 2, .right: 1][kind])
    }

    /// Rows that lose their last partner for good, and such that find another one, in one batch of changes.
    @Test func paddedRowsOnlyAppearForThoseWithoutAnyPartner() throws {
        let stage = try RegularJoinOperator(
            try Self.operation(.left, .residual),
            inputFields: [Fixture.fields(Self.types), Fixture.fields(Self.types)],
            outputFields: Fixture.fields(Self.types + Self.types),
            context: Fixture.context
        )
        let output = Collector()
        func row(_ value: Int64) -> [Value] { [.integer(1), .string("x"), .integer(value)] }
        let left = (0..<3).map { ChangeRow(row($0)) }
        try stage.process(Batch.of(left, Self.types), from: 0, into: Output(main: output))
        try stage.process(Batch.of([ChangeRow(row(3))], Self.types), from: 1, into: Output(main: output))
        output.clear()
        // Of 0, 1 and 2 the first two are below 2, and the last one is not.
        let update = [ChangeRow(row(3), .updateBefore), ChangeRow(row(2), .updateAfter)]
        try stage.process(Batch.of(update, Self.types), from: 1, into: Output(main: output))
        let none: [Value] = [.null, .null, .null]
        let padded = output.rows.filter { $0.values.suffix(3) == none[...] }
        #expect(padded == [ChangeRow(row(2) + none)])
        #expect(output.rows.count == 6)
    }

    @Test(arguments: kinds, Shape.allCases)
    func windowJoinAgreesWithNestedLoops(kind: JoinOperation.Kind, shape: Shape) throws {
        let types = Self.types + [.notNull(.timestamp(3))]
        let operation = try Self.operation(kind, shape, scope: .window(leftEnd: 3, rightEnd: 3), width: 4)
        let model = NaiveJoin(operation: operation, leftWidth: 4, rightWidth: 4, hasResidual: shape == .residual)
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed)
            let stage = try WindowJoinOperator(
                operation,
                inputFields: [Fixture.fields(types), Fixture.fields(types)],
                outputFields: Fixture.fields(Self.outputTypes(kind, types)),
                context: Fixture.context
            )
            let output = Collector()
            var kept: [[[Value]]] = [[], []]
            var watermark = Int64.min
            var lateCount = 0
            for _ in 0..<60 {
                if random.once(in: 5) {
                    watermark = max(watermark, random.number(-5...40) * 1_000_000)
                    try stage.advance(to: Watermark(micros: watermark), into: Output(main: output))
                    let fired = kept.map { rows in rows.filter { Self.end($0) - 1_000 <= watermark } }
                    let expected = model.result(fired[0], fired[1])
                    #expect(
                        output.table == expected,
                        "seed \(seed):\n\(output.table.difference(from: expected))"
                    )
                    continue
                }
                let input = Int.random(in: 0...1, using: &random)
                let rows = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                    ChangeRow(Self.values(&random) + [.integer(random.number(-1...4) * 10_000_000)])
                }
                for row in rows {
                    if watermark != .min && Self.end(row.values) - 1_000 <= watermark {
                        lateCount += 1
                    } else {
                        kept[input].append(row.values)
                    }
                }
                try stage.process(Batch.of(rows, types), from: input, into: Output(main: output))
            }
            try stage.advance(to: .end, into: Output(main: output))
            let expected = model.result(kept[0], kept[1])
            #expect(output.table == expected, "seed \(seed):\n\(output.table.difference(from: expected))")
            #expect(stage.counters.lateRows == lateCount)
        }
    }

    /// A window over TIMESTAMP_LTZ ends in local time, two hours ahead of the watermark here, behind it or level.
    @Test(arguments: [("GMT+02:00", -7_200), ("GMT-08:00", 28_800), ("UTC", 0)] as [(String, Int64)])
    func windowsOfAZoneFireAtTheirEndThere(zone: String, seconds: Int64) throws {
        let types = Self.types + [.notNull(.timestamp(3))]
        let scope = JoinOperation.Scope.window(leftEnd: 3, rightEnd: 3, timeZone: zone)
        let stage = try WindowJoinOperator(
            try Self.operation(.inner, .oneKey, scope: scope, width: 4),
            inputFields: [Fixture.fields(types), Fixture.fields(types)],
            outputFields: Fixture.fields(types + types),
            context: Fixture.context
        )
        let output = Collector()
        let localEnd: Int64 = 100_000 * 1_000_000
        let end = localEnd + seconds * 1_000_000
        let row = ChangeRow([.integer(1), .string("x"), .integer(1), .integer(localEnd)])
        let batch = Batch.of([row], types)
        try stage.process(batch, from: 0, into: Output(main: output))
        try stage.process(batch, from: 1, into: Output(main: output))
        try stage.advance(to: Watermark(micros: end - 1_001), into: Output(main: output))
        #expect(output.rows.isEmpty)
        try stage.process(batch, from: 1, into: Output(main: output))
        #expect(stage.counters.lateRows == 0)
        try stage.advance(to: Watermark(micros: end - 1_000), into: Output(main: output))
        #expect(output.rows.count == 2)
        try stage.process(batch, from: 0, into: Output(main: output))
        #expect(stage.counters.lateRows == 1)
    }

    private static func end(_ row: [Value]) -> Int64 {
        if case .integer(let micros) = row[3] { return micros }
        return 0
    }
}
