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
    /// Commits with fewer bytes go through the log.
    private let fileByteCountMin: Int

    /// Bytes from which a commit is a file of its own unless something else is said.
    package static let defaultFileByteCountMin = 4 << 20
    /// Files that may wait to be merged into others: with more of them commits go through the log, which slows them
    /// down.
    private static let newestFileCountMax = 24

    /// Opens the database in folder `path` for reading, as it is now; another process may be writing to it.
    ///
    /// - Throws: `noRocksDB` or `storageFailed`.
    package init(reading path: String) throws(StateError) {
        database = try RocksDBHandle(path: path, memory: StorageMemory(), for: .reading)
        self.path = path
        folder = Self.number(of: path)
        fileByteCountMin = .max
    }

    /// Opens or makes the database in folder `path`, whose parent exists.
    ///
    /// - Parameters:
    ///   - isTemporary: whether nothing needs to survive the process; then nothing is synced.
    ///   - fileByteCountMin: commits with so many bytes become files of their own.
    /// - Throws: `stateInUse`, `noRocksDB` or `storageFailed`.
    package init(
        path: String,
        memory: StorageMemory = StorageMemory(),
        isTemporary: Bool = false,
        fileByteCountMin: Int = RocksDBStorage.defaultFileByteCountMin
    ) throws(StateError) {
        database = try RocksDBHandle(path: path, memory: memory, for: isTemporary ? .temporary : .durable)
        self.path = path
        folder = isTemporary ? nil : Self.number(of: path)
        // Files are synced, and only one is written at a time.
        self.fileByteCountMin = isTemporary ? .max : fileByteCountMin
        try checkFiles()
    }

    /// Refuses a database that has lost a commit which was a file: its list of files was cut.
    private func checkFiles() throws(StateError) {
        guard let bytes = try database.value(StateAddress.latestFileKey) else { return }
        let epoch = bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        if let manifest = try manifest(), manifest.epoch >= epoch { return }
        throw StateError(
            .external,
            "storageFailed",
            "the state in '\(path)' is damaged: checkpoint \(epoch) was committed and is not there any more; put a "
                + "copy back, or begin with another --state folder and without the output so far"
        )
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
        let logs = changes + [seal]
        let byteCount = logs.reduce(0) { $0 + $1.byteCount }
        let isFile = byteCount >= fileByteCountMin && database.newestFileCount < Self.newestFileCountMax
        // RocksDB takes a copy of all changes before it writes any to its log.
        let heldByteCount =
            logs.reduce(0) { $0 + $1.count } * RecordLog.sortedByteCount + (isFile ? 0 : byteCount)
        MemoryLedger.add(heldByteCount, for: .storage)
        defer { MemoryLedger.add(-heldByteCount, for: .storage) }
        if isFile {
            try database.writeFile { file in
                for range in dropped { file.remove(range) }
                RecordLog.forEachByKey(of: logs) { key, value in file.set(key, value) }
            }
            let epoch = (0..<8).map { UInt8(truncatingIfNeeded: manifest.epoch >> Int64(56 - 8 * $0)) }
            try database.write { batch in
                let key = StateAddress.latestFileKey
                batch.set(key.span, epoch.span)
            }
        } else {
            try database.write { batch in
                for range in dropped { batch.remove(range) }
                RecordLog.forEachByKey(of: logs) { key, value in batch.set(key, value) }
            }
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
