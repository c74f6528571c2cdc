import SluiceColumns

/// Where one operator of a job without stored state puts rows that find no room in memory.
///
/// Nothing of it survives the process, so rows are written one by one as they go, and there are no epochs.
package final class StateSpill {
    /// Gives rows back.
    package let reader: StateReader
    private let storage: any StateStorage
    private let owner: UInt64
    private let tables: [StateTable]
    private let shardIndex: Int

    /// Makes the spill of operator `owner` on one shard.
    package init(
        _ storage: any StateStorage,
        owner: UInt64,
        tables: [StateTable],
        shardIndex: Int,
        eviction: EvictionPolicy
    ) {
        self.storage = storage
        self.owner = owner
        self.tables = tables
        self.shardIndex = shardIndex
        reader = StateReader(
            storage,
            owner: owner,
            tables: tables,
            keyGroups: 0..<RowHash.keyGroupCount,
            eviction: eviction
        )
    }

    /// Writes what `body` hands over, at once.
    package func write(_ body: (StateSnapshot) throws -> Void) throws {
        let changes = EpochChanges()
        try body(StateSnapshot(owner: owner, tables: tables, shardIndex: shardIndex, changes: changes))
        try storage.commit([changes.encode()], dropping: changes.dropped, Self.manifest)
    }

    private static let manifest = EpochManifest(epoch: 0, fence: 0, jobID: "spill", parallelism: 1)
}
