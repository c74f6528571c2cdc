import SluiceColumns
import SluiceConnect

/// Writes the values of one section of a file one after the other, while others write other sections.
struct SectionWriter<Value: BitwiseCopyable>: ~Copyable {
    private let file: OpenFile
    /// Where the section begins.
    let offset: Int
    private var written = 0
    private var buffer = GrowableLane<Value>(minimumCapacity: 1 << 13)

    /// Writes from byte `offset` on, a multiple of 64.
    init(_ file: OpenFile, at offset: Int) {
        precondition(offset % 64 == 0)
        self.file = file
        self.offset = offset
    }

    /// Values appended so far.
    var count: Int { written / MemoryLayout<Value>.stride + buffer.count }

    /// Adds a value.
    mutating func append(_ value: Value) throws(ConnectorError) {
        buffer.append(value)
        if buffer.count == 1 << 13 { try flush() }
    }

    private mutating func flush() throws(ConnectorError) {
        try file.write(buffer.rawBytes, at: Int64(offset + written))
        written += buffer.count * MemoryLayout<Value>.stride
        buffer.truncate(to: 0)
    }

    /// Writes what is left.
    consuming func finish() throws(ConnectorError) -> DimensionHeader.Section {
        try flush()
        // An empty section at the end would lie behind the file's last byte.
        return DimensionHeader.Section(offset: written == 0 ? DimensionHeader.byteCount : offset, byteCount: written)
    }

    /// Where a section can begin that follows one of `count` values at `offset`.
    static func end(_ offset: Int, count: Int) -> Int {
        (offset + count * MemoryLayout<Value>.stride + 63) & ~63
    }
}
