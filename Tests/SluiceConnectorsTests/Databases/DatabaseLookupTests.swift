import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite("Lookups in databases")
struct DatabaseLookupTests {
    private let directory = ScratchDirectory()
    private static let columns = [
        TableColumn("k", DataType(.bigint)), TableColumn("Name", DataType(.string)),
        TableColumn("price", DataType(.decimal(precision: 9, scale: 2))), TableColumn("ok", DataType(.boolean)),
        TableColumn("day", DataType(.date)),
    ]

    private var path: String { directory.path + "/test.db" }

    private func execute(_ sql: String) throws {
        try SQLiteHandle(path: path, creates: true, busyMillis: 0).execute(sql)
    }

    private func table(_ options: [String: String] = [:]) throws -> any LookupTable {
        var all = ["path": path, "table-name": "t", "lookup.max-retries": "0"]
        for (key, value) in options { all[key] = value }
        var reader = OptionReader(all)
        let make = try #require(SQLiteConnector.descriptor.makeLookup)
        let table = try make(TableDescription(name: "t", columns: Self.columns, options: all), &reader)
        #expect(reader.leftovers.isEmpty)
        return try #require(table)
    }

    private func reader(_ keys: [Int], _ options: [String: String] = [:]) throws -> any LookupReader {
        try table(options).makeReader(
            LookupRequest(keys: keys),
            columns: Self.columns.indices.map { ProjectedColumn(index: $0, type: Self.columns[$0].type) },
            context: ReaderContext()
        )
    }

    private func makeTable() throws {
        try execute(
            """
            CREATE TABLE t (k INTEGER, name TEXT, price TEXT, ok BOOLEAN, day TEXT);
            INSERT INTO t VALUES (1, 'a', '1.50', 1, '2031-01-02'), (1, 'b', '2.25', 0, NULL), (2, 'c', '-1', 1, NULL),
              (NULL, 'n', '0', NULL, NULL);
            """
        )
    }

    @Test("Rows of several keys come in one request, several for a key, in the order of those who ask")
    func findsRows() throws {
        try makeTable()
        let found = try reader([0]).lookUp([.numbers([2, 1, 9, nil, 1])], rowCount: 5)
        #expect(
            DimensionFixture.lines(LookupRows(askers: found.askers, columns: Array(found.columns[0..<3])))
                == ["0: 2|c|-100", "1: 1|a|150", "1: 1|b|225", "3: -|n|0", "4: 1|a|150", "4: 1|b|225"]
        )
        let flags: [Value] = (0..<6).map { found.columns[3].value($0) }
        #expect(flags == [.boolean(true), .boolean(true), .boolean(false), .null, .boolean(true), .boolean(false)])
        // 61 years of which 15 are leap years, and one day.
        #expect(found.columns[4].value(1) == .integer(61 * 365 + 15 + 1))
    }

    @Test("Keys of several columns, with NULL in them")
    func severalColumns() throws {
        try makeTable()
        let keys = [Column.numbers([1, 1, nil, nil]), Column.texts(["b", "c", "n", "a"])]
        let found = try reader([0, 1]).lookUp(keys, rowCount: 4)
        #expect(
            DimensionFixture.lines(LookupRows(askers: found.askers, columns: Array(found.columns[0..<2])))
                == ["0: 1|b", "2: -|n"]
        )
    }

    @Test("More keys than one request takes")
    func manyKeys() throws {
        try makeTable()
        let asked = (0..<1_501).map { Optional($0) }
        let found = try reader([0]).lookUp([.numbers(asked)], rowCount: asked.count)
        let names = LookupRows(askers: found.askers, columns: [found.columns[1]])
        #expect(DimensionFixture.lines(names) == ["1: a", "1: b", "2: c"])
    }

    @Test("Without a cache each batch sees what the table holds; with one, what it held, until that is too old")
    func caches() throws {
        try makeTable()
        func names(_ reader: any LookupReader) throws -> [String] {
            let found = try reader.lookUp([.numbers([2, 7])], rowCount: 2)
            return DimensionFixture.lines(LookupRows(askers: found.askers, columns: [found.columns[1]]))
        }
        let plain = try reader([0])
        let cached = try reader([0], ["lookup.cache": "PARTIAL"])
        let hopeful = try reader([0], ["lookup.cache": "PARTIAL", "lookup.partial-cache.cache-missing-key": "false"])
        for each in [plain, cached, hopeful] { #expect(try names(each) == ["0: c"]) }
        try execute("UPDATE t SET name = 'd' WHERE k = 2; INSERT INTO t (k, name) VALUES (7, 'new')")
        #expect(try names(plain) == ["0: d", "1: new"])
        #expect(try names(cached) == ["0: c"])
        #expect(try names(hopeful) == ["0: c", "1: new"])
    }

    @Test("The cache forgets the oldest keys, and what is too old")
    func forgets() throws {
        var options = DatabaseLookupOptions()
        options.cacheKeyCountMax = 2
        options.expiresAfterWriteMillis = 100
        options.expiresAfterAccessMillis = 50
        var cache = LookupCache(options)
        func key(_ number: Int64) -> [Value] { [.integer(number)] }
        for number in Int64(1)...3 { cache.keep([[.integer(number)]], of: key(number), nowNanos: 0) }
        #expect(cache.count == 2)
        #expect(cache.rows(of: key(1), nowNanos: 0) == nil)
        #expect(cache.rows(of: key(2), nowNanos: 49_000_000) == [[.integer(2)]])
        // Asked for at 49 ms, it lives on, but never longer than since it was written.
        #expect(cache.rows(of: key(3), nowNanos: 50_000_000) == nil)
        #expect(cache.rows(of: key(2), nowNanos: 98_000_000) == [[.integer(2)]])
        #expect(cache.rows(of: key(2), nowNanos: 100_000_000) == nil)
        for number in Int64(10)..<9_000 { cache.keep([], of: key(number), nowNanos: 0) }
        #expect(cache.count == 2)
    }

    @Test("What is not there is an error that names it")
    func missing() throws {
        try execute("CREATE TABLE t (k INTEGER, name TEXT)")
        let column = #expect(throws: ConnectorError.self) {
            try reader([0]).lookUp([.numbers([1])], rowCount: 1)
        }
        #expect(column?.code == "missingColumn" && column?.message.contains("price") == true)
        let other = #expect(throws: ConnectorError.self) {
            try reader([0], ["table-name": "u"]).lookUp([.numbers([1])], rowCount: 1)
        }
        #expect(other?.code == "missingTable")
    }

    @Test("A cell that is no value of the declared type is an error")
    func badCell() throws {
        try makeTable()
        try execute("UPDATE t SET day = 'soon' WHERE k = 2")
        let error = #expect(throws: ConnectorError.self) { try reader([0]).lookUp([.numbers([2])], rowCount: 1) }
        #expect(error?.message.contains("'soon'") == true)
    }

    @Test(
        "Options that make no sense are refused",
        arguments: [
            ("lookup.cache", "FULL"), ("lookup.cache", "SOME"), ("lookup.partial-cache.max-rows", "-1"),
            ("lookup.partial-cache.expire-after-write", "0 s"), ("lookup.max-retries", "-1"),
        ]
    )
    func badOptions(key: String, value: String) throws {
        let error = #expect(throws: ConnectorError.self) { try table([key: value]) }
        #expect(error?.option == key)
    }
}
