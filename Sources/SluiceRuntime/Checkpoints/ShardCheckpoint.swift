import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState

/// What one shard adds to the commit of an epoch.
struct ShardCheckpoint: Sendable {
    /// Nil for what a shard leaves at its end: it counts for every later epoch.
    let epoch: Int64?
    let changes: RecordLog
    /// What is taken away before the changes are made.
    let dropped: [StateRange]
    let sources: [EpochManifest.Source]
    let sinks: [EpochManifest.Sink]
}

/// Collects what the nodes of one shard hand over as a barrier passes them.
///
/// Not `Sendable`: it belongs to the shard's thread.
final class ShardRecorder {
    private let point: RestorePoint
    private let shardIndex: Int
    private let shardCount: Int
    private var changes = RecordLog()
    private var dropped: [StateRange] = []
    private var sources: [EpochManifest.Source] = []
    private var sinks: [EpochManifest.Sink] = []

    /// Makes the recorder of one shard.
    init(_ point: RestorePoint, shardIndex: Int, shardCount: Int) {
        self.point = point
        self.shardIndex = shardIndex
        self.shardCount = shardCount
    }

    /// Gives an operator what its predecessor stored: nothing at a first start, but it knows then that its state is
    /// stored.
    ///
    /// - Throws: where the operator's state cannot be stored at all.
    func restore(_ stage: any Operator, of node: Int) throws {
        guard let tables = stage.stateTables else {
            throw RuntimeError(
                .user,
                "stateNotStored",
                "the state of this operator cannot be stored yet: \(point.identity.summaries[node]); run the query "
                    + "without --state"
            )
        }
        guard !tables.isEmpty else { return }
        let groups = point.keyGroups(of: node, shard: shardIndex, shardCount: shardCount)
        try stage.restore(
            from: StateReader(point.storage, owner: point.identity.owners[node], tables: tables, keyGroups: groups)
        )
    }

    /// Takes over what an operator has changed.
    func record(_ stage: any Operator, of node: Int) throws {
        if let sink = stage as? SinkStage {
            return try record(sink, of: node, isFinal: false)
        }
        guard let tables = stage.stateTables, !tables.isEmpty else { return }
        let snapshot = StateSnapshot(
            owner: point.identity.owners[node],
            tables: tables,
            shardIndex: shardIndex,
            log: changes
        )
        try stage.save(into: snapshot)
        dropped += snapshot.dropped
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
        guard let transaction = try sink.prepare(isFinal: isFinal) else { return }
        sinks.append(EpochManifest.Sink(owner: point.identity.owners[node], transaction: transaction))
    }

    /// What has been collected for `epoch`; the next one starts empty.
    func take(epoch: Int64?) -> ShardCheckpoint {
        changes.freeze()
        let checkpoint = ShardCheckpoint(
            epoch: epoch,
            changes: changes,
            dropped: dropped,
            sources: sources,
            sinks: sinks
        )
        changes = RecordLog()
        dropped = []
        sources = []
        sinks = []
        return checkpoint
    }

    /// What the shard leaves once everything of it has been processed.
    func takeFinal(_ graph: ShardGraph) throws -> ShardCheckpoint {
        for source in graph.sources { record(source) }
        for (node, entry) in graph.nodes.sorted(by: { $0.key < $1.key }) {
            if let sink = entry.stage as? SinkStage {
                try record(sink, of: node, isFinal: true)
            } else {
                try record(entry.stage, of: node)
            }
        }
        return take(epoch: nil)
    }
}
