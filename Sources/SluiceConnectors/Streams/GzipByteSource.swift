import CZlib
import SluiceColumns
import SluiceConnect

/// Decompresses gzip data (one member or several, one after the other) as it is read.
final class GzipByteSource: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let stream = sluice_inflate_open()
    private var input = Arena.inputBlock(byteCount: 1 << 16)
    private var inputOffset = 0
    /// Whether the last member was complete and nothing has come since.
    private var isBetweenMembers = true
    private var hasEnded = false

    init(_ source: any ByteSource, name: String) {
        self.source = source
        self.name = name
    }

    deinit { if let stream { sluice_inflate_close(stream) } }

    func close() { source.close() }

    func read(into block: Arena) throws(ConnectorError) -> ByteRead {
        guard let stream else { throw ConnectorError(.external, "outOfMemory", "no memory to decompress \(name)") }
        while !hasEnded {
            if inputOffset == input.byteCount {
                guard try refill() else {
                    hasEnded = true
                    if isBetweenMembers { break }
                    throw ConnectorError(.external, "truncatedFile", "\(name): the gzip data ends in the middle")
                }
            }
            let room = block.freeByteCount
            var code: Int32 = Z_OK
            let written = block.fill { free in
                input.withBytes(inputOffset..<input.byteCount) { bytes in
                    // zlib only reads through next_in, but its header does not say const.
                    stream.pointee.next_in = .init(
                        mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    )
                    stream.pointee.avail_in = UInt32(bytes.count)
                    stream.pointee.next_out = free.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.pointee.avail_out = UInt32(min(room, 1 << 30))
                    code = inflate(stream, Z_NO_FLUSH)
                    return min(room, 1 << 30) - Int(stream.pointee.avail_out)
                }
            }
            inputOffset = input.byteCount - Int(stream.pointee.avail_in)
            isBetweenMembers = false
            if code == Z_STREAM_END {
                isBetweenMembers = true
                inflateReset(stream)
            } else if code != Z_OK && code != Z_BUF_ERROR {
                throw ConnectorError(.external, "corruptFile", "\(name): the gzip data is damaged")
            }
            if written > 0 { return .bytes(written) }
        }
        return .end
    }

    private func refill() throws(ConnectorError) -> Bool {
        if !Arena.recycle(&input) { input = Arena.inputBlock(byteCount: 1 << 16) }
        inputOffset = 0
        guard case .bytes = try source.read(into: input) else { return false }
        return true
    }
}
