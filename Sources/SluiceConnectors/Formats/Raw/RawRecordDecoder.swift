import SluiceColumns
import SluiceConnect

/// Takes each line as one value.
final class RawRecordDecoder: RecordDecoder {
    private let type: DataType
    private let columnCount: Int
    private let rules: RawRules
    private var lanes: LaneSet
    private var scratch = JSONScratch()
    private var blocks: [Arena] = []
    private var usesBlock = false
    private(set) var rowCount = 0

    init(type: DataType, columnCount: Int, rules: RawRules) {
        self.type = type
        self.columnCount = columnCount
        self.rules = rules
        lanes = LaneSet(strides: [type.lane.stride], rowCapacity: RecordStream.rowCountMax)
    }

    var badRecordCount: Int { 0 }

    func decode(_ block: RecordBlock, rowLimit: Int) throws(ConnectorError) {
        let limit = min(rowLimit, RecordStream.rowCountMax)
        let arena = block.arena
        let bytes = arena.padded
        while block.position < block.lineEnd, rowCount < limit {
            let start = block.position
            let feed = bytes.firstIndex(of: 0x0a, in: start..<block.lineEnd)
            var end = feed ?? block.lineEnd
            if feed != nil, end > start, bytes[end - 1] == 0x0d { end -= 1 }
            try store(start, end, block, bytes)
            rowCount += 1
            block.position = feed.map { $0 + 1 } ?? block.lineEnd
            block.lineNumber += 1
        }
        if usesBlock, blocks.last !== arena { blocks.append(arena) }
    }

    func takeBatch() -> Batch {
        let arenas = ArenaSet(scratch.takeUsed() + (usesBlock ? blocks : []))
        let taken = lanes.take(lane: 0, rowCount: rowCount, rowCapacity: RecordStream.rowCountMax)
        let column = Column(
            type: type,
            count: rowCount,
            values: taken.values,
            validity: taken.validity,
            arenas: type.lane == .view ? arenas : ArenaSet()
        )
        let batch = Batch(columns: [Column](repeating: column, count: columnCount), rowCount: rowCount)
        usesBlock = false
        blocks = []
        rowCount = 0
        return batch
    }

    private func store(
        _ start: Int,
        _ end: Int,
        _ block: RecordBlock,
        _ bytes: borrowing PaddedBytes
    ) throws(ConnectorError) {
        let byteCount = end - start
        switch type.logical {
        case .char, .varchar:
            let text = bytes.span(start..<end)
            if rules.charset == .utf8 && UnicodeText.isValid(text) {
                storeView(bytes.view(start, byteCount: byteCount))
            } else {
                var decoded = TextBuffer(byteCapacity: byteCount * 2)
                RawText.decode(text, rules.charset, into: &decoded)
                lanes.store(copied(decoded.bytes), lane: 0, row: rowCount)
            }
        case .binary, .varbinary, .raw: storeView(bytes.view(start, byteCount: byteCount))
        default:
            let width = type.lane.stride
            guard byteCount == width else {
                throw block.badRecord(
                    at: start,
                    line: block.lineNumber,
                    "a \(type) takes \(width) bytes, and the record has \(byteCount)"
                )
            }
            storeNumber(bits(bytes.span(start..<end)))
        }
    }

    private func storeView(_ view: StringView) {
        if !view.isInline { usesBlock = true }
        lanes.store(view, lane: 0, row: rowCount)
    }

    private func copied(_ text: Span<UInt8>) -> StringView {
        var arena = scratch.current
        if arena.capacity - arena.byteCount < text.count { arena = scratch.next(holding: text.count) }
        let start = arena.byteCount
        arena.append(text.bytes)
        return arena.view(at: start, byteCount: text.count)
    }

    private func bits(_ text: Span<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<text.count {
            word = word << 8 | UInt64(text[rules.isLittleEndian ? text.count - 1 - index : index])
        }
        return word
    }

    private func storeNumber(_ word: UInt64) {
        switch type.lane {
        case .bool: lanes.store(UInt8(word == 0 ? 0 : 1), lane: 0, row: rowCount)
        case .int8: lanes.store(Int8(truncatingIfNeeded: word), lane: 0, row: rowCount)
        case .int16: lanes.store(Int16(truncatingIfNeeded: word), lane: 0, row: rowCount)
        case .int32: lanes.store(Int32(truncatingIfNeeded: word), lane: 0, row: rowCount)
        case .float: lanes.store(Float(bitPattern: UInt32(truncatingIfNeeded: word)), lane: 0, row: rowCount)
        case .double: lanes.store(Double(bitPattern: word), lane: 0, row: rowCount)
        default: lanes.store(Int64(bitPattern: word), lane: 0, row: rowCount)
        }
    }
}
