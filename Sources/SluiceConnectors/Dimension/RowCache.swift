import SluiceColumns
import SluiceConnect

/// Rows of a file that were read last, in a fixed number of places; one shard's.
///
/// A row has one place, by its place in the file: where two of them meet, the later one stays. Rows longer than a place
/// are read each time.
struct RowCache: ~Copyable {
    private let slotByteCount: Int
    private let slotCount: Int
    /// One more than the unit of the row in each place; 0 for none.
    private var tags: GrowableLane<UInt64>
    private var bytes = GrowableLane<UInt8>()
    private var long = GrowableLane<UInt8>()

    /// Rows that were in it, and all that were asked for.
    private(set) var hitCount = 0
    private(set) var requestCount = 0

    /// Makes a cache of about `byteCount` bytes for rows of `meanByteCount`.
    init(byteCount: Int, meanByteCount: Int) {
        // A quarter more than the mean: most rows fit, and one read gets them.
        slotByteCount = min(4_096, max(64, (meanByteCount * 5 / 4 + 63) & ~63))
        slotCount = max(64, byteCount / (slotByteCount + 8))
        tags = GrowableLane(repeating: 0, count: slotCount)
        bytes.appendZeros(slotCount * slotByteCount)
    }

    /// Bytes held.
    var byteCount: Int { tags.byteCount + bytes.byteCount + long.byteCount }

    /// Adds the row at `unit` of `file` to `rows`.
    ///
    /// - Throws: `damagedDimension` where it is not what was written.
    mutating func append(
        _ unit: UInt32,
        of file: RowsFile,
        to rows: inout EncodedRowArena
    ) throws(ConnectorError) -> UInt32 {
        let slot = Int(truncatingIfNeeded: RowHash.mix(UInt64(unit)).multipliedFullWidth(by: UInt64(slotCount)).high)
        let start = slot * slotByteCount
        requestCount += 1
        if tags[slot] == UInt64(unit) + 1 {
            hitCount += 1
            let length = Int(UInt32(truncatingIfNeeded: bytes.word(at: start)))
            return rows.append(bytes.span.extracting(start + 8..<start + 8 + length))
        }
        tags[slot] = 0
        var target = bytes.mutableBytes(start..<start + slotByteCount)
        let read = try file.read(unit, into: &target)
        guard read >= 8 else { throw file.damage(unit) }
        let frame = bytes.word(at: start)
        let length = Int(UInt32(truncatingIfNeeded: frame))
        if length + 8 > slotByteCount { return try appendLong(unit, frame, length, of: file, to: &rows) }
        guard length + 8 <= read else { throw file.damage(unit) }
        let number: UInt32
        do {
            let row = bytes.span.extracting(start + 8..<start + 8 + length)
            guard RowsWriter.frame(row) == frame else { throw file.damage(unit) }
            number = rows.append(row)
        }
        tags[slot] = UInt64(unit) + 1
        return number
    }

    private mutating func appendLong(
        _ unit: UInt32,
        _ frame: UInt64,
        _ length: Int,
        of file: RowsFile,
        to rows: inout EncodedRowArena
    ) throws(ConnectorError) -> UInt32 {
        guard file.canHold(length) else { throw file.damage(unit) }
        long.truncate(to: 0)
        long.appendZeros(length + 8)
        var target = long.mutableBytes(0..<length + 8)
        guard try file.read(unit, into: &target) == length + 8 else { throw file.damage(unit) }
        let row = long.span.extracting(8..<8 + length)
        guard RowsWriter.frame(row) == frame else { throw file.damage(unit) }
        return rows.append(row)
    }
}
