import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState

/// What one shard adds to the commit of an epoch.
struct ShardCheckpoint: Sendable {
    /// Nil for what a shard leaves at its end: it counts for every later epoch.
    let epoch: Int64?
    let changes: EpochChanges
    let sources: [EpochManifest.Source]
    let sinks: [EpochManifest.Sink]
    /// How long the shard handed over what had changed instead of processing rows.
    let pauseNanos: Int64
}

/// Collects what the nodes of one shard hand over as a barrier passes them.
///
/// Not `Sendable`: it belongs to the shard's thread.
final class ShardRecorder {
    private let point: RestorePoint
    private let shardIndex: Int
    private let shardCount: Int
    private let clock: any RunClock
    private var changes = EpochChanges()
    private var sources: [EpochManifest.Source] = []
    private var sinks: [EpochManifest.Sink] = []
    private var pauseNanos: Int64 = 0
    /// Bytes of rows that operators with state have taken in since the last barrier; counted where the job asks for it.
    private(set) var takenByteCount = 0

    /// Makes the recorder of one shard.
    init(_ point: RestorePoint, shardIndex: Int, shardCount: Int, clock: any RunClock) {
        self.clock = clock
        self.point = point
        self.shardIndex = shardIndex
        self.shardCount = shardCount
    }

    /// Gives an operator what its predecessor stored: nothing at a first start, but it knows then that its state is
    /// stored.
    func restore(_ stage: any Operator, of node: Int) throws {
        let tables = stage.stateTables
        if tables.isEmpty { return }
        try stage.restore(from: reader(of: node, tables))
    }

    /// Counts the bytes of a batch that an operator with state takes in.
    func noteTaken(_ batch: Batch) { takenByteCount += batch.laneByteCount }

    /// Takes over what an operator has changed.
    func record(_ stage: any Operator, of node: Int) throws {
        let startNanos = clock.nowNanos()
        defer { pauseNanos += clock.nowNanos() - startNanos }
        if let sink = stage as? SinkStage {
            return try record(sink, of: node, isFinal: false)
        }
        let tables = stage.stateTables
        if tables.isEmpty { return }
        try stage.save(into: snapshot(of: node, tables))
    }

    /// The same for one that has ended: it will not be asked again.
    func recordEnd(_ stage: any Operator, of node: Int) throws {
        guard let sink = stage as? SinkStage else { return try record(stage, of: node) }
        try record(sink, of: node, isFinal: true)
    }

    private func reader(of node: Int, _ tables: [StateTable], firstTable: Int = 0) -> StateReader {
        StateReader(
            point.storage,
            owner: point.identity.owners[node],
            tables: tables,
            firstTable: firstTable,
            keyGroups: point.keyGroups(of: node, shard: shardIndex, shardCount: shardCount),
            writerCount: point.manifest?.parallelism ?? 0,
            eviction: point.eviction,
            isOnOneShard: point.areOnOneShard[node]
        )
    }

    private func snapshot(of node: Int, _ tables: [StateTable], firstTable: Int = 0) -> StateSnapshot {
        StateSnapshot(
            owner: point.identity.owners[node],
            tables: tables,
            firstTable: firstTable,
            shardIndex: shardIndex,
            changes: changes
        )
    }

    /// Takes over how far a source has read.
    func record(_ source: SourceRoot) {
        let owner = point.identity.owners[source.node]
        let open = Dictionary(source.offsets.map { ($0.id, $0.start) }) { first, _ in first }
        for split in source.splits {
            switch open[split.id] {
            case .none: sources.append(EpochManifest.Source(owner: owner, split: split.id, position: nil))
            case .some(.none): continue
            case .some(.some(let start)):
                sources.append(
                    EpochManifest.Source(
                        owner: owner,
                        split: split.id,
                        position: start.position,
                        detail: start.detail
                    )
                )
            }
        }
    }

    private func record(_ sink: SinkStage, of node: Int, isFinal: Bool) throws {
        guard let transaction = try sink.prepare(isFinal: isFinal), !transaction.isEmpty else { return }
        sinks.append(EpochManifest.Sink(owner: point.identity.owners[node], transaction: transaction))
    }

    /// What has been collected for `epoch`; the next one starts empty.
    ///
    /// A source that ended before the barrier got there belongs to the epoch as well, and sends no barrier.
    func take(epoch: Int64, of graph: ShardGraph) -> ShardCheckpoint {
        for source in graph.sources where source.hasEnded && source.epoch < epoch { record(source) }
        return take(epoch)
    }

    private func take(_ epoch: Int64?) -> ShardCheckpoint {
        let checkpoint = ShardCheckpoint(
            epoch: epoch,
            changes: changes,
            sources: sources,
            sinks: sinks,
            pauseNanos: pauseNanos
        )
        pauseNanos = 0
        takenByteCount = 0
        changes = EpochChanges()
        sources = []
        sinks = []
        return checkpoint
    }

    /// What the shard leaves once everything of it has ended.
    func takeFinal(_ graph: ShardGraph) -> ShardCheckpoint {
        for source in graph.sources { record(source) }
        return take(nil)
    }
}

// MARK: - Watermarks where streams meet

extension ShardRecorder {
    /// Beside the operator's own tables: the watermarks of a node's inputs, under 0 that of all together.
    private static let watermarks = StateTable(
        "watermarks",
        keyTypes: [.notNull(.int)],
        valueTypes: [StateTable.number],
        scope: .shard
    )
    private static let watermarksTable = Int(UInt16.max)

    /// Takes over how far the inputs of a node have got.
    func record(_ alignment: InputAlignment, of node: Int) { recordWatermarks(alignment.storedMicros, of: node) }

    /// Takes over how far all senders of an exchange have got.
    func record(_ watermark: Watermark, of node: Int) { recordWatermarks([watermark.micros], of: node) }

    private func recordWatermarks(_ micros: [Int64], of node: Int) {
        snapshot(of: node, [Self.watermarks], firstTable: Self.watermarksTable).put(
            0,
            keys: [Column.of(micros.indices.map { .integer(Int64($0)) }, .notNull(.int))],
            values: [.numbers(micros)],
            rowCount: micros.count
        )
    }

    /// Lets the inputs of a node go on from where they stood.
    func restore(_ alignment: inout InputAlignment, of node: Int) throws {
        let stored = try watermarks(of: node)
        if stored.count == alignment.storedMicros.count { alignment.restore(stored) }
    }

    /// The watermark that all senders of an exchange had reached; nil where none was stored.
    func watermark(of node: Int) throws -> Watermark? {
        try watermarks(of: node).first.flatMap { $0 < Watermark.end.micros ? Watermark(micros: $0) : nil }
    }

    /// The least of what all shards had; they have the same unless some had ended.
    private func watermarks(of node: Int) throws -> [Int64] {
        var least: [Int64] = []
        let reader = reader(of: node, [Self.watermarks], firstTable: Self.watermarksTable)
        try reader.forEachChunk(of: 0) { keys, values, rowCount in
            let (places, micros) = (keys[0], values[0])
            for row in 0..<rowCount {
                let place = Int(places.int32s[row])
                while least.count <= place { least.append(.max) }
                least[place] = min(least[place], micros.int64s[row])
            }
        }
        return least
    }
}
