import CRocksDB
import Glibc
import SluiceColumns

// SAFETY: RocksDB is safe from any thread; the handle itself is used by one call at a time and closed by `deinit`.
/// An open RocksDB database: the C interface in Swift's words.
final class RocksDBHandle: @unchecked Sendable {
    private let database: OpaquePointer
    private let path: String

    private let memoryByteCount: Int

    /// What a database is opened for.
    enum Purpose {
        /// It must be there, and may be open elsewhere.
        case reading
        /// What is written is durable.
        case durable
        /// What is written need not survive the process.
        case temporary

        fileprivate var code: sluice_rocksdb_purpose {
            switch self {
            case .reading: sluice_rocksdb_reading
            case .durable: sluice_rocksdb_durable
            case .temporary: sluice_rocksdb_temporary
            }
        }
    }

    /// Opens or makes the database in folder `path`, whose parent exists.
    init(path: String, memory: StorageMemory, for purpose: Purpose) throws(StateError) {
        if let failure = sluice_rocksdb_load() {
            throw StateError(
                .external,
                "noRocksDB",
                "\(String(cString: failure)), and state is stored in it; install Debian's package librocksdb7.8 (or "
                    + "librocksdb9.10), or name the library in the environment variable SLUICE_ROCKSDB"
            )
        }
        self.path = path
        var message: UnsafeMutablePointer<CChar>?
        func opened() -> OpaquePointer? {
            sluice_rocksdb_open(path, memory.cacheByteCount, memory.memtableByteCount, purpose.code, &message)
        }
        if let database = opened() {
            self.database = database
        } else {
            let failure = Self.text(message)
            message = nil
            guard Self.restoresNewFile(of: path, after: failure), let database = opened() else {
                throw Self.openFailure(path, message == nil ? failure : Self.text(message))
            }
            self.database = database
        }
        memoryByteCount = memory.byteCount
        MemoryLedger.add(memoryByteCount, for: .storage)
    }

    deinit {
        sluice_rocksdb_close(database)
        MemoryLedger.add(-memoryByteCount, for: .storage)
    }

    private static func openFailure(_ path: String, _ message: String) -> StateError {
        // Not any "lock": damage is found in blocks.
        if message.contains("/LOCK") {
            return StateError(
                .user,
                "stateInUse",
                "the state in '\(path)' is in use by another process; stop it, or use another --state folder"
            )
        }
        return StateError(.external, "storageFailed", "the state in '\(path)' cannot be opened: \(message)")
    }

    /// Writes one batch as one step, durable unless the database is temporary.
    func write(_ fill: (borrowing RocksDBBatch) -> Void) throws(StateError) {
        let batch = RocksDBBatch()
        fill(batch)
        var message: UnsafeMutablePointer<CChar>?
        sluice_rocksdb_write(database, batch.handle, &message)
        try check(message, "written")
    }

    /// The file of changes that is not yet part of the database; the database has no file of such a name.
    private static let newFileName = "commit.sst"

    /// Writes a file of changes that becomes part of the database in one step, and is durable then.
    ///
    /// They pass through neither log nor memtable, which is several times as fast where they are many. `fill` hands out
    /// the keys in ascending order, each once.
    func writeFile(_ fill: (borrowing RocksDBFile) -> Void) throws(StateError) {
        let newPath = "\(path)/\(Self.newFileName)"
        // After a crash it may be another name of a file that the database has, which must not be written to.
        if unlink(newPath) != 0, errno != ENOENT { throw failure("written", String(cString: strerror(errno))) }
        let file = RocksDBFile(sluice_rocksdb_file_create(database, newPath))
        fill(file)
        var message: UnsafeMutablePointer<CChar>?
        sluice_rocksdb_file_take_in(file.handle, database, &message)
        try check(message, "written")
    }

    /// Gives the file of the last commit back to a database that lists it and does not have it.
    ///
    /// Where the list of files could not be made durable, RocksDB takes the commit for failed and deletes its file; but
    /// the list may have it already. The file still has its first name then, and RocksDB compares the identity that
    /// stands in the list with that in the file.
    ///
    /// - Parameter failure: why the database could not be opened.
    /// - Returns: whether the file was given back.
    private static func restoresNewFile(of path: String, after failure: String) -> Bool {
        let begin = path + "/"
        guard failure.contains("No such file"), let start = failure.firstRange(of: begin)?.upperBound else {
            return false
        }
        let number = failure[start...].prefix { $0.isASCII && $0.isNumber }
        let rest = failure[start...].dropFirst(number.count)
        guard !number.isEmpty, rest.hasPrefix(".ldb") || rest.hasPrefix(".sst") else { return false }
        return link(begin + newFileName, "\(begin)\(number).sst") == 0
    }

    /// Files that wait to be merged into others; what is read is looked for in each of them.
    var newestFileCount: Int { sluice_rocksdb_newest_file_count(database) }

    /// The value of a key; nil where there is none.
    func value(_ key: [UInt8]) throws(StateError) -> [UInt8]? {
        var message: UnsafeMutablePointer<CChar>?
        var count = 0
        let found = sluice_rocksdb_get(database, key, key.count, &count, &message)
        try check(message, "read")
        guard let found else { return nil }
        defer { sluice_rocksdb_free(found) }
        return UnsafeRawBufferPointer(start: found, count: count).map { $0 }
    }

    /// Hands out the value of each key by its number, nil where there is none.
    ///
    /// In the order of the keys: neighbours lie in the same blocks, and have the same part of a filter.
    func forEachValue(
        of keys: borrowing EncodedRowArena,
        _ body: (_ index: Int, _ value: Span<UInt8>?) -> Void
    ) throws(StateError) {
        let lookup = RocksDBLookup()
        let step = Int(SLUICE_ROCKSDB_LOOKUP_MAX)
        let order = (0..<UInt32(truncatingIfNeeded: keys.numberBound)).sorted {
            SortKeys.compare(keys[$0], keys[$1]) < 0
        }
        for start in stride(from: 0, to: order.count, by: step) {
            let end = min(start + step, order.count)
            for number in order[start..<end] { lookup.add(keys[number]) }
            var message: UnsafeMutablePointer<CChar>?
            sluice_rocksdb_lookup_run(lookup.handle, database, &message)
            try check(message, "read")
            for index in start..<end { lookup.withValue(index - start) { body(Int(order[index]), $0) } }
            lookup.clear()
        }
    }

    /// Hands out the records from `start` on in ascending order, until `body` gives false.
    func forEach(
        from start: [UInt8],
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        let iterator = sluice_rocksdb_iterate(database, start, start.count)
        while sluice_rocksdb_iterator_valid(iterator) {
            var keyCount = 0
            var valueCount = 0
            let key = sluice_rocksdb_iterator_key(iterator, &keyCount)
            let value = sluice_rocksdb_iterator_value(iterator, &valueCount)
            // The records live until the iterator moves.
            let keyBytes = UnsafeRawBufferPointer(start: key, count: keyCount).bindMemory(to: UInt8.self)
            let valueBytes = UnsafeRawBufferPointer(start: value, count: valueCount).bindMemory(to: UInt8.self)
            if !body(keyBytes.span, valueBytes.span) { break }
            sluice_rocksdb_iterator_next(iterator)
        }
        var message: UnsafeMutablePointer<CChar>?
        sluice_rocksdb_iterator_destroy(iterator, &message)
        try check(message, "read")
    }

    private func check(_ message: UnsafeMutablePointer<CChar>?, _ verb: String) throws(StateError) {
        guard message != nil else { return }
        throw failure(verb, Self.text(message))
    }

    private func failure(_ verb: String, _ reason: String) -> StateError {
        StateError(.external, "storageFailed", "the state in '\(path)' cannot be \(verb): \(reason)")
    }

    private static func text(_ message: UnsafeMutablePointer<CChar>?) -> String {
        guard let message else { return "unknown error" }
        defer { sluice_rocksdb_free(message) }
        return String(cString: message)
    }
}

/// Changes that are written as one step.
struct RocksDBBatch: ~Copyable {
    fileprivate let handle = sluice_rocksdb_batch_create()

    deinit { sluice_rocksdb_batch_destroy(handle) }

    /// Sets a value, or takes the key out where it is nil.
    borrowing func set(_ key: Span<UInt8>, _ value: Span<UInt8>?) {
        key.withUnsafeBufferPointer { key in
            guard let value else { return sluice_rocksdb_batch_delete(handle, key.baseAddress, key.count) }
            value.withUnsafeBufferPointer { value in
                sluice_rocksdb_batch_put(handle, key.baseAddress, key.count, value.baseAddress, value.count)
            }
        }
    }

    /// Takes all keys of a range out.
    borrowing func remove(_ range: StateRange) {
        sluice_rocksdb_batch_delete_range(handle, range.start, range.start.count, range.end, range.end.count)
    }
}

/// A file of changes that is to become part of the database.
struct RocksDBFile: ~Copyable {
    fileprivate let handle: OpaquePointer?

    fileprivate init(_ handle: OpaquePointer?) { self.handle = handle }

    deinit { sluice_rocksdb_file_destroy(handle) }

    /// Sets a value, or takes the key out where it is nil; keys come in ascending order, each once.
    borrowing func set(_ key: Span<UInt8>, _ value: Span<UInt8>?) {
        key.withUnsafeBufferPointer { key in
            guard let value else { return sluice_rocksdb_file_delete(handle, key.baseAddress, key.count) }
            value.withUnsafeBufferPointer { value in
                sluice_rocksdb_file_put(handle, key.baseAddress, key.count, value.baseAddress, value.count)
            }
        }
    }

    /// Takes all keys of a range out that are not set in this file.
    borrowing func remove(_ range: StateRange) {
        sluice_rocksdb_file_delete_range(handle, range.start, range.start.count, range.end, range.end.count)
    }
}

/// Keys that are looked up together.
struct RocksDBLookup: ~Copyable {
    fileprivate let handle = sluice_rocksdb_lookup_create()

    deinit { sluice_rocksdb_lookup_destroy(handle) }

    borrowing func add(_ key: Span<UInt8>) {
        key.withUnsafeBufferPointer { sluice_rocksdb_lookup_add(handle, $0.baseAddress, $0.count) }
    }

    borrowing func clear() { sluice_rocksdb_lookup_clear(handle) }

    /// Hands out the value of the key at a place; nil where there is none.
    borrowing func withValue(_ index: Int, _ body: (Span<UInt8>?) -> Void) {
        var count = 0
        guard let value = sluice_rocksdb_lookup_value(handle, index, &count) else { return body(nil) }
        // The value lives until the lookup is cleared.
        let bytes = UnsafeRawBufferPointer(start: value, count: count).bindMemory(to: UInt8.self)
        body(bytes.span)
    }
}
