import Glibc
import SluiceColumns
import Synchronization

/// State in a RocksDB database of its own, in one folder of this machine.
///
/// RocksDB holds a lock on the folder while it is open, so two processes never share it.
package final class RocksDBStorage: StateStorage {
    private struct State {
        /// Nil while it is opened anew, and where that failed.
        var database: RocksDBHandle?
        /// Whether a write has failed: RocksDB takes none any more until it is opened anew.
        var hasFailed = false
    }

    /// How long a write waits for readers to let go of a database that has failed.
    private static let reopenMillisMax = 10_000

    private let state: Mutex<State>
    private let memory: StorageMemory
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
        memory = StorageMemory()
        state = Mutex(State(database: try RocksDBHandle(path: path, memory: memory, for: .reading)))
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
        self.memory = memory
        let database = try RocksDBHandle(path: path, memory: memory, for: isTemporary ? .temporary : .durable)
        state = Mutex(State(database: database))
        self.path = path
        folder = isTemporary ? nil : Self.number(of: path)
        // Files are synced, and only one is written at a time.
        self.fileByteCountMin = isTemporary ? .max : fileByteCountMin
        try checkFiles(of: database)
    }

    /// Refuses a database that has lost a commit which was a file: its list of files was cut.
    private func checkFiles(of database: RocksDBHandle) throws(StateError) {
        guard let bytes = try database.value(StateAddress.latestFileKey) else { return }
        let epoch = bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        if let manifest = try Self.manifest(of: database), manifest.epoch >= epoch { return }
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

    private func database() throws(StateError) -> RocksDBHandle {
        if let database = state.withLock({ $0.database }) { return database }
        throw isClosed
    }

    private var isClosed: StateError {
        StateError(.external, "storageFailed", "the state in '\(path)' was closed after a failure")
    }

    /// The database for a write: opened anew where the last one failed.
    private func databaseForWriting() throws(StateError) -> RocksDBHandle {
        let result = state.withLock { state -> Result<RocksDBHandle, StateError> in
            do throws(StateError) {
                if state.hasFailed, folder != nil { try reopen(&state) }
            } catch {
                return .failure(error)
            }
            return state.database.map { .success($0) } ?? .failure(isClosed)
        }
        return try result.get()
    }

    /// Opens the database anew, which takes over what its log holds; readers wait meanwhile.
    private func reopen(_ state: inout State) throws(StateError) {
        weak let last = state.database
        state.database = nil
        for _ in 0..<Self.reopenMillisMax where last != nil { usleep(1_000) }
        if let last {
            state.database = last
            throw StateError(.external, "storageFailed", "the state in '\(path)' is being read, and cannot be reopened")
        }
        do throws(StateError) {
            state.database = try RocksDBHandle(path: path, memory: memory, for: .durable)
            state.hasFailed = false
        } catch {
            // What is there can be read all the same, until the next attempt.
            state.database = try? RocksDBHandle(path: path, memory: memory, for: .reading)
            throw error
        }
    }

    package func manifest() throws(StateError) -> EpochManifest? { try Self.manifest(of: try database()) }

    private static func manifest(of database: RocksDBHandle) throws(StateError) -> EpochManifest? {
        guard let bytes = try database.value(StateAddress.manifestKey) else { return nil }
        return try EpochManifest(bytes)
    }

    package func commit(
        _ changes: [RecordLog],
        dropping dropped: [StateRange],
        _ manifest: EpochManifest
    ) throws(StateError) {
        try checkFolder()
        let database = try databaseForWriting()
        try manifest.checkFence(after: try Self.manifest(of: database))
        let seal = RecordLog()
        let key = StateAddress.manifestKey
        let bytes = manifest.bytes
        seal.put(prefix: key.span, key: Span(), value: bytes.span)
        do throws(StateError) {
            try write(changes + [seal], dropping: dropped, epoch: manifest.epoch, to: database)
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
    }

    private func write(
        _ logs: [RecordLog],
        dropping dropped: [StateRange],
        epoch: Int64,
        to database: RocksDBHandle
    ) throws(StateError) {
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
            let number = (0..<8).map { UInt8(truncatingIfNeeded: epoch >> Int64(56 - 8 * $0)) }
            try database.write { batch in
                let key = StateAddress.latestFileKey
                batch.set(key.span, number.span)
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
        try database().forEachValue(of: keys, body)
    }

    package func forEach(
        in range: StateRange,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        try database().forEach(from: range.start) { key, value in !range.ends(before: key) && body(key, value) }
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
