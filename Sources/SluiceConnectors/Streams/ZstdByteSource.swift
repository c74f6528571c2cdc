import CZstd
import SluiceColumns
import SluiceConnect

/// Decompresses zstd data (one frame or several, one after the other) as it is read.
final class ZstdByteSource: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let stream = ZSTD_createDStream()
    private var input = Arena.inputBlock(byteCount: 1 << 17)
    private var inputOffset = 0
    /// What the last call asked for; 0 where a frame was complete.
    private var hint = 0
    private var hasEnded = false

    init(_ source: any ByteSource, name: String) {
        self.source = source
        self.name = name
    }

    deinit { ZSTD_freeDStream(stream) }

    func close() { source.close() }

    func read(into block: Arena) throws(ConnectorError) -> ByteRead {
        guard let stream else { throw ConnectorError(.external, "outOfMemory", "no memory to decompress \(name)") }
        var hasRead = true
        while !hasEnded {
            if inputOffset == input.byteCount, hasRead { hasRead = try refill() }
            let room = block.freeByteCount
            var result = 0
            let written = block.fill { free in
                input.withBytes(inputOffset..<input.byteCount) { bytes in
                    var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                    var target = ZSTD_outBuffer(dst: free.baseAddress, size: room, pos: 0)
                    result = ZSTD_decompressStream(stream, &target, &source)
                    inputOffset += source.pos
                    return target.pos
                }
            }
            if ZSTD_isError(result) != 0 {
                throw ConnectorError(.external, "corruptFile", "\(name): the zstd data is damaged")
            }
            hint = hasRead || written > 0 ? result : hint
            if written > 0 { return .bytes(written) }
            if !hasRead {
                hasEnded = true
                if hint != 0 {
                    throw ConnectorError(.external, "truncatedFile", "\(name): the zstd data ends in the middle")
                }
            }
        }
        return .end
    }

    private func refill() throws(ConnectorError) -> Bool {
        if !Arena.recycle(&input) { input = Arena.inputBlock(byteCount: 1 << 17) }
        inputOffset = 0
        guard case .bytes = try source.read(into: input) else { return false }
        return true
    }
}
