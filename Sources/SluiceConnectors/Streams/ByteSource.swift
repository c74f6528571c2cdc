import SluiceColumns
import SluiceConnect

/// What a read gave.
enum ByteRead {
    /// Some bytes were appended.
    case bytes(Int)
    /// Nothing is there now.
    case nothing
    /// Nothing will ever come again.
    case end
}

/// A stream of bytes that is read once, in order: a file, a decompressed file, a pipe.
protocol ByteSource: AnyObject {
    /// Appends some bytes to an input block that has room.
    func read(into block: Arena) throws(ConnectorError) -> ByteRead
    /// Releases what it holds; to be called once.
    func close()
}

extension ByteSource {
    /// Reads past the first `byteCount` bytes.
    func skip(_ byteCount: Int64) throws(ConnectorError) {
        var rest = byteCount
        while rest > 0 {
            let part = Arena.inputBlock(byteCount: Int(min(rest, 1 << 16)))
            guard case .bytes(let count) = try read(into: part) else { return }
            rest -= Int64(count)
        }
    }
}

/// Reads a file or pipe by its descriptor, which it owns.
final class FileByteSource: ByteSource {
    private let descriptor: OpenFile

    init(_ descriptor: OpenFile) { self.descriptor = descriptor }

    func read(into block: Arena) throws(ConnectorError) -> ByteRead {
        let count = try descriptor.read(into: block)
        return count == 0 ? .end : .bytes(count)
    }

    func close() { descriptor.close() }
}
