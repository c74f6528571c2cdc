import SluiceColumns
import SluiceConnect
import SluiceKernels

/// Decodes lines that fall apart into named fields: cuts a block into lines, and has columns made of all of them.
///
/// Blank lines are passed over.
final class LineRecordDecoder: RecordDecoder {
    /// Where an output column comes from.
    private enum Origin {
        case field(Int)
        case error
        case line
    }

    private let table: LineTable
    private let errorRule: LineErrorRule
    private let origins: [(origin: Origin, type: DataType)]
    /// Columns of the lines so far, a part for each block.
    private var parts: [[Column]] = []
    private(set) var rowCount = 0
    private(set) var badRecordCount = 0

    private var lines = LaneSet(strides: [LogicalType.string.lane.stride], rowCapacity: RecordStream.rowCountMax)
    private var scratch = JSONScratch()
    /// Where each line begins in its block, and its number.
    private var places: [(offset: Int, number: Int64)] = []

    init(_ format: LineDecoding, schema: [TableColumn], columns: [ProjectedColumn]) throws {
        var fields: [TableColumn] = []
        origins = columns.map { column in
            if case .metadata(let key, _) = schema[column.index].role {
                return (key == LineDecoding.errorKey ? .error : .line, column.type)
            }
            fields.append(schema[column.index])
            return (.field(fields.count - 1), column.type)
        }
        // Columns that nobody wants have to be fields, too. Where rows go by what is bad in them, all their columns are
        // read, or what a query selects would decide which rows it has.
        let physical = schema.indices.filter { schema[$0].role == .physical }
        let asksForErrors = origins.contains { if case .error = $0.origin { true } else { false } }
        if format.errorRule == .skip || asksForErrors {
            let wanted = Set(columns.map(\.index))
            fields += physical.filter { !wanted.contains($0) }.map { schema[$0] }
        } else {
            _ = try format.table(physical.map { schema[$0] })
        }
        table = try format.table(fields)
        errorRule = format.errorRule
    }

    func decode(_ block: RecordBlock, rowLimit: Int) throws(ConnectorError) {
        let limit = min(rowLimit, RecordStream.rowCountMax)
        while rowCount < limit, block.position < block.lineEnd {
            let cut = takeLines(of: block, atMost: limit - rowCount)
            if cut.count > 0 { try append(cut, block) }
        }
    }

    func takeBatch() -> Batch {
        let columns = origins.indices.map { index in
            parts.isEmpty ? Column.of([], origins[index].type) : Column.concatenated(parts.map { $0[index] })
        }
        let batch = Batch(columns: columns, rowCount: rowCount)
        parts = []
        rowCount = 0
        return batch
    }

    /// The next lines of the block, without their ends.
    private func takeLines(of block: RecordBlock, atMost count: Int) -> Column {
        let arena = block.arena
        let bytes = arena.padded
        places.removeAll(keepingCapacity: true)
        while block.position < block.lineEnd, places.count < count {
            let start = block.position
            let feed = bytes.firstIndex(of: 0x0a, in: start..<block.lineEnd)
            var end = feed ?? block.lineEnd
            block.position = feed.map { $0 + 1 } ?? block.lineEnd
            block.lineNumber += 1
            if end > start, bytes[end - 1] == 0x0d { end -= 1 }
            if end == start { continue }
            let text = bytes.span(start..<end)
            let view = UnicodeText.isValid(text) ? bytes.view(start, byteCount: end - start) : repaired(text)
            lines.store(view, lane: 0, row: places.count)
            places.append((start, block.lineNumber - 1))
        }
        let taken = lines.take(lane: 0, rowCount: places.count, rowCapacity: RecordStream.rowCountMax)
        return Column(
            type: DataType(.string),
            count: places.count,
            values: taken.values,
            validity: taken.validity,
            arenas: ArenaSet([arena] + scratch.takeUsed())
        )
    }

    /// The line with what is no UTF-8 replaced by U+FFFD.
    private func repaired(_ text: Span<UInt8>) -> StringView {
        var buffer = TextBuffer(byteCapacity: text.count * 2)
        UnicodeText.repair(text, into: &buffer)
        let byteCount = buffer.count
        if scratch.current.capacity - scratch.current.byteCount < byteCount { scratch.next(holding: byteCount) }
        let arena = scratch.current
        let start = arena.byteCount
        arena.append(buffer.bytes.bytes)
        return arena.view(at: start, byteCount: byteCount)
    }

    private func append(_ lines: Column, _ block: RecordBlock) throws(ConnectorError) {
        var parsed: ParsedLines
        do {
            parsed = try table.parse(lines)
        } catch {
            throw ConnectorError(.internal, "lineFields", "\(error)")
        }
        if errorRule == .fail, let first = parsed.failures.min(by: { $0.row < $1.row }) {
            let place = places[first.row]
            throw block.badRecord(at: place.offset, line: place.number, first.reason)
        }
        var reasons: [Int: String] = [:]
        for failure in parsed.failures where reasons[failure.row] == nil { reasons[failure.row] = failure.reason }
        badRecordCount += reasons.count
        var columns = origins.map { origin, type in
            switch origin {
            case .field(let field): parsed.columns[field].retyped(type)
            case .line: lines.retyped(type)
            case .error: Self.errors(reasons, lines.count, type)
            }
        }
        var count = lines.count
        if errorRule == .skip, !reasons.isEmpty {
            let kept = SelectionVector((0..<Int32(count)).filter { reasons[Int($0)] == nil })
            columns = columns.map { $0.gathered(kept) }
            count = kept.count
        }
        if count == 0 { return }
        parts.append(columns)
        rowCount += count
    }

    private static func errors(_ reasons: [Int: String], _ rowCount: Int, _ type: DataType) -> Column {
        if reasons.isEmpty { return Column.of([Value](repeating: .null, count: rowCount), type) }
        return Column.of((0..<rowCount).map { row in reasons[row].map { .string($0) } ?? .null }, type)
    }
}
