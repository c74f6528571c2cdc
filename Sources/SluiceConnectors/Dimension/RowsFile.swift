import SluiceColumns
import SluiceConnect

// SAFETY: nothing in it changes after `init`; `pread` has no place of its own, and the mapping is never written.
/// The rows of a dimension table in a file that is open.
///
/// Safe from any thread.
final class RowsFile: @unchecked Sendable {
    private let file: OpenFile
    private let mapping: MappedFile?
    private let byteCount: Int
    /// Rows.
    let rowCount: Int

    /// Opens a file of rows; `isMapped` maps it besides.
    ///
    /// - Throws: `damagedDimension`, `newerDimension`.
    init(_ file: OpenFile, identity: UInt64, isMapped: Bool) throws(ConnectorError) {
        let header = try DimensionHeader(file, .rows, identity: identity)
        guard header.sections[0].offset == DimensionHeader.byteCount, header.fields[0] <= header.sections[0].byteCount
        else { throw DimensionHeader.damage(file, "its header makes no sense") }
        self.file = file
        rowCount = Int(header.fields[0])
        byteCount = header.sections[0].byteCount
        mapping = isMapped ? try file.mapped(byteCount: DimensionHeader.byteCount + byteCount) : nil
    }

    /// Whether the file is mapped.
    var isMapped: Bool { mapping != nil }

    /// Bytes of a row and what stands in front of it, on average.
    var meanByteCount: Int { rowCount == 0 ? 0 : byteCount / rowCount }

    /// Whether a row of `length` bytes can be in the file at all.
    func canHold(_ length: Int) -> Bool { length <= byteCount - 8 }

    /// Asks the cache for the beginning of a row of a mapped file.
    func prefetch(_ unit: UInt32) { mapping?.prefetch(DimensionHeader.byteCount + Int(unit) * RowsWriter.unit) }

    /// Adds the row at `unit` of a mapped file.
    ///
    /// - Throws: `damagedDimension` where it is not what was written.
    func append(mapped unit: UInt32, to rows: inout EncodedRowArena) throws(ConnectorError) -> UInt32 {
        let place = Int(unit) * RowsWriter.unit
        guard let mapping, place <= byteCount - 8 else { throw damage(unit) }
        let start = DimensionHeader.byteCount + place
        let frame = mapping.span(of: UInt64.self, at: start, count: 1)[0]
        let length = Int(UInt32(truncatingIfNeeded: frame))
        guard length <= byteCount - place - 8 else { throw damage(unit) }
        let row = mapping.span(of: UInt8.self, at: start + 8, count: length)
        guard RowsWriter.frame(row) == frame else { throw damage(unit) }
        return rows.append(row)
    }

    /// Reads bytes from `unit` on into `target`.
    ///
    /// - Returns: how many there were; fewer where the file ends.
    func read(_ unit: UInt32, into target: inout MutableRawSpan) throws(ConnectorError) -> Int {
        try file.read(at: Int64(DimensionHeader.byteCount + Int(unit) * RowsWriter.unit), into: &target)
    }

    /// The error of a row that is not what was written; the file is made anew at the next start.
    func damage(_ unit: UInt32) -> ConnectorError {
        file.remove()
        return ConnectorError(
            .external,
            "damagedDimension",
            "\(file.name) is damaged in the row at byte \(DimensionHeader.byteCount + Int(unit) * RowsWriter.unit); it "
                + "was removed, so that the next start builds it anew"
        )
    }

    /// Hands out all rows in order, some thousand at a time, with their places.
    func forEachBlock(
        _ body: (borrowing EncodedRowArena, borrowing GrowableLane<UInt32>, borrowing GrowableLane<UInt32>)
            throws(ConnectorError) -> Void
    ) throws(ConnectorError) {
        var block = GrowableLane<UInt8>()
        block.appendZeros(1 << 20)
        var place = 0
        while place < byteCount {
            var rows = EncodedRowArena()
            var numbers = GrowableLane<UInt32>()
            var units = GrowableLane<UInt32>()
            let wanted = min(block.count, byteCount - place)
            var target = block.mutableBytes(0..<wanted)
            guard try read(UInt32(place / RowsWriter.unit), into: &target) == wanted else {
                throw damage(UInt32(place / RowsWriter.unit))
            }
            var offset = 0
            while offset + 8 <= wanted {
                let frame = block.word(at: offset)
                let length = Int(UInt32(truncatingIfNeeded: frame))
                if offset + 8 + length > wanted { break }
                let unit = UInt32(truncatingIfNeeded: (place + offset) / RowsWriter.unit)
                let row = block.span.extracting(offset + 8..<offset + 8 + length)
                guard RowsWriter.frame(row) == frame else { throw damage(unit) }
                numbers.append(rows.append(row))
                units.append(unit)
                offset = (offset + 8 + length + RowsWriter.unit - 1) & ~(RowsWriter.unit - 1)
            }
            if offset == 0 {
                // One row longer than the block.
                let length = Int(UInt32(truncatingIfNeeded: block.word(at: 0)))
                guard wanted >= 8, length <= byteCount - place - 8 else {
                    throw damage(UInt32(place / RowsWriter.unit))
                }
                block.appendZeros(max(0, length + 8 - block.count))
                continue
            }
            try body(rows, numbers, units)
            place += offset
        }
    }
}
