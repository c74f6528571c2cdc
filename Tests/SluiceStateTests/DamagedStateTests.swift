import Glibc
import SluiceColumns
import SluiceState
import Testing

/// What a crash or a bad disk leaves of RocksDB's files.
@Suite("Damaged state gives a whole epoch or is refused")
struct DamagedStateTests {
    private static let owner = StateAddress(owner: 5, table: 0)

    /// The files of a database that has committed epochs 1 to 3; each sets the value of one key and adds a key.
    private static func files(isEachCommitAFile: Bool = false) throws -> [String: [UInt8]] {
        let folder = try StateStorageTests.Folder()
        do {
            let storage = try RocksDBStorage(path: folder.path, fileByteCountMin: isEachCommitAFile ? 1 : .max)
            for epoch in 1...3 as ClosedRange<UInt8> { try commit(epoch, to: storage) }
        }
        var files: [String: [UInt8]] = [:]
        for name in folder.names { files[name] = try bytes(of: "\(folder.path)/\(name)") }
        return files
    }

    private static func commit(_ epoch: UInt8, to storage: RocksDBStorage) throws {
        let log = RecordLog()
        let prefix = owner.prefix(keyGroup: 3)
        for (key, value) in [([0], [epoch]), ([epoch], [epoch, epoch])] as [([UInt8], [UInt8])] {
            log.put(prefix: prefix.span, key: key.span, value: value.span)
        }
        log.freeze()
        let manifest = EpochManifest(epoch: Int64(epoch), fence: 1, jobID: "test", parallelism: 1)
        try storage.commit([log], dropping: [], manifest)
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }

    /// The epoch of a database with these files; nil where it is refused.
    private static func epoch(of files: [String: [UInt8]]) throws -> Int64? {
        let folder = try StateStorageTests.Folder()
        for (name, content) in files {
            let file = try #require(fopen("\(folder.path)/\(name)", "w"))
            #expect(fwrite(content, 1, content.count, file) == content.count)
            fclose(file)
        }
        do {
            let storage = try RocksDBStorage(path: folder.path)
            let epoch = try storage.manifest()?.epoch ?? 0
            // All of that epoch is there, and nothing of another.
            let prefix = owner.prefix(keyGroup: 3)
            let expected = (0...3 as ClosedRange<UInt8>).map { key -> [UInt8]? in
                if key > epoch || epoch == 0 { return nil }
                return key == 0 ? [UInt8(epoch)] : [key, key]
            }
            let keys = (0...3 as ClosedRange<UInt8>).map { prefix + [$0] }
            #expect(try keys.map { try value($0, in: storage) } == expected)
            return epoch
        } catch let error as StateError {
            #expect(error.code == "storageFailed" && error.domain == .external)
            #expect(error.message.contains(folder.path), "\(error)")
            return nil
        }
    }

    private static func value(_ key: [UInt8], in storage: RocksDBStorage) throws -> [UInt8]? {
        var found: [UInt8]?
        try storage.forEach(in: StateRange(startingWith: key)) { _, value in
            found = value.bytes
            return false
        }
        return found
    }

    @Test("A log that is cut at any byte ends with a whole commit")
    func cutLog() throws {
        let files = try Self.files()
        let name = try #require(files.keys.first { $0.hasSuffix(".log") })
        let log = try #require(files[name])
        var epochs: [Int64] = []
        // The last commit byte by byte, and some places before it.
        for length in (0...log.count).filter({ $0 % 5 == 0 || $0 + 200 > log.count }) {
            var damaged = files
            damaged[name] = Array(log[..<length])
            epochs.append(try #require(try Self.epoch(of: damaged), "cut at \(length) of \(log.count)"))
        }
        #expect(epochs == epochs.sorted())
        #expect(Set(epochs) == [0, 1, 2, 3])
    }

    @Test("A log with a changed byte gives a whole epoch or is refused, and not an older one but by a lost end")
    func changedLog() throws {
        let files = try Self.files()
        let name = try #require(files.keys.first { $0.hasSuffix(".log") })
        let log = try #require(files[name])
        var refusedCount = 0
        let places = Array(stride(from: 0, to: log.count, by: 3))
        for place in places {
            var damaged = files
            damaged[name]?[place] ^= 0x10
            if try Self.epoch(of: damaged) == nil { refusedCount += 1 }
        }
        // The checksums cover all but the lengths of the records.
        #expect(refusedCount > places.count * 8 / 10)
    }

    @Test("A manifest or CURRENT of RocksDB that is cut or changed is refused, or all is there")
    func damagedManifest() throws {
        let files = try Self.files()
        #expect(try Self.epoch(of: files) == 3)
        for (name, content) in files where name == "CURRENT" || name.hasPrefix("MANIFEST") {
            for place in content.indices {
                var cut = files
                cut[name] = Array(content[..<place])
                var changed = files
                changed[name]?[place] ^= 0x10
                for damaged in [cut, changed] {
                    if let epoch = try Self.epoch(of: damaged) { #expect(epoch == 3, "\(name) at \(place)") }
                }
            }
        }
    }

    @Test("Where commits are files, a manifest of RocksDB that is cut is refused, or all is there")
    func cutManifestOfFiles() throws {
        let files = try Self.files(isEachCommitAFile: true)
        let name = try #require(files.keys.first { $0.hasPrefix("MANIFEST") })
        let manifest = try #require(files[name])
        for length in 0..<manifest.count {
            var damaged = files
            damaged[name] = Array(manifest[..<length])
            if let epoch = try Self.epoch(of: damaged) { #expect(epoch == 3, "cut at \(length)") }
        }
        #expect(try Self.epoch(of: files) == 3)
    }

    @Test("Where commits are files, one with a changed byte is refused, or all is there")
    func changedFiles() throws {
        let files = try Self.files(isEachCommitAFile: true)
        let tables = files.filter { $0.key.hasSuffix(".sst") }
        #expect(tables.count == 3)
        var refusedCount = 0
        for (name, content) in tables {
            for place in stride(from: 0, to: content.count, by: 7) {
                var damaged = files
                damaged[name]?[place] ^= 0x10
                if try Self.epoch(of: damaged).map({ $0 == 3 }) ?? false { continue }
                refusedCount += 1
            }
        }
        #expect(refusedCount > 0)
    }
}
