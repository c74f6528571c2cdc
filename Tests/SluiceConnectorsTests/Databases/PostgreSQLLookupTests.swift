import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// The server that `scripts/with-postgres.sh` started for the tests; nil where none is installed.
private let server = getenv("SLUICE_TEST_POSTGRESQL").map { String(cString: $0) }

@Suite("Lookups in PostgreSQL", .enabled(if: server != nil, "no server: run scripts/with-postgres.sh swift test"))
struct PostgreSQLLookupTests {
    private static let columns = [
        TableColumn("K", DataType(.bigint)), TableColumn("name", DataType(.string)),
        TableColumn("at", DataType(.timestampLTZ(3))), TableColumn("body", DataType(.bytes)),
    ]
    /// Where the tables of one test lie.
    private let schema: String

    init() throws {
        var bits = SystemRandomNumberGenerator()
        schema = "l" + String(bits.next(), radix: 36)
        let address = try PostgreSQLAddress(url: server ?? "", user: nil, password: nil)
        let handle = try PostgreSQLHandle(address.parameters(timeoutMillis: 10_000), place: address.place)
        try handle.execute(
            """
            CREATE SCHEMA \(schema);
            CREATE TABLE \(schema).t (k bigint, name varchar(9), at timestamptz, body bytea);
            INSERT INTO \(schema).t VALUES (1, 'a', '1970-01-01 02:00:01.5+02', '\\x0aff'), (1, 'b', NULL, NULL),
              (2, 'c', NULL, ''), (NULL, 'n', NULL, NULL);
            CREATE VIEW \(schema).v AS SELECT * FROM \(schema).t WHERE k = 2
            """
        )
    }

    private func reader(_ keys: [Int], table: String = "t") throws -> any LookupReader {
        let all = ["url": server ?? "", "table-name": "\(schema).\(table)", "lookup.max-retries": "0"]
        var reader = OptionReader(all)
        let make = try #require(PostgreSQLConnector.descriptor.makeLookup)
        let lookup = try make(TableDescription(name: "t", columns: Self.columns, options: all), &reader)
        #expect(reader.leftovers.isEmpty)
        return try #require(lookup).makeReader(
            LookupRequest(keys: keys),
            columns: Self.columns.indices.map { ProjectedColumn(index: $0, type: Self.columns[$0].type) },
            context: ReaderContext()
        )
    }

    private func names(_ rows: LookupRows) -> [String] {
        DimensionFixture.lines(LookupRows(askers: rows.askers, columns: Array(rows.columns[0..<2]))).sorted()
    }

    @Test("Keys of one and of several columns, with NULL in them; views")
    func findsRows() throws {
        let one = try reader([0]).lookUp([.numbers([2, 1, 9, nil])], rowCount: 4)
        #expect(names(one) == ["0: 2|c", "1: 1|a", "1: 1|b", "3: -|n"])
        let two = try reader([0, 1]).lookUp([.numbers([1, 2, nil]), .texts(["b", "a", "n"])], rowCount: 3)
        #expect(names(two) == ["0: 1|b", "2: -|n"])
        #expect(try names(reader([0], table: "v").lookUp([.numbers([1, 2])], rowCount: 2)) == ["1: 2|c"])
    }

    @Test("Moments and bytes come as they are, whatever the server's time zone")
    func values() throws {
        let found = try reader([0, 1]).lookUp([.numbers([1, 2]), .texts(["a", "c"])], rowCount: 2)
        #expect(found.columns[2].value(0) == .integer(1_500_000))
        #expect(found.columns[2].value(1) == .null)
        #expect(found.columns[3].value(0) == .bytes([0x0a, 0xff]))
        #expect(found.columns[3].value(1) == .bytes([]))
    }

    @Test("What is not there is an error that names it")
    func missing() throws {
        let error = #expect(throws: ConnectorError.self) {
            try reader([0], table: "none").lookUp([.numbers([1])], rowCount: 1)
        }
        #expect(error?.code == "missingTable")
    }
}
