import Glibc
import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

/// Files of dimension tables: built once, safe against damage, exchanged while they are asked.
@Suite("Files of dimension tables")
struct DimensionStoreTests {
    static let columns: [(String, LogicalType)] = [("key", .varchar(LogicalType.maxLength)), ("value", .bigint)]
    static let byKey = LookupRequest(keys: [0])

    private func find(_ reader: any LookupReader, _ keys: [String?]) throws -> [String] {
        try DimensionFixture.lines(reader.lookUp([.texts(keys)], rowCount: keys.count))
    }

    private func inode(_ path: String) throws -> ino_t { try FileListing.status(path).st_ino }

    @Test("A table is built once, and a second index from the rows that are there")
    func buildsOnce() throws {
        let fixture = DimensionFixture(Self.columns)
        fixture.write(["a,1", "b,2", "a,3"])
        #expect(
            try find(fixture.reader(fixture.table(), Self.byKey), ["b", "a", "c", nil]) == [
                "0: b|2", "1: a|1", "1: a|3",
            ]
        )
        let rows = try fixture.files(".rows")
        #expect(rows.count == 1)
        let before = try inode(rows[0])
        let byValue = try fixture.reader(fixture.table(), LookupRequest(keys: [1]))
        #expect(try DimensionFixture.lines(byValue.lookUp([.numbers([3])], rowCount: 1)) == ["0: a|3"])
        #expect(try fixture.files(".rows") == rows)
        #expect(try inode(rows[0]) == before)
        #expect(try fixture.files(".index").count == 2)
    }

    @Test("Rows longer than a place of the cache, and than a block of reading")
    func longRows() throws {
        let fixture = DimensionFixture(Self.columns)
        let long = String(repeating: "x", count: 3 << 20)
        fixture.write(["a,1", long + ",2", "b,3", String(repeating: "y", count: 9_000) + ",4"])
        #expect(try find(fixture.reader(fixture.table(), Self.byKey), [long, "b"]) == ["0: \(long)|2", "1: b|3"])
        // The second index reads the rows block by block.
        let byValue = try fixture.reader(fixture.table(), LookupRequest(keys: [1]))
        let found = try byValue.lookUp([.numbers([2, 3, 4, 1])], rowCount: 4)
        #expect(DimensionFixture.lines(found).map { $0.suffix(2) } == ["|2", "|3", "|4", "|1"])
    }

    @Test("What changed is taken by refresh; a version that is asked stays what it was")
    func reloads() throws {
        let fixture = DimensionFixture(Self.columns)
        fixture.write(["a,1"])
        let table = try fixture.table()
        let reader = try fixture.reader(table, Self.byKey)
        #expect(try find(reader, ["a"]) == ["0: a|1"])
        try table.refresh()
        #expect(try fixture.files(".rows").count == 1)
        fixture.write(["a,2", "b,3"])
        #expect(try find(reader, ["a", "b"]) == ["0: a|1"])
        try table.refresh()
        #expect(try find(reader, ["a", "b"]) == ["0: a|2", "1: b|3"])
        // Only the last version's files are left.
        #expect(try fixture.files(".rows").count == 1)
        #expect(try fixture.files(".index").count == 1)
    }

    @Test("A reload that fails leaves the table as it was")
    func failedReload() throws {
        let fixture = DimensionFixture(Self.columns)
        fixture.write(["a,1"])
        let table = try fixture.table()
        let reader = try fixture.reader(table, Self.byKey)
        fixture.write(["a,2", "b,not a number"])
        #expect(throws: ConnectorError.self) { try table.refresh() }
        #expect(try find(reader, ["a"]) == ["0: a|1"])
        fixture.write(["a,22"])
        try table.refresh()
        #expect(try find(reader, ["a"]) == ["0: a|22"])
    }

    @Test("Threads ask while versions are exchanged: each answer is of one version")
    func exchangesWhileAsked() async throws {
        let fixture = DimensionFixture(Self.columns)
        func content(_ version: Int) -> [String] { (0..<500).map { "k\($0),\(version)" } }
        fixture.write(content(0))
        let table = try fixture.table()
        _ = try fixture.reader(table, Self.byKey)
        let columns = fixture.columns.indices.map { ProjectedColumn(index: $0, type: fixture.columns[$0].type) }
        let asking = Task.detached { () -> [Int] in
            let reader = try table.makeReader(Self.byKey, columns: columns, context: ReaderContext())
            let keys = Column.texts((0..<500).map { "k\($0)" })
            var seen: [Int] = []
            while seen.last != 5 {
                let found = try reader.lookUp([keys], rowCount: 500)
                let versions = Set((0..<found.askers.count).map { DimensionFixture.text(found.columns[1].value($0)) })
                #expect(found.askers.count == 500)
                #expect(versions.count == 1)
                seen.append(versions.first.flatMap(Int.init) ?? -1)
            }
            return seen
        }
        for version in 1...5 {
            fixture.write(content(version) + Array(repeating: "z,\(version)", count: version))
            try table.refresh()
        }
        let seen = try await asking.value
        #expect(seen == seen.sorted())
    }

    @Test("What an interrupted build leaves is not taken for the table")
    func interruptedBuild() throws {
        let fixture = DimensionFixture(Self.columns)
        fixture.write(["a,1", "b,2"])
        _ = try fixture.reader(fixture.table(), Self.byKey)
        let rows = try fixture.files(".rows")[0]
        let index = try fixture.files(".index")[0]
        // Rows were published, the index was not; and the build before had been killed in the rows.
        unlink(index)
        fixture.directory.write("built/" + index.split(separator: "/").last! + ".unfinished", Array("half".utf8))
        fixture.directory.write("built/" + rows.split(separator: "/").last! + ".unfinished", Array("half".utf8))
        #expect(try find(fixture.reader(fixture.table(), Self.byKey), ["b"]) == ["0: b|2"])
        #expect(try fixture.files(".unfinished").isEmpty)
    }

    @Test("Files of a later form are refused by name")
    func newerForm() throws {
        let fixture = DimensionFixture(Self.columns)
        fixture.write(["a,1"])
        _ = try fixture.reader(fixture.table(), Self.byKey)
        let path = try fixture.files(".rows")[0]
        var bytes = try OpenFile.reading(path).bytes(at: 0, count: 1 << 16)
        bytes[8] = 99
        TextFile.write(path, bytes)
        let error = #expect(throws: ConnectorError.self) { try fixture.reader(fixture.table(), Self.byKey) }
        #expect(error?.code == "newerDimension")
        #expect(error?.message.contains(path) == true)
    }

    @Test("Damaged files give the right rows or an error, never wrong rows or a trap", arguments: ["read", "mmap"])
    func survivesDamage(access: String) throws {
        let requests = [
            Self.byKey, LookupRequest(keys: [], probe: .network(2)), LookupRequest(keys: [0], probe: .domain(3)),
            LookupRequest(keys: [], probe: .range(low: 1, high: 1)),
        ]
        let fixture = DimensionFixture(Self.columns + [("net", .varchar(100)), ("name", .varchar(100))])
        fixture.write((0..<200).map { "key \($0 % 50),\($0),10.0.\($0).0/\(16 + $0 % 16),d\($0 % 20).example" })
        let keys: [[Column]] = [
            [.texts(["key 7", "key 49", "none"])], [.texts(["10.0.7.1", "10.0.199.0", "11.0.0.1"])],
            [.texts(["key 7", "key 49", "key 1"]), .texts(["a.d7.example", "d9.example", "d1.example"])],
            [.numbers([7, 199, 200])],
        ]
        func answers() throws -> [[String]] {
            try zip(requests, keys).map { request, keys in
                let table = try fixture.table(["dimension.access": access])
                return try DimensionFixture.lines(fixture.reader(table, request).lookUp(keys, rowCount: 3))
            }
        }
        let right = try answers()
        #expect(right.allSatisfy { !$0.isEmpty })
        var refused = 0
        for seed in UInt64(1)...60 {
            var generator = SeededRandom(seed)
            let paths = try fixture.files(".rows") + fixture.files(".index")
            let path = paths[Int(generator.next() % UInt64(paths.count))]
            var bytes = try OpenFile.reading(path).bytes(at: 0, count: 1 << 20)
            switch generator.next() % 3 {
            case 0: bytes.removeSubrange(Int(generator.next() % UInt64(bytes.count))...)
            case 1: bytes[Int(generator.next() % 256)] ^= UInt8(1 + generator.next() % 255)
            default: bytes[Int(generator.next() % UInt64(bytes.count))] ^= UInt8(1 + generator.next() % 255)
            }
            unlink(path)
            TextFile.write(path, bytes)
            do {
                #expect(try answers() == right, "seed \(seed)")
            } catch let error as ConnectorError {
                #expect(["damagedDimension", "newerDimension"].contains(error.code), "seed \(seed): \(error)")
                refused += 1
                unlink(path)
                #expect(try answers() == right, "seed \(seed), after \(error)")
            }
        }
        #expect(refused > 0)
    }

    @Test("Options that make no sense are refused")
    func badOptions() throws {
        let fixture = DimensionFixture(Self.columns)
        fixture.write(["a,1"])
        for (key, value) in [
            ("dimension.access", "fast"), ("dimension.match", "best"), ("dimension.cache-size", "-1"),
            ("dimension.directory", ""), ("source.monitor-interval", "1 s"), ("sink.rolling-policy.file-size", "1 mb"),
        ] {
            let error = #expect(throws: ConnectorError.self) { try fixture.table([key: value]) }
            #expect(error?.option == key)
        }
    }

    @Test("A missing source, and one without permission to build beside it, are errors that name the path")
    func badPaths() throws {
        let fixture = DimensionFixture(Self.columns)
        let missing = #expect(throws: ConnectorError.self) { try fixture.reader(fixture.table(), Self.byKey) }
        #expect(missing?.code == "missingFile")
        fixture.write(["a,1"])
        let table = try fixture.table(["dimension.directory": fixture.directory.path + "/table.csv/below"])
        let blocked = #expect(throws: ConnectorError.self) { try fixture.reader(table, Self.byKey) }
        #expect(blocked?.message.contains("/table.csv") == true)
    }
}
