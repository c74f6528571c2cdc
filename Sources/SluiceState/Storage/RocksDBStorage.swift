import Glibc
import SluiceColumns

/// State in a RocksDB database of its own, in one folder of this machine.
///
/// RocksDB holds a lock on the folder while it is open, so two processes never share it.
package final class RocksDBStorage: StateStorage {
    private let database: RocksDBHandle
    private let path: String
    /// The number of the folder in its file system.
    private let folder: ino_t?

    /// Opens the database in folder `path` for reading, as it is now; another process may be writing to it.
    ///
    /// - Throws: `noRocksDB` or `storageFailed`.
    package init(reading path: String) throws(StateError) {
        database = try RocksDBHandle(path: path, memory: StorageMemory(), for: .reading)
        self.path = path
        folder = Self.number(of: path)
    }

    /// Opens or makes the database in folder `path`, whose parent exists.
    ///
    /// - Parameter isTemporary: whether nothing needs to survive the process; then nothing is synced.
    /// - Throws: `stateInUse`, `noRocksDB` or `storageFailed`.
    package init(
        path: String,
        memory: StorageMemory = StorageMemory(),
        isTemporary: Bool = false
    ) throws(StateError) {
        database = try RocksDBHandle(path: path, memory: memory, for: isTemporary ? .temporary : .durable)
        self.path = path
        folder = isTemporary ? nil : Self.number(of: path)
    }

    private static func number(of path: String) -> ino_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : nil
    }

    /// Refuses to write into a folder that has lost its name: nobody would find it, and the name may be another's.
    private func checkFolder() throws(StateError) {
        guard let folder, Self.number(of: path) != folder else { return }
        throw StateError(
            .external,
            "stateGone",
            "the folder of the state, '\(path)', was removed or renamed while the job ran; put it back, or begin with "
                + "another --state folder and without the output so far"
        )
    }

    package func manifest() throws(StateError) -> EpochManifest? {
        guard let bytes = try database.value(StateAddress.manifestKey) else { return nil }
        return try EpochManifest(bytes)
    }

    package func commit(
        _ changes: [RecordLog],
        dropping dropped: [StateRange],
        _ manifest: EpochManifest
    ) throws(StateError) {
        try checkFolder()
        try manifest.checkFence(after: try self.manifest())
        let seal = RecordLog()
        let key = StateAddress.manifestKey
        let bytes = manifest.bytes
        seal.put(prefix: key.span, key: Span(), value: bytes.span)
        // RocksDB takes a copy of all changes before it writes any.
        let byteCount = changes.reduce(0) { $0 + $1.byteCount }
        MemoryLedger.add(byteCount, for: .storage)
        defer { MemoryLedger.add(-byteCount, for: .storage) }
        try database.write { batch in
            for range in dropped { batch.remove(range) }
            for log in changes + [seal] { log.forEachByKey { key, value in batch.set(key, value) } }
        }
    }

    package func forEachValue(
        of keys: borrowing EncodedRowArena,
        _ body: (_ index: Int, _ value: Span<UInt8>?) -> Void
    ) throws(StateError) {
        try database.forEachValue(of: keys, body)
    }

    package func forEach(
        in range: StateRange,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        try database.forEach(from: range.start) { key, value in !range.ends(before: key) && body(key, value) }
    }

    /// Closed when nobody holds it any more.
    package func close() {}
}

extension EpochManifest {
    /// Refuses to follow a commit of a later owner.
    func checkFence(after last: EpochManifest?) throws(StateError) {
        guard let last, last.fence > fence else { return }
        throw StateError(
            .external,
            "fenced",
            "the state belongs to another process since its fence \(last.fence) (this one has \(fence)); this process "
                + "stops, and the other goes on"
        )
    }
}
