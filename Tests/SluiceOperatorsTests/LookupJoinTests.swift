import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// A table of rows in a list that counts how often it is asked.
final class ListLookup: LookupReader {
    private let rows: [[Value]]
    private let types: [DataType]
    private let keys: [Int]
    private(set) var requestCount = 0
    private(set) var isClosed = false

    init(_ rows: [[Value]], _ types: [DataType], keys: [Int]) {
        self.rows = rows
        self.types = types
        self.keys = keys
    }

    func lookUp(_ asked: [Column], rowCount: Int) throws -> LookupRows {
        requestCount += 1
        var askers: [Int32] = []
        var found: [[Value]] = []
        for row in 0..<rowCount {
            let key = asked.map { $0.value(row) }
            for candidate in rows where keys.map({ candidate[$0] }) == key {
                askers.append(Int32(row))
                found.append(candidate)
            }
        }
        let columns = types.indices.map { field in Column.of(found.map { $0[field] }, types[field]) }
        return LookupRows(askers: SelectionVector(askers), columns: columns)
    }

    func close() { isClosed = true }
}

/// A lookup join agrees with nested loops, whatever the batches.
@Suite struct LookupJoinTests {
    /// A key, a text key, a value; the table has the same columns.
    static let types: [DataType] = [DataType(.bigint), DataType(.string), DataType(.bigint)]

    enum Shape: CaseIterable { case oneKey, constant, nullSafe, residual, filter }

    static func operation(_ shape: Shape, keepsUnmatched: Bool) throws -> LookupJoinOperation {
        var keys = [LookupKey(column: 0, value: .column(0))]
        if shape == .constant { keys.append(LookupKey(column: 1, value: .constant(.string("x"), types[1]))) }
        if shape == .nullSafe { keys.append(LookupKey(column: 1, value: .column(1))) }
        let smaller = try Fixture.scalar("<", .column(2, types[2]), .column(4, types[2]))
        let positive = try Fixture.scalar(">", .column(2, types[2]), .literal(.integer(1), .notNull(.bigint)))
        return LookupJoinOperation(
            tableName: "t",
            source: .table(NoTable()),
            columns: types.indices.map { ProjectedColumn(index: $0, type: types[$0]) },
            columnNames: ["k", "t", "v"],
            keys: keys,
            nullSafe: keys.indices.map { shape == .nullSafe && $0 == 1 },
            predicate: shape == .filter ? positive : nil,
            projections: [.column(1, types[1]), .column(2, types[2])],
            residual: shape == .residual ? smaller : nil,
            keepsUnmatched: keepsUnmatched
        )
    }

    private struct NoTable: LookupTable {
        var summary: String { "none" }
        func makeReader(_ request: LookupRequest, columns: [ProjectedColumn], context: ReaderContext) throws
            -> any LookupReader
        { ListLookup([], LookupJoinTests.types, keys: request.keys) }
    }

    static func expected(_ left: [ChangeRow], _ table: [[Value]], _ shape: Shape, _ keepsUnmatched: Bool) -> [ChangeRow]
    {
        left.flatMap { row -> [ChangeRow] in
            let partners = table.filter { other in
                if row.values[0].isNull || row.values[0] != other[0] { return false }
                switch shape {
                case .oneKey: return true
                case .constant: return other[1] == .string("x")
                case .nullSafe: return row.values[1] == other[1]
                case .residual:
                    guard let mine = row.values[2].integerValue, let theirs = other[2].integerValue else {
                        return false
                    }
                    return mine < theirs
                case .filter: return (other[2].integerValue ?? 0) > 1
                }
            }
            if partners.isEmpty && keepsUnmatched { return [ChangeRow(row.values + [.null, .null], row.kind)] }
            return partners.map { ChangeRow(row.values + [$0[1], $0[2]], row.kind) }
        }
    }

    @Test(arguments: Shape.allCases, [false, true])
    func agreesWithNestedLoops(shape: Shape, keepsUnmatched: Bool) throws {
        for seed in UInt64(1)...3 {
            var random = SeededRandom(seed)
            let table = (0..<12).map { _ in JoinTests.values(&random) }
            let left = (0..<200).map { _ in
                ChangeRow(JoinTests.values(&random), random.once(in: 3) ? .updateBefore : .updateAfter)
            }
            let expected = Self.expected(left, table, shape, keepsUnmatched)
            for split in BatchSplit.all {
                let operation = try Self.operation(shape, keepsUnmatched: keepsUnmatched)
                let reader = ListLookup(table, Self.types, keys: operation.keys.map(\.column))
                let stage = try LookupJoinOperator(
                    operation,
                    reader: reader,
                    outputFields: Fixture.fields(Self.types + [Self.types[1], Self.types[2]]),
                    context: Fixture.context
                )
                let output = Collector()
                let batches = split.batches(left, Self.types)
                for batch in batches { try stage.process(batch, from: 0, into: Output(main: output)) }
                try stage.finish(into: Output(main: output))
                #expect(output.rows == expected, "seed \(seed), \(split)")
                #expect(reader.requestCount == batches.count)
                #expect(reader.isClosed)
            }
        }
    }
}
