import SluiceColumns
import SluiceConnect

/// Cuts records into fields and stores those that are wanted.
struct CSVScanner: ~Copyable {
    /// What `record` found.
    enum Step {
        case row, nothing, incomplete, bad
    }

    /// One field of the record, as it stands.
    private struct Found {
        /// Its text, without quotes.
        var start = 0
        var end = 0
        /// Where the next thing stands: a delimiter, a line end or the end.
        var next = 0
        /// Whether the text holds doubled quotes or escapes.
        var needsUnescaping = false
    }

    /// A column of the batch.
    private struct WantedColumn {
        var field: CSVField
        var type: DataType
    }

    let rules: CSVRules
    private let fields: [CSVField]
    private let columns: [WantedColumn]
    private var lanes: LaneSet
    private var builders: [ColumnBuilder]
    /// The types of the elements of what each builder makes.
    private let elementTypes: [[DataType]]
    private var pending: [Value]
    private var scratch = JSONScratch()
    private(set) var usesBlock = false
    private(set) var badFieldCount = 0
    private(set) var failureOffset = 0
    private(set) var failureReason: StaticString = ""
    /// Where the record that is bad can be left behind.
    private var resumeOffset = 0
    /// Whether the rest of a bad record's line is still to come.
    private var isLeavingRecord = false

    init(schema: [TableColumn], columns projected: [ProjectedColumn], rules: CSVRules) throws(ConnectorError) {
        var fields = [CSVField](repeating: .skipped, count: schema.count)
        var columns: [WantedColumn] = []
        var elementTypes: [[DataType]] = []
        var strides: [Int] = []
        var builders: [ColumnBuilder] = []
        for column in projected {
            var field = try CSVField(column.type, lane: strides.count)
            if field.isBuilt {
                field.lane = builders.count
                builders.append(ColumnBuilder(column.type))
                elementTypes.append(column.type.logical.childTypes)
            } else {
                strides.append(column.type.lane.stride)
            }
            fields[column.index] = field
            columns.append(WantedColumn(field: field, type: column.type))
        }
        self.rules = rules
        self.fields = fields
        self.columns = columns
        self.builders = builders
        self.elementTypes = elementTypes
        pending = [Value](repeating: .null, count: builders.count)
        lanes = LaneSet(strides: strides, rowCapacity: RecordStream.rowCountMax)
    }

    /// Reads the record at the block's position into row `row` and moves the position behind it, unless it is bad or
    /// goes on in the next block.
    mutating func record(of block: RecordBlock, row: Int, _ bytes: PaddedBytes) -> Step {
        var position = block.position
        if position >= bytes.count { return .incomplete }
        if isLeavingRecord {
            resumeOffset = position
            skipBadRecord(of: block, bytes)
            return .nothing
        }
        if block.streamOffset == 0, position == 0, bytes.word32(0) & 0xff_ffff == 0xbf_bbef {
            position = 3
            // A file of nothing but the mark is empty.
            if position >= bytes.count { return block.isLast ? finish(block, bytes) : .incomplete }
        }
        if rules.allowsComments, let step = comment(at: position, block, bytes) { return step }
        for index in pending.indices { pending[index] = .null }
        var lineCount: Int64 = 0
        var fieldIndex = 0
        while true {
            guard let found = field(at: position, isLast: block.isLast, &lineCount, bytes) else { return .incomplete }
            if found.next < 0 { return bad(row, block) }
            if fieldIndex < fields.count {
                if !store(found, fields[fieldIndex], row: row, bytes) {
                    resumeOffset = found.next
                    return bad(row, block)
                }
            } else if !isIgnorable(found, fieldIndex, bytes) {
                (failureOffset, failureReason) = (found.start, "too many fields")
                resumeOffset = found.next
                return bad(row, block)
            }
            fieldIndex += 1
            position = found.next
            if position < bytes.count, bytes[position] == rules.delimiter {
                position += 1
                continue
            }
            break
        }
        guard let end = lineEnd(position, isLast: block.isLast, bytes) else { return .incomplete }
        if fieldIndex < columns.count, !rules.ignoresParseErrors {
            (failureOffset, failureReason) = (block.position, "too few fields")
            resumeOffset = position
            return bad(row, block)
        }
        for (index, value) in pending.enumerated() { builders[index].append(value) }
        block.position = end
        block.lineNumber += lineCount + 1
        return .row
    }

    /// Leaves the record that was bad behind.
    mutating func skipBadRecord(of block: RecordBlock, _ bytes: PaddedBytes) {
        let start = max(block.position, min(resumeOffset, bytes.count))
        var position = start
        while position < bytes.count, bytes[position] != 0x0a, bytes[position] != 0x0d { position += 1 }
        let end = lineEnd(position, isLast: block.isLast, bytes) ?? position
        isLeavingRecord = end == position && !block.isLast
        for offset in block.position..<end where bytes[offset] == 0x0a { block.lineNumber += 1 }
        block.position = end
    }

    private mutating func bad(_ row: Int, _ block: RecordBlock) -> Step {
        for column in columns where !column.field.isBuilt {
            let field = column.field
            if field.storage == .view { lanes.store(StringView.empty, lane: field.lane, row: row) }
            lanes.setNull(lane: field.lane, row: row)
        }
        return .bad
    }

    /// A comment or, where comments are allowed, an empty line.
    private mutating func comment(at start: Int, _ block: RecordBlock, _ bytes: PaddedBytes) -> Step? {
        var position = start
        while bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        guard position < bytes.count else { return block.isLast ? finish(block, bytes) : .incomplete }
        let byte = bytes[position]
        guard byte == UInt8(ascii: "#") || byte == 0x0a || byte == 0x0d else { return nil }
        while position < bytes.count, bytes[position] != 0x0a, bytes[position] != 0x0d { position += 1 }
        guard let end = lineEnd(position, isLast: block.isLast, bytes) else { return .incomplete }
        block.position = end
        block.lineNumber += 1
        return .nothing
    }

    private func finish(_ block: RecordBlock, _ bytes: PaddedBytes) -> Step {
        block.position = bytes.count
        return .nothing
    }

    /// Behind the line end at `position`; nil where that is not known before more has been read.
    private func lineEnd(_ position: Int, isLast: Bool, _ bytes: PaddedBytes) -> Int? {
        if position >= bytes.count { return isLast ? bytes.count : nil }
        if bytes[position] == 0x0a { return position + 1 }
        if position + 1 >= bytes.count { return isLast ? position + 1 : nil }
        return bytes[position + 1] == 0x0a ? position + 2 : position + 1
    }

    /// A last field too many, which may be blank.
    private func isIgnorable(_ found: Found, _ index: Int, _ bytes: PaddedBytes) -> Bool {
        guard index == fields.count else { return false }
        for offset in found.start..<found.end where bytes[offset] != 0x20 && bytes[offset] != 0x09 { return false }
        return found.next >= bytes.count || bytes[found.next] != rules.delimiter
    }

    /// Finds the field at `start`; nil where it goes on in the next block, `next` -1 where it is malformed.
    private mutating func field(
        at start: Int,
        isLast: Bool,
        _ lineCount: inout Int64,
        _ bytes: PaddedBytes
    ) -> Found? {
        if let quote = rules.quote, start < bytes.count, bytes[start] == quote {
            return quotedField(from: start + 1, quote, isLast: isLast, &lineCount, bytes)
        }
        var found = Found(start: start)
        var position = start
        let escape = rules.escape ?? rules.delimiter
        while true {
            let mask = bytes.stringEndMask(position, rules.delimiter, escape)
            if mask == 0 {
                position += 16
                if position < bytes.count { continue }
                position = bytes.count
            } else {
                position += mask.trailingZeroBitCount
            }
            if position >= bytes.count {
                if !isLast { return nil }
                (found.end, found.next) = (bytes.count, bytes.count)
                return found
            }
            let byte = bytes[position]
            if byte == rules.delimiter || byte == 0x0a || byte == 0x0d {
                (found.end, found.next) = (position, position)
                return found
            }
            if byte == rules.escape {
                found.needsUnescaping = true
                position += 1
            }
            position += 1
            if position > bytes.count { position = bytes.count }
        }
    }

    private mutating func quotedField(
        from start: Int,
        _ quote: UInt8,
        isLast: Bool,
        _ lineCount: inout Int64,
        _ bytes: PaddedBytes
    ) -> Found? {
        var found = Found(start: start)
        var position = start
        while true {
            let mask = bytes.stringEndMask(position, quote, rules.escape ?? quote)
            if mask == 0 {
                position += 16
            } else {
                position += mask.trailingZeroBitCount
                if position < bytes.count {
                    let byte = bytes[position]
                    if byte == rules.escape {
                        found.needsUnescaping = true
                        position += 1
                    } else if byte == quote {
                        if position + 1 >= bytes.count, !isLast { return nil }
                        if bytes[position + 1] != quote || position + 1 >= bytes.count { break }
                        found.needsUnescaping = true
                        position += 1
                    } else if byte == 0x0a {
                        lineCount += 1
                    }
                    position += 1
                }
            }
            if position >= bytes.count {
                if !isLast { return nil }
                (failureOffset, failureReason) = (start - 1, "a quoted field without an end")
                resumeOffset = bytes.count
                found.next = -1
                return found
            }
        }
        found.end = position
        position += 1
        while bytes[position] == 0x20 || (bytes[position] == 0x09 && rules.delimiter != 0x09) { position += 1 }
        let byte = bytes[position]
        if position < bytes.count, byte != rules.delimiter, byte != 0x0a, byte != 0x0d {
            (failureOffset, failureReason) = (position, "expected a delimiter or a line end after a quoted field")
            resumeOffset = position
            found.next = -1
            return found
        }
        if position >= bytes.count, !isLast { return nil }
        found.next = position
        return found
    }

    /// Stores a field; false where it is bad and that is an error.
    private mutating func store(_ found: Found, _ field: CSVField, row: Int, _ bytes: PaddedBytes) -> Bool {
        if field.kind == .skip { return true }
        if found.needsUnescaping {
            let text = unescaped(bytes.span(found.start..<found.end))
            return store(text: text.span, viewOffset: nil, field, row: row, at: found.start, bytes)
        }
        return store(
            text: bytes.span(found.start..<found.end),
            viewOffset: found.start,
            field,
            row: row,
            at: found.start,
            bytes
        )
    }

    private mutating func store(
        text: Span<UInt8>,
        viewOffset: Int?,
        _ field: CSVField,
        row: Int,
        at offset: Int,
        _ bytes: PaddedBytes
    ) -> Bool {
        if let literal = rules.nullLiteral, FieldText.areEqual(text, literal.span) { return true }
        if field.kind == .string {
            guard UnicodeText.isValid(text) else {
                (failureOffset, failureReason) = (offset, "the text is not UTF-8")
                return false
            }
            let view: StringView
            if let viewOffset {
                view = bytes.view(viewOffset, byteCount: text.count)
                if !view.isInline { usesBlock = true }
            } else {
                view = copied(text)
            }
            lanes.store(view, lane: field.lane, row: row)
            return true
        }
        if field.isBuilt { return storeBuilt(text, field, at: offset) }
        guard storeScalar(text, field, row: row) else { return badField(at: offset) }
        return true
    }

    /// Stores a value of a scalar type; false where the text is none of it.
    private mutating func storeScalar(_ text: Span<UInt8>, _ field: CSVField, row: Int) -> Bool {
        let lane = field.lane
        switch field.kind {
        case .int64:
            guard let value = field.integer(text) else { return false }
            lanes.store(value, lane: lane, row: row)
        case .int32:
            guard let value = field.integer(text), let narrow = Int32(exactly: value) else { return false }
            lanes.store(narrow, lane: lane, row: row)
        case .double:
            guard let value = FloatText.parseJavaDouble(text) else { return false }
            lanes.store(value, lane: lane, row: row)
        default:
            guard let value = field.value(of: text) else { return false }
            store(value, field, row: row)
        }
        return true
    }

    private mutating func store(_ value: Value, _ field: CSVField, row: Int) {
        let lane = field.lane
        switch (field.storage, value) {
        case (.bool, .boolean(let value)): lanes.store(UInt8(value ? 1 : 0), lane: lane, row: row)
        case (.int8, .integer(let value)): lanes.store(Int8(truncatingIfNeeded: value), lane: lane, row: row)
        case (.int16, .integer(let value)): lanes.store(Int16(truncatingIfNeeded: value), lane: lane, row: row)
        case (.int32, .integer(let value)): lanes.store(Int32(truncatingIfNeeded: value), lane: lane, row: row)
        case (.int64, .integer(let value)): lanes.store(value, lane: lane, row: row)
        case (.int128, .wide(let value)): lanes.store(value, lane: lane, row: row)
        case (.float, .float(let value)): lanes.store(value, lane: lane, row: row)
        case (.double, .double(let value)): lanes.store(value, lane: lane, row: row)
        case (.view, .bytes(let bytes)): lanes.store(copied(bytes.span), lane: lane, row: row)
        default: break
        }
    }

    private mutating func badField(at offset: Int) -> Bool {
        badFieldCount += 1
        if rules.ignoresParseErrors { return true }
        (failureOffset, failureReason) = (offset, "the value does not fit the type of its field")
        return false
    }

    private mutating func copied(_ text: Span<UInt8>) -> StringView {
        var arena = scratch.current
        if arena.capacity - arena.byteCount < text.count { arena = scratch.next(holding: text.count) }
        let start = arena.byteCount
        arena.append(text.bytes)
        return arena.view(at: start, byteCount: text.count)
    }

    /// The text with doubled quotes made single and escapes taken out, as Jackson does.
    private func unescaped(_ text: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            var byte = text[position]
            if byte == rules.escape, position + 1 < text.count {
                position += 1
                byte = text[position]
                switch byte {
                case UInt8(ascii: "n"): byte = 0x0a
                case UInt8(ascii: "r"): byte = 0x0d
                case UInt8(ascii: "t"): byte = 0x09
                case UInt8(ascii: "0"): byte = 0
                default: break
                }
            } else if byte == rules.quote, position + 1 < text.count, text[position + 1] == byte {
                position += 1
            }
            result.append(byte)
            position += 1
        }
        return result
    }

    /// The first `rowCount` rows as columns; starts afresh.
    mutating func takeColumns(rowCount: Int, blocks: [Arena]) -> [Column] {
        let arenas = ArenaSet(scratch.takeUsed() + (usesBlock ? blocks : []))
        usesBlock = false
        var taken: [Column] = []
        for column in columns {
            let field = column.field
            if field.isBuilt {
                taken.append(builders[field.lane].finish())
                builders[field.lane] = ColumnBuilder(column.type)
                continue
            }
            let slots = lanes.take(lane: field.lane, rowCount: rowCount, rowCapacity: RecordStream.rowCountMax)
            if field.kind == .null {
                taken.append(Column(type: column.type, count: rowCount, values: nil))
            } else {
                taken.append(
                    Column(
                        type: column.type,
                        count: rowCount,
                        values: slots.values,
                        validity: slots.validity,
                        arenas: column.type.lane == .view ? arenas : ArenaSet()
                    )
                )
            }
        }
        return taken
    }
}

extension CSVScanner {
    /// Stores an ARRAY or ROW, whose elements stand between element delimiters.
    private mutating func storeBuilt(_ text: Span<UInt8>, _ field: CSVField, at offset: Int) -> Bool {
        var parts: [[UInt8]] = []
        if text.count > 0 { parts = Self.split(CSVField.array(text), rules.elementDelimiter) }
        let types = elementTypes[field.lane]
        if field.kind == .array {
            guard let values = elements(parts, of: types[0], at: offset) else { return false }
            pending[field.lane] = .array(values)
            return true
        }
        if parts.isEmpty { return true }
        if parts.count < types.count, !rules.ignoresParseErrors {
            (failureOffset, failureReason) = (offset, "too few elements for a ROW")
            return false
        }
        var values: [Value] = []
        for (index, type) in types.enumerated() {
            guard index < parts.count else {
                values.append(.null)
                continue
            }
            guard let value = elements([parts[index]], of: type, at: offset) else { return false }
            values += value
        }
        pending[field.lane] = .row(values)
        return true
    }

    private mutating func elements(_ parts: [[UInt8]], of type: DataType, at offset: Int) -> [Value]? {
        guard let element = try? CSVField(type, lane: 0) else { return nil }
        var values: [Value] = []
        for part in parts {
            if let literal = rules.nullLiteral, literal == part {
                values.append(.null)
            } else if let value = element.value(of: part.span) {
                values.append(value)
            } else {
                guard badField(at: offset) else { return nil }
                values.append(.null)
            }
        }
        return values
    }

    private static func split(_ text: [UInt8], _ delimiter: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var part: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index...].starts(with: delimiter) {
                parts.append(part)
                part = []
                index += delimiter.count
            } else {
                part.append(text[index])
                index += 1
            }
        }
        parts.append(part)
        return parts
    }
}
