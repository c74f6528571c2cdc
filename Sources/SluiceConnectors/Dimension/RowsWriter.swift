import SluiceColumns
import SluiceConnect

/// Writes the file of rows of a dimension table.
///
/// A row is a word with its byte count and, above, 32 bits of its checksum, then its bytes (`EncodedRows`), and zeros
/// up to a multiple of eight: its place is counted in units of eight bytes.
struct RowsWriter: ~Copyable {
    private let file: OpenFile
    private let identity: UInt64
    private var buffer = GrowableLane<UInt8>(minimumCapacity: 2 << 20)
    private let encoded = EncodedRows()
    private var written = 0
    private(set) var rowCount = 0

    /// Bytes of a unit of places.
    static let unit = 8
    private static let flushByteCount = 1 << 20

    /// Writes into a new file.
    init(_ file: OpenFile, identity: UInt64) {
        self.file = file
        self.identity = identity
    }

    /// What stands in front of a row.
    @inline(__always)
    static func frame(_ row: Span<UInt8>) -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: row.count)) | RowHash.mix(row) << 32
    }

    /// Adds rows; puts the places of all of them into `units`, in place of what it held.
    mutating func append(_ batch: Batch, units: inout GrowableLane<UInt32>) throws(ConnectorError) {
        let encoded = self.encoded
        encoded.encode(batch.columns, rowCount: batch.rowCount)
        units.truncate(to: 0)
        for row in 0..<batch.rowCount {
            let place = (written + buffer.count) / Self.unit
            guard let unit = UInt32(exactly: place) else {
                throw ConnectorError(.user, "tooManyRows", "the rows of a dimension table have at most 32 GiB")
            }
            units.append(unit)
            let bytes = encoded.row(row)
            guard bytes.count < 1 << 31 else {
                throw ConnectorError(.user, "rowTooLong", "a row of a dimension table has at most 2 GiB")
            }
            buffer.append(word: Self.frame(bytes))
            buffer.append(contentsOf: bytes)
            buffer.resize(to: (buffer.count + Self.unit - 1) & ~(Self.unit - 1), filling: 0)
            if buffer.count >= Self.flushByteCount { try flush() }
        }
        rowCount += batch.rowCount
    }

    private mutating func flush() throws(ConnectorError) {
        try file.write(buffer.rawBytes, at: Int64(DimensionHeader.byteCount + written))
        written += buffer.count
        buffer.truncate(to: 0)
    }

    /// Writes what is left, and the header.
    consuming func finish() throws(ConnectorError) {
        try flush()
        // The rows have checksums of their own: a large file is not read as a whole when it is opened.
        let section = DimensionHeader.Section(offset: DimensionHeader.byteCount, byteCount: written)
        let header = DimensionHeader(.rows, identity: identity, fields: [UInt64(rowCount)], sections: [section])
        try header.write(to: file)
        try file.synchronise()
    }
}
