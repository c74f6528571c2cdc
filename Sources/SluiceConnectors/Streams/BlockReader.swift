import SluiceColumns
import SluiceConnect

/// Cuts a byte source into blocks for a decoder and carries a record that is not whole over to the next block.
///
/// Blocks are used again once no column points into them any more. A record longer than a block makes the next block
/// twice as long, so that even a very long one is copied and scanned a bounded number of times.
final class BlockReader {
    /// Whether there is more to decode.
    enum Refill {
        case ready, nothing, end
    }

    private let source: any ByteSource
    private let name: String
    private let recordByteCountMax: Int
    private var pool: [Arena] = []
    /// Bytes of the stream read so far.
    private(set) var streamEnd: Int64
    /// The block to decode; its tail is carried over at the next refill.
    private(set) var block: RecordBlock

    static let blockByteCount = 1 << 18
    private static let poolCountMax = 24

    /// Reads `source`, whose first byte is byte `streamOffset` of the stream and belongs to line `lineNumber`.
    init(
        _ source: any ByteSource,
        name: String,
        streamOffset: Int64 = 0,
        lineNumber: Int64 = 1,
        recordByteCountMax: Int
    ) {
        self.source = source
        self.name = name
        self.recordByteCountMax = recordByteCountMax
        streamEnd = streamOffset
        let arena = Arena.inputBlock(byteCount: Self.blockByteCount)
        arena.pad()
        pool = [arena]
        block = RecordBlock(
            arena: arena,
            position: 0,
            lineEnd: 0,
            isLast: false,
            sourceName: name,
            streamOffset: streamOffset,
            lineNumber: lineNumber
        )
    }

    /// The offset in the stream of the next record.
    var recordOffset: Int64 { block.streamOffset + Int64(block.position) }

    /// Reads on, behind what the block has left over.
    func refill() throws(ConnectorError) -> Refill {
        if block.isLast { return block.position < block.arena.byteCount ? .ready : .end }
        if block.arena.freeByteCount < Self.blockByteCount / 4 { try moveToNextArena() }
        let start = block.arena.byteCount
        let read = try source.read(into: block.arena)
        block.arena.pad()
        switch read {
        case .nothing: return .nothing
        case .end:
            block.isLast = true
            block.lineEnd = start
            return block.position < start ? .ready : .end
        case .bytes(let count):
            streamEnd += Int64(count)
            let arena = block.arena
            let bytes = arena.padded
            if let found = bytes.lastIndex(of: 0x0a, in: start..<start + count) { block.lineEnd = found + 1 }
            return .ready
        }
    }

    func close() { source.close() }

    private func moveToNextArena() throws(ConnectorError) {
        let tailByteCount = block.arena.byteCount - block.position
        if tailByteCount > recordByteCountMax {
            throw ConnectorError(
                .user,
                "recordTooLarge",
                "\(name), line \(block.lineNumber), byte \(recordOffset): a record is longer than"
                    + " \(recordByteCountMax) bytes; raise 'source.record-size-max' if that is right",
                option: "source.record-size-max"
            )
        }
        let byteCount = max(Self.blockByteCount, tailByteCount * 2)
        if byteCount > Self.blockByteCount, !MemoryLedger.hasRoom(for: byteCount) {
            throw ConnectorError(
                .user,
                "memoryExceeded",
                "\(name), line \(block.lineNumber), byte \(recordOffset): a record of more than \(tailByteCount) bytes"
                    + " needs a block of \(byteCount), and the job may hold \(MemoryLedger.bytesMax);"
                    + " raise --memory, or refuse such records with 'source.record-size-max'"
            )
        }
        let next = arena(byteCount: byteCount)
        next.append(block.position..<block.arena.byteCount, of: block.arena)
        next.pad()
        block = RecordBlock(
            arena: next,
            position: 0,
            lineEnd: max(0, block.lineEnd - block.position),
            isLast: false,
            sourceName: name,
            streamOffset: recordOffset,
            lineNumber: block.lineNumber
        )
    }

    private func arena(byteCount: Int) -> Arena {
        if byteCount > Self.blockByteCount { return Arena.inputBlock(byteCount: byteCount) }
        for index in pool.indices {
            if Arena.recycle(&pool[index]) { return pool[index] }
        }
        let arena = Arena.inputBlock(byteCount: Self.blockByteCount)
        if pool.count < Self.poolCountMax { pool.append(arena) }
        return arena
    }
}
