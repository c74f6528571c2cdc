import SluiceColumns
import SluiceConnect

/// Rows of one byte source: a block reader and a decoder working together.
final class RecordStream {
    private let reader: BlockReader
    private let decoder: any RecordDecoder

    /// What the source is known by when it is read again; part of every offset.
    var identity: [String: String] = [:]

    /// The most rows in a batch, whatever is asked for.
    static let rowCountMax = 4_096

    init(_ reader: BlockReader, _ decoder: any RecordDecoder) {
        self.reader = reader
        self.decoder = decoder
    }

    /// Where to go on, for a split.
    var offset: SplitOffset {
        SplitOffset(
            reader.recordOffset,
            detail: identity.merging(["line": String(reader.block.lineNumber)]) { $1 }
        )
    }
    /// Bad records that the decoder has passed over.
    var badRecordCount: Int { decoder.badRecordCount }
    /// Bytes of the stream read so far.
    var streamEnd: Int64 { reader.streamEnd }

    /// Up to `rowLimit` rows: a full batch where the source has it, what there is where it stalls or ends.
    func poll(rowLimit wanted: Int) throws(ConnectorError) -> RecordPoll {
        let rowLimit = min(wanted, Self.rowCountMax)
        while true {
            try decoder.decode(reader.block, rowLimit: rowLimit)
            if decoder.rowCount >= rowLimit { return .batch(decoder.takeBatch()) }
            switch try reader.refill() {
            case .ready:
                if reader.block.isLast { return try lastPoll(rowLimit) }
            case .nothing: return decoder.rowCount > 0 ? .batch(decoder.takeBatch()) : .nothing
            case .end: return decoder.rowCount > 0 ? .batch(decoder.takeBatch()) : .end
            }
        }
    }

    /// Decodes the rest of the last block, which leaves no record that is not whole.
    private func lastPoll(_ rowLimit: Int) throws(ConnectorError) -> RecordPoll {
        let before = reader.recordOffset
        try decoder.decode(reader.block, rowLimit: rowLimit)
        if decoder.rowCount > 0 { return .batch(decoder.takeBatch()) }
        if reader.block.position == reader.block.arena.byteCount { return .end }
        guard reader.recordOffset > before else {
            throw ConnectorError(.internal, "noProgress", "the decoder is stuck at byte \(before)")
        }
        return .nothing
    }

    func close() { reader.close() }
}

/// What a record stream gives.
enum RecordPoll {
    case batch(Batch)
    case nothing
    case end
}
