import SluiceColumns
import SluiceConnect

/// Decodes lines of JSON objects.
///
/// Blank lines are passed over; what follows the object on its line is not looked at; both as in Flink.
final class JSONRecordDecoder: RecordDecoder {
    private var scanner: JSONScanner
    private var blocks: [Arena] = []
    private var skippedCount = 0
    private(set) var rowCount = 0

    init(schema: [TableColumn], columns: [ProjectedColumn], rules: JSONRules) throws(ConnectorError) {
        scanner = JSONScanner(try JSONPlan(schema: schema, columns: columns), rules: rules)
    }

    var badRecordCount: Int { skippedCount + scanner.badFieldCount }

    func decode(_ block: RecordBlock, rowLimit: Int) throws(ConnectorError) {
        let limit = min(rowLimit, JSONScanner.rowCapacity)
        if block.position >= block.lineEnd || rowCount >= limit { return }
        let arena = block.arena
        while true {
            let isWhole = scanner.records(of: block, rows: &rowCount, limit: limit, arena.padded)
            if scanner.usesBlock, blocks.last !== arena { blocks.append(arena) }
            if isWhole { return }
            guard scanner.rules.ignoresParseErrors else {
                let failure = scanner.failure
                throw block.badRecord(at: failure.offset, line: block.lineNumber, "\(failure.reason)")
            }
            skippedCount += 1
            scanner.skipLine(of: block, arena.padded)
        }
    }

    func takeBatch() -> Batch {
        let columns = scanner.takeColumns(rowCount: rowCount, blocks: blocks)
        let batch = Batch(columns: columns, rowCount: rowCount)
        blocks = []
        rowCount = 0
        return batch
    }
}

extension JSONScanner {
    /// Reads records into rows from `rows` on until there are `limit` of them or the whole lines are used up.
    ///
    /// - Returns: false where the record that the block then stands at is bad; row `rows` is clean again.
    mutating func records(of block: RecordBlock, rows: inout Int, limit: Int, _ bytes: PaddedBytes) -> Bool {
        let lineEnd = block.lineEnd
        var position = block.position
        var line = block.lineNumber
        var row = rows
        var isGood = true
        marks.forget()
        while position < lineEnd, row < limit {
            let end = record(row: row, at: position, bytes)
            if end >= 0 {
                row &+= 1
                position = Self.nextLine(from: end, lineEnd, bytes)
            } else {
                let next = Self.nextLine(from: position, lineEnd, bytes)
                if !Self.isBlank(position, next, bytes) {
                    rollBack(row: row)
                    isGood = false
                    break
                }
                position = next
            }
            line &+= 1
        }
        rows = row
        block.position = position
        block.lineNumber = line
        return isGood
    }

    /// Moves to the next line.
    mutating func skipLine(of block: RecordBlock, _ bytes: PaddedBytes) {
        block.position = Self.nextLine(from: block.position, block.lineEnd, bytes)
        block.lineNumber += 1
    }

    /// Behind the line feed of the line that `offset` lies in.
    @inline(__always)
    static func nextLine(from offset: Int, _ lineEnd: Int, _ bytes: PaddedBytes) -> Int {
        if bytes[offset] == 0x0a { return offset &+ 1 }
        return bytes.firstIndex(of: 0x0a, in: min(offset, lineEnd)..<lineEnd).map { $0 + 1 } ?? lineEnd
    }

    /// Whether the line from `start` to `end` has nothing but its end.
    static func isBlank(_ start: Int, _ end: Int, _ bytes: PaddedBytes) -> Bool {
        let first = bytes[start]
        return start == end || first == 0x0a || (first == 0x0d && bytes[start + 1] == 0x0a)
    }

    /// Reads the object of one line into row `row`.
    ///
    /// Returns the offset behind its brace, or -1.
    @inline(__always)
    mutating func record(row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        if bytes[offset] == UInt8(ascii: "{"), !rules.failsOnMissingField {
            return object(0, row: row, from: offset &+ 1, bytes)
        }
        return unusualRecord(row: row, at: offset, bytes)
    }

    /// A record with blanks or a byte order mark before it, or one whose fields are counted.
    @inline(never)
    private mutating func unusualRecord(row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        let hasMark = bytes.word32(offset) & 0xff_ffff == 0xbf_bbef
        let start = Self.skipBlanks(hasMark ? offset &+ 3 : offset, bytes)
        guard bytes[start] == UInt8(ascii: "{") else { return fail(start, "expected a JSON object") }
        if rules.failsOnMissingField { return completeObject(0, row: row, from: start &+ 1, bytes) }
        return object(0, row: row, from: start &+ 1, bytes)
    }
}
