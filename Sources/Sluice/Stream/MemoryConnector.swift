import SluiceColumns
import SluiceConnect

/// A table of rows that the program holds: the connector behind `StreamBuilder.source(rows:)`.
enum MemoryConnector {
    /// A connector named `name` whose only table has these rows.
    static func descriptor(_ name: String, fields: [RowField], rows: [[Value]], splitCount: Int) -> ConnectorDescriptor
    {
        let scan = MemoryScan(fields: fields, rows: rows, splitCount: max(1, min(splitCount, max(1, rows.count))))
        return ConnectorDescriptor(
            name: name,
            summary: "Rows that the program holds.",
            options: [],
            example: "",
            makeScan: { _, _ in scan }
        )
    }
}

/// Rows in memory, cut into splits of consecutive rows.
struct MemoryScan: ScanTable {
    let fields: [RowField]
    let rows: [[Value]]
    let splitCount: Int

    var summary: String { "rows in memory: \(rows.count)" }

    func splits() throws -> [Split] { (0..<splitCount).map { Split(id: String($0)) } }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        let parts = splits.map { split in
            let part = Int(split.id) ?? 0
            let range = rows.count * part / splitCount..<rows.count * (part + 1) / splitCount
            let start = Int(split.start?.position ?? 0)
            return MemoryReader.Part(
                id: split.id,
                first: range.lowerBound,
                next: range.lowerBound + start,
                end: range.upperBound
            )
        }
        let projections = columns.map { column in
            MemoryReader.Projection(
                index: column.index,
                type: column.type,
                shape: RowShape(from: fields[column.index].type, to: column.type)
            )
        }
        return MemoryReader(rows: rows, projections: projections, parts: parts)
    }
}

/// Which fields of a ROW, at any depth of ROWs, are left of a value.
indirect enum RowShape: Sendable {
    case whole
    case fields([(index: Int, shape: RowShape)])

    /// What leads from values of one type to those of another, which is the same with fields left out.
    init(from full: DataType, to pruned: DataType) {
        guard full.logical != pruned.logical, case .row(let all) = full.logical, case .row(let kept) = pruned.logical
        else {
            self = .whole
            return
        }
        self = .fields(
            kept.compactMap { field in
                all.firstIndex { $0.name == field.name }.map { ($0, RowShape(from: all[$0].type, to: field.type)) }
            }
        )
    }

    /// The value with only the fields of this shape.
    func apply(_ value: Value) -> Value {
        guard case .fields(let fields) = self, case .row(let values) = value else { return value }
        return .row(fields.map { $0.shape.apply(values[$0.index]) })
    }
}

/// Reads rows in memory, one split after the other.
final class MemoryReader: SourceReader {
    /// The rest of a split.
    struct Part {
        let id: String
        let first: Int
        var next: Int
        let end: Int
    }
    /// One column that is wanted.
    struct Projection {
        let index: Int
        let type: DataType
        let shape: RowShape
    }

    private let rows: [[Value]]
    private let projections: [Projection]
    private var parts: [Part]
    private var part = 0

    init(rows: [[Value]], projections: [Projection], parts: [Part]) {
        self.rows = rows
        self.projections = projections
        self.parts = parts
    }

    func poll(rowLimit: Int) throws -> SourcePoll {
        while part < parts.count && parts[part].next == parts[part].end { part += 1 }
        guard part < parts.count else { return .end }
        let range = parts[part].next..<min(parts[part].end, parts[part].next + rowLimit)
        parts[part].next = range.upperBound
        let columns = projections.map { projection in
            var builder = ColumnBuilder(projection.type, capacity: range.count)
            for row in range { builder.append(projection.shape.apply(rows[row][projection.index])) }
            return builder.finish()
        }
        return .batch(Batch(columns: columns, rowCount: range.count))
    }

    var offsets: [Split] {
        parts.map { Split(id: $0.id, start: SplitOffset(Int64($0.next - $0.first))) }
    }

    func close() {}
}
