import Glibc
import SluiceColumns
import SluiceState
import Testing

/// Every storage keeps the same promises.
@Suite struct StateStorageTests {
    enum Kind: CaseIterable { case memory, rocksDB }

    /// A fresh folder that goes with the test.
    final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/sluice-state-XXXXXX".utf8CString)
            try #require(mkdtemp(&template) != nil)
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        deinit {
            guard let entries = opendir(path) else { return }
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(entries)
            rmdir(path)
        }
    }

    private static func open(_ kind: Kind, _ folder: Folder) throws -> any StateStorage {
        switch kind {
        case .memory: MemoryStorage()
        case .rocksDB: try RocksDBStorage(path: folder.path)
        }
    }

    private static func log(_ changes: [([UInt8], [UInt8]?)]) -> RecordLog {
        let log = RecordLog()
        for (key, value) in changes {
            let prefix = Array(key.prefix(2))
            let rest = Array(key.dropFirst(2))
            if let value {
                log.put(prefix: prefix.span, key: rest.span, value: value.span)
            } else {
                log.remove(prefix: prefix.span, key: rest.span)
            }
        }
        log.freeze()
        return log
    }

    private static func manifest(epoch: Int64, fence: Int64 = 1) -> EpochManifest {
        EpochManifest(epoch: epoch, fence: fence, jobID: "test", parallelism: 2)
    }

    private static func records(_ storage: any StateStorage, _ range: StateRange) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        try storage.forEach(in: range) { key, value in
            found.append(key.indices.map { key[$0] } + [0xff] + value.indices.map { value[$0] })
            return true
        }
        return found
    }

    @Test(arguments: Kind.allCases)
    func keepsWhatWasCommitted(kind: Kind) throws {
        let folder = try Folder()
        let storage = try Self.open(kind, folder)
        #expect(try storage.manifest() == nil)
        let first = Self.log([([1, 1, 1], [10]), ([1, 1, 2], [20]), ([1, 2], []), ([2, 0], [30])])
        try storage.commit([first], dropping: [], Self.manifest(epoch: 1))
        let second = Self.log([([1, 1, 1], [11]), ([1, 1, 2], nil), ([1, 1, 3], nil)])
        try storage.commit([second, Self.log([([1, 9], [90])])], dropping: [], Self.manifest(epoch: 2))
        #expect(try storage.manifest() == Self.manifest(epoch: 2))
        #expect(try storage.values(of: [[1, 1, 1], [1, 1, 2], [1, 2], [7]]) == [[11], nil, [], nil])
        let range = StateRange(start: [1], end: [2])
        #expect(try Self.records(storage, range) == [[1, 1, 1, 0xff, 11], [1, 2, 0xff], [1, 9, 0xff, 90]])
        try storage.commit([], dropping: [range], Self.manifest(epoch: 3))
        #expect(try Self.records(storage, StateRange(start: [1], end: [3])) == [[2, 0, 0xff, 30]])
    }

    @Test(arguments: Kind.allCases)
    func stopsWhereTheReaderHasEnough(kind: Kind) throws {
        let folder = try Folder()
        let storage = try Self.open(kind, folder)
        let log = Self.log((0..<100).map { ([5, UInt8($0)], [1]) })
        try storage.commit([log], dropping: [], Self.manifest(epoch: 1))
        var count = 0
        try storage.forEach(in: StateRange(start: [5], end: [6])) { _, _ in
            count += 1
            return count < 7
        }
        #expect(count == 7)
    }

    @Test(arguments: Kind.allCases)
    func refusesAnOwnerThatWasReplaced(kind: Kind) throws {
        let folder = try Folder()
        let storage = try Self.open(kind, folder)
        try storage.commit([], dropping: [], Self.manifest(epoch: 1, fence: 5))
        try storage.commit([], dropping: [], Self.manifest(epoch: 2, fence: 5))
        let error = try #require(throws: StateError.self) {
            try storage.commit([Self.log([([3, 3], [3])])], dropping: [], Self.manifest(epoch: 3, fence: 4))
        }
        #expect(error.code == "fenced")
        #expect(try storage.values(of: [[3, 3]]) == [nil])
        #expect(try storage.manifest()?.epoch == 2)
    }

    @Test func outlivesTheProcessThatWroteIt() throws {
        let folder = try Folder()
        do {
            let storage = try RocksDBStorage(path: folder.path)
            try storage.commit([Self.log([([4, 4], [44])])], dropping: [], Self.manifest(epoch: 9))
        }
        let storage = try RocksDBStorage(path: folder.path)
        #expect(try storage.manifest()?.epoch == 9)
        #expect(try storage.values(of: [[4, 4]]) == [[44]])
    }

    @Test func refusesAFolderInUse() throws {
        let folder = try Folder()
        let storage = try RocksDBStorage(path: folder.path)
        let error = try #require(throws: StateError.self) { _ = try RocksDBStorage(path: folder.path) }
        #expect(error.code == "stateInUse")
        #expect(error.domain == .user)
        storage.close()
    }

    @Test("A folder that was moved away while it was open takes no more commits")
    func noticesAMovedFolder() throws {
        let folder = try Folder()
        let path = folder.path + "/job"
        let storage = try RocksDBStorage(path: path)
        try storage.commit([], dropping: [], Self.manifest(epoch: 1))
        #expect(rename(path, path + "-moved") == 0)
        let gone = try #require(throws: StateError.self) {
            try storage.commit([], dropping: [], Self.manifest(epoch: 2))
        }
        #expect(gone.code == "stateGone" && gone.message.contains(path))
        // Another process may have the name by now.
        let other = try Folder()
        #expect(rename(other.path, path) == 0)
        #expect(throws: StateError.self) { try storage.commit([], dropping: [], Self.manifest(epoch: 2)) }
        #expect(rmdir(path) == 0 && rename(path + "-moved", path) == 0)
        try storage.commit([], dropping: [], Self.manifest(epoch: 2))
        #expect(try storage.manifest()?.epoch == 2)
        #expect(rename(path, folder.path + "-kept") == 0)
        storage.close()
    }

    @Test func saysWhatCannotBeOpened() throws {
        let error = try #require(throws: StateError.self) { _ = try RocksDBStorage(path: "/nowhere/at/all") }
        #expect(error.code == "storageFailed")
        #expect(error.message.contains("/nowhere/at/all"))
    }
}
