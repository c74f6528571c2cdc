import SluiceColumns
import SluiceTesting

/// One row of a changelog, outside of a batch.
struct ChangeRow: Hashable {
    var values: [Value]
    var kind: RowKind = .insert

    init(_ values: [Value], _ kind: RowKind = .insert) {
        self.values = values
        self.kind = kind
    }

    /// What it adds to the number of its row in the table: 1 or -1.
    var sign: Int { kind.isAddition ? 1 : -1 }
}

/// A table that a changelog stands for: each row with how often it is there.
struct FoldedTable: Equatable {
    private(set) var counts: [[Value]: Int] = [:]
    /// Rows that were taken back without being there.
    private(set) var strays: [[Value]] = []

    init(_ rows: [ChangeRow] = []) { for row in rows { apply(row) } }

    mutating func apply(_ row: ChangeRow) {
        let count = counts[row.values, default: 0] + row.sign
        if count < 0 { strays.append(row.values) }
        counts[row.values] = count == 0 ? nil : count
    }

    /// Every row as often as it is there.
    var rows: [[Value]] { counts.flatMap { Array(repeating: $0.key, count: max(0, $0.value)) } }

    /// What differs, for the message of a failed test.
    func difference(from expected: FoldedTable) -> String {
        let keys = Set(counts.keys).union(expected.counts.keys)
        let lines = keys.compactMap { key -> String? in
            let (mine, theirs) = (counts[key] ?? 0, expected.counts[key] ?? 0)
            return mine == theirs ? nil : "\(key): is \(mine), should be \(theirs)"
        }
        return lines.sorted().prefix(8).joined(separator: "\n")
    }

    static func == (lhs: FoldedTable, rhs: FoldedTable) -> Bool { lhs.counts == rhs.counts }
}

/// How a sequence of rows is cut into batches.
enum BatchSplit: Hashable, CustomStringConvertible {
    case every(Int)
    case random(seed: UInt64)

    static let all: [BatchSplit] = [.every(1), .every(3), .every(17), .every(4_096), .random(seed: 7)]

    var description: String {
        switch self {
        case .every(let size): "every \(size)"
        case .random(let seed): "random \(seed)"
        }
    }

    func ranges(_ count: Int) -> [Range<Int>] {
        var random = SeededRandom(0)
        if case .random(let seed) = self { random = SeededRandom(seed) }
        var ranges: [Range<Int>] = []
        var start = 0
        while start < count {
            var size = Int.random(in: 1...40, using: &random)
            if case .every(let fixed) = self { size = fixed }
            ranges.append(start..<min(count, start + size))
            start += size
        }
        return ranges
    }

    /// The rows as batches of columns of `types`; insert-only batches have no kinds.
    func batches(_ rows: [ChangeRow], _ types: [DataType]) -> [Batch] {
        ranges(rows.count).map { Batch.of(Array(rows[$0]), types) }
    }
}

extension Batch {
    /// A batch of rows outside of batches.
    static func of(_ rows: [ChangeRow], _ types: [DataType]) -> Batch {
        let columns = types.indices.map { field in Column.of(rows.map { $0.values[field] }, types[field]) }
        let kinds = rows.map(\.kind)
        let isInsertOnly = kinds.allSatisfy { $0 == .insert }
        return Batch(columns: columns, rowCount: rows.count, rowKinds: isInsertOnly ? nil : RowKinds(kinds))
    }

    /// The rows outside of the batch.
    var changeRows: [ChangeRow] { (0..<rowCount).map { ChangeRow(row($0), kind($0)) } }
}
