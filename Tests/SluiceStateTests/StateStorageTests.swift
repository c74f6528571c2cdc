import Glibc
import SluiceColumns
import SluiceState
import SluiceTesting
import Testing

/// Every storage keeps the same promises.
@Suite struct StateStorageTests {
    /// With files each commit is one; mixed ones with more than a few bytes.
    enum Kind: CaseIterable { case memory, rocksDB, rocksDBFiles, rocksDBMixed }

    /// A fresh folder that goes with the test.
    final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/sluice-state-XXXXXX".utf8CString)
            try #require(mkdtemp(&template) != nil)
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        /// What lies in it.
        var names: [String] {
            guard let entries = opendir(path) else { return [] }
            defer { closedir(entries) }
            var names: [String] = []
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if !name.hasPrefix(".") { names.append(name) }
            }
            return names
        }

        deinit {
            for name in names { unlink("\(path)/\(name)") }
            rmdir(path)
        }
    }

    private static func open(_ kind: Kind, _ folder: Folder) throws -> any StateStorage {
        switch kind {
        case .memory: MemoryStorage()
        case .rocksDB: try RocksDBStorage(path: folder.path)
        case .rocksDBFiles: try RocksDBStorage(path: folder.path, fileByteCountMin: 1)
        case .rocksDBMixed: try RocksDBStorage(path: folder.path, fileByteCountMin: 150)
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

    private static func values(_ storage: any StateStorage, _ keys: [[UInt8]]) throws -> [[UInt8]?] {
        var arena = EncodedRowArena()
        for key in keys {
            let prefix = Array(key.prefix(1))
            let rest = Array(key.dropFirst())
            _ = arena.append(prefix.span, rest.span)
        }
        var found: [[UInt8]??] = Array(repeating: nil, count: keys.count)
        try storage.forEachValue(of: arena) { index, value in
            #expect(found[index] == nil)
            found[index] = .some(value?.bytes)
        }
        return try found.map { try #require($0) }
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
        #expect(try Self.values(storage, [[1, 1, 1], [1, 1, 2], [1, 2], [7]]) == [[11], nil, [], nil])
        let range = StateRange(start: [1], end: [2])
        #expect(try Self.records(storage, range) == [[1, 1, 1, 0xff, 11], [1, 2, 0xff], [1, 9, 0xff, 90]])
        try storage.commit([], dropping: [range], Self.manifest(epoch: 3))
        #expect(try Self.records(storage, StateRange(start: [1], end: [3])) == [[2, 0, 0xff, 30]])
    }

    /// Random puts, removals and ranges that are dropped before them, against a dictionary.
    @Test(arguments: Kind.allCases)
    func keepsTheLastChangeOfEachKey(kind: Kind) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        let folder = try Folder()
        let storage = try Self.open(kind, folder)
        var expected: [[UInt8]: [UInt8]] = [:]
        for epoch in 1...20 as ClosedRange<UInt8> {
            var dropped: [StateRange] = []
            if Int.random(in: 0..<3, using: &random) == 0 {
                let first = UInt8.random(in: 0..<8, using: &random)
                let range = StateRange(start: [1, first], end: [1, first + UInt8.random(in: 1..<4, using: &random)])
                dropped.append(range)
                expected = expected.filter { $0.key[1] < range.start[1] || $0.key[1] >= range.end[1] }
            }
            var changes: [([UInt8], [UInt8]?)] = []
            for _ in 0..<Int.random(in: 0..<30, using: &random) {
                let key = [1] + (0..<2).map { _ in UInt8.random(in: 0..<10, using: &random) }
                let value = Bool.random(using: &random) ? [epoch, UInt8(changes.count)] : nil
                changes.append((key, value))
                expected[key] = value
            }
            try storage.commit([Self.log(changes)], dropping: dropped, Self.manifest(epoch: Int64(epoch)))
            let sorted = expected.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let found = try Self.records(storage, StateRange(start: [1], end: [2]))
            #expect(found == sorted.map { $0.key + [0xff] + $0.value }, "seed \(seed), epoch \(epoch)")
        }
    }

    /// A process that dies while a commit becomes a file may leave that file with two names.
    @Test func leavesAFileWithTwoNamesAlone() throws {
        let folder = try Folder()
        func commit(_ epoch: UInt8, _ storage: any StateStorage) throws {
            let log = Self.log([([1, 1, epoch], [epoch])])
            try storage.commit([log], dropping: [], Self.manifest(epoch: Int64(epoch)))
        }
        do { try commit(1, try Self.open(.rocksDBFiles, folder)) }
        let name = try #require(folder.names.first { $0.hasSuffix(".sst") })
        try #require(link("\(folder.path)/\(name)", "\(folder.path)/commit.sst") == 0)
        let storage = try Self.open(.rocksDBFiles, folder)
        #expect(try storage.manifest()?.epoch == 1)
        try commit(2, storage)
        let range = StateRange(start: [1], end: [2])
        #expect(try Self.records(storage, range) == [[1, 1, 1, 0xff, 1], [1, 1, 2, 0xff, 2]])
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
        #expect(try Self.values(storage, [[3, 3]]) == [nil])
        #expect(try storage.manifest()?.epoch == 2)
    }

    /// Keys of several lookups, some of them missing, in any order.
    @Test(arguments: Kind.allCases)
    func findsManyKeysAtOnce(kind: Kind) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        let folder = try Folder()
        let storage = try Self.open(kind, folder)
        func key(_ number: Int) -> [UInt8] { [8, UInt8(number & 255), UInt8(number >> 8)] }
        for epoch in 1...3 {
            let log = Self.log((0..<2_000).filter { $0 % 3 != 0 }.map { (key($0), [UInt8(epoch), UInt8($0 & 7)]) })
            try storage.commit([log], dropping: [], Self.manifest(epoch: Int64(epoch)))
        }
        let asked = (0..<2_000).shuffled(using: &random).prefix(1_500)
        let expected: [[UInt8]?] = asked.map { $0 % 3 == 0 ? nil : [3, UInt8($0 & 7)] }
        #expect(try Self.values(storage, asked.map(key)) == expected, "seed \(seed)")
        #expect(try Self.values(storage, []).isEmpty)
    }

    /// What was committed before is found while others commit.
    @Test(arguments: Kind.allCases)
    func readsBesideCommits(kind: Kind) async throws {
        let folder = try Folder()
        let storage = try Self.open(kind, folder)
        let old = Self.log((0..<200).map { ([1, 0, UInt8($0)], [7]) })
        try storage.commit([old], dropping: [], Self.manifest(epoch: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for epoch in 2..<40 {
                    let log = Self.log((0..<200).map { ([2, UInt8(epoch), UInt8($0)], [UInt8(epoch)]) })
                    try storage.commit([log], dropping: [], Self.manifest(epoch: Int64(epoch)))
                }
            }
            group.addTask {
                for _ in 0..<100 {
                    let found = try Self.values(storage, (0..<200).map { [1, 0, UInt8($0)] })
                    #expect(found.allSatisfy { $0 == [7] })
                }
            }
            try await group.waitForAll()
        }
        #expect(try Self.values(storage, [[2, 39, 199]]) == [[39]])
    }

    @Test func takesAShareOfTheMemoryOfTheProcess() throws {
        let share = StorageMemory(within: 1 << 30)
        #expect((255 << 20)...(256 << 20) ~= share.byteCount)
        #expect(2 * share.memtableByteCount + share.cacheByteCount <= share.byteCount * 4 / 5 + 4)
        #expect((31 << 20)...(32 << 20) ~= StorageMemory(within: 16 << 20).byteCount)
        #expect(StorageMemory(within: .max) == StorageMemory())
    }

    @Test func outlivesTheProcessThatWroteIt() throws {
        let folder = try Folder()
        do {
            let storage = try RocksDBStorage(path: folder.path)
            try storage.commit([Self.log([([4, 4], [44])])], dropping: [], Self.manifest(epoch: 9))
        }
        let storage = try RocksDBStorage(path: folder.path)
        #expect(try storage.manifest()?.epoch == 9)
        #expect(try Self.values(storage, [[4, 4]]) == [[44]])
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
