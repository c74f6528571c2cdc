import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// The server that `scripts/with-postgres.sh` started for the tests; nil where none is installed.
private let server = getenv("SLUICE_TEST_POSTGRESQL").map { String(cString: $0) }

@Suite("Rows into PostgreSQL", .enabled(if: server != nil, "no server: run scripts/with-postgres.sh swift test"))
struct PostgreSQLSinkTests {
    private static let columns = [
        TableColumn("id", .notNull(.bigint)), TableColumn("name", DataType(.string)),
    ]
    /// Where the tables of one test lie.
    private let schema: String
    private let handle: PostgreSQLHandle

    init() throws {
        var bits = SystemRandomNumberGenerator()
        schema = "t" + String(bits.next(), radix: 36)
        let address = try PostgreSQLAddress(url: server ?? "", user: nil, password: nil)
        handle = try PostgreSQLHandle(address.parameters(timeoutMillis: 10_000), place: address.place)
        try handle.execute("CREATE SCHEMA \(schema); SET search_path TO \(schema)")
    }

    /// The rows of a query, as text.
    private func rows(_ query: String) throws -> [String] {
        try handle.execute(query).map { row in row.map { $0 ?? "NULL" }.joined(separator: "|") }
    }

    private func sink(
        _ columns: [TableColumn] = Self.columns,
        key: [Int] = [],
        _ options: [String: String] = [:]
    ) throws -> any TransactionalSinkTable {
        var all = [
            "url": server ?? "", "table-name": schema + ".t", "sink.max-retries": "0", "sink.create-table": "true",
        ]
        for (key, value) in options { all[key] = value }
        var reader = OptionReader(all)
        let table = TableDescription(name: "target", columns: columns, primaryKey: key, options: all)
        let make = try #require(PostgreSQLConnector.descriptor.makeSink)
        let sink = try make(table, &reader)
        #expect(reader.leftovers.isEmpty)
        return try #require(sink as? any TransactionalSinkTable)
    }

    private func batch(_ rows: [(RowKind, Int64, String?)]) -> Batch {
        Batch(
            columns: [
                Column.of(rows.map { .integer($0.1) }, Self.columns[0].type),
                Column.of(rows.map { $0.2.map { .string($0) } ?? .null }, Self.columns[1].type),
            ],
            rowCount: rows.count,
            rowKinds: RowKinds(rows.map(\.0))
        )
    }

    private func transactionalWriter(_ sink: any TransactionalSinkTable) throws -> any TransactionalSinkWriter {
        let writer = try sink.makeWriter(context: WriterContext(isTransactional: true), isOverwrite: false)
        return try #require(writer as? any TransactionalSinkWriter)
    }

    private func error(_ body: () throws -> Void) -> ConnectorError? {
        do {
            try body()
            return nil
        } catch {
            return error as? ConnectorError
        }
    }

    private func epoch(_ number: Int64) -> SinkEpoch { SinkEpoch(jobID: "job", sinkID: "s", number: number) }

    @Test("Without state rows are written at the latest when the writer closes")
    func appends() throws {
        let writer = try sink().makeWriter(context: WriterContext(), isOverwrite: false)
        let odd = "tab\t line\n return\r back\\slash \\N quote\" it's é"
        try writer.write(batch([(.insert, 1, "a"), (.insert, 2, nil), (.insert, 3, odd), (.insert, 4, "\\.")]))
        #expect(try rows("SELECT * FROM t") == [])
        try writer.close()
        #expect(try rows("SELECT id, name FROM t ORDER BY id") == ["1|a", "2|NULL", "3|\(odd)", "4|\\."])
    }

    @Test("With a key rows are replaced and removed")
    func upserts() throws {
        let writer = try sink(key: [0]).makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 1, "a"), (.insert, 2, "b"), (.updateAfter, 1, "c")]))
        try writer.flush()
        #expect(try rows("SELECT id, name FROM t ORDER BY id") == ["1|c", "2|b"])
        try writer.write(batch([(.delete, 1, "c"), (.updateAfter, 2, "d"), (.insert, 3, "e"), (.delete, 3, "e")]))
        try writer.close()
        #expect(try rows("SELECT id, name FROM t ORDER BY id") == ["2|d"])
    }

    @Test("Shards that write the same key in one epoch follow each other")
    func partsFollowEachOther() throws {
        let sink = try sink(key: [0])
        let writers = try (0..<3).map { _ in try transactionalWriter(sink) }
        try writers[0].write(batch([(.insert, 1, "a"), (.insert, 2, "b")]))
        try writers[1].write(batch([(.insert, 1, "c"), (.delete, 2, nil)]))
        try writers[2].write(batch([(.insert, 1, "d")]))
        try sink.commit(try writers.map { try $0.prepare(isFinal: false) }, of: epoch(1))
        #expect(try rows("SELECT id, name FROM t") == ["1|d"])
    }

    @Test("An epoch is applied once, however often it is committed")
    func appliesOnce() throws {
        let sink = try sink()
        try sink.recover([], of: epoch(0))
        let writer = try transactionalWriter(sink)
        try writer.write(batch([(.insert, 1, "a")]))
        let first = try writer.prepare(isFinal: false)
        try sink.commit([first], of: epoch(1))
        try sink.commit([first], of: epoch(1))
        let next = try self.sink()
        try next.recover([first], of: epoch(1))
        #expect(try rows("SELECT id FROM t") == ["1"])
        try writer.write(batch([(.insert, 2, "b")]))
        try next.recover([try writer.prepare(isFinal: true)], of: epoch(2))
        try sink.commit([first], of: epoch(1))
        #expect(try rows("SELECT id FROM t") == ["1", "2"])
        #expect(try rows("SELECT job, sink, epoch FROM sluice_epochs") == ["job|s|2"])
        #expect(error { try sink.recover([], of: epoch(1)) }?.code == "stateTooOld")
    }

    @Test("A lost connection is made again, and the transaction repeated")
    func reconnects() throws {
        let sink = try sink(key: [], ["sink.max-retries": "1"])
        let writer = try transactionalWriter(sink)
        for number in 1...3 as ClosedRange<Int64> {
            try writer.write(batch([(.insert, number, "a")]))
            try sink.commit([try writer.prepare(isFinal: false)], of: epoch(number))
            try handle.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%\(schema)%' AND pid <> "
                    + "pg_backend_pid() OR query = 'COMMIT' AND pid <> pg_backend_pid()"
            )
        }
        #expect(try rows("SELECT id FROM t ORDER BY id") == ["1", "2", "3"])
    }

    @Test("A row that the table refuses takes its whole transaction back")
    func rollsBack() throws {
        try handle.execute("CREATE TABLE t (id bigint PRIMARY KEY, name text)")
        let sink = try sink()
        let writer = try transactionalWriter(sink)
        try writer.write(batch([(.insert, 1, "a"), (.insert, 1, "b")]))
        let transaction = try writer.prepare(isFinal: false)
        let error = try #require(error { try sink.commit([transaction], of: epoch(1)) })
        #expect(error.code == "constraintViolation" && !error.isRetryable)
        #expect(error.message.contains("(id)=(1) already exists"))
        #expect(try rows("SELECT * FROM t") == [] && rows("SELECT * FROM sluice_epochs") == [])
    }

    @Test(
        "A table that does not fit is refused before the first row",
        arguments: [
            ("CREATE TABLE other (id bigint)", [], "missingTable", "CREATE TABLE"),
            ("CREATE VIEW t AS SELECT 1 AS id, 'a' AS name", [], "missingTable", "no table"),
            ("CREATE TABLE t (id bigint)", [], "missingColumn", "no column 'name'"),
            ("CREATE TABLE t (id bigint, name text, extra text NOT NULL)", [], "missingColumn", "'extra'"),
            ("CREATE TABLE t (id timestamp, name text)", [], "typeMismatch", "BIGINT"),
            ("CREATE TABLE t (id bigint, name text GENERATED ALWAYS AS ('x') STORED)", [], "generatedColumn", "'name'"),
            ("CREATE TABLE t (id bigint, name text)", [0], "missingKey", "(id)"),
            ("CREATE TABLE t (id bigint, name text, UNIQUE (id, name))", [0], "missingKey", "(id)"),
            ("CREATE TABLE t (id bigint UNIQUE DEFERRABLE, name text)", [0], "missingKey", "(id)"),
        ] as [(String, [Int], String, String)]
    )
    func checksTable(definition: String, key: [Int], code: String, part: String) throws {
        try handle.execute(definition)
        let sink = try sink(key: key, ["sink.create-table": "false"])
        let direct = try #require(
            error { _ = try sink.makeWriter(context: WriterContext(), isOverwrite: false) }
        )
        #expect(direct.code == code && direct.message.contains(part), "\(direct)")
        #expect(error { try sink.recover([], of: epoch(0)) }?.code == code)
    }

    @Test(
        "A table that fits is taken, whatever else it has",
        arguments: [
            "CREATE TABLE t (id numeric PRIMARY KEY, name varchar(9), extra text NOT NULL DEFAULT 'x', n serial)",
            "CREATE TABLE t (name text, id integer, UNIQUE (id) INCLUDE (name))",
            "CREATE TABLE t (name text, id bigint) PARTITION BY HASH (id); CREATE UNIQUE INDEX ON t (id);"
                + "CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
            "CREATE DOMAIN small AS int CHECK (value < 9); CREATE TABLE t (id small UNIQUE, name text)",
        ]
    )
    func takesTable(definition: String) throws {
        try handle.execute(definition)
        let writer = try sink(key: [0]).makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 5, "a"), (.updateAfter, 5, "b")]))
        try writer.close()
        #expect(try rows("SELECT id, name FROM t") == ["5|b"])
    }

    @Test("Names are found as they are written, else in lower case")
    func names() throws {
        try handle.execute("CREATE TABLE Plain (UserId bigint, \"Odd \"\"Name\" text)")
        let columns = [TableColumn("UserId", DataType(.bigint)), TableColumn("Odd \"Name", DataType(.string))]
        let sink = try sink(columns, key: [], ["table-name": "\(schema).Plain", "sink.create-table": "false"])
        let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 1, "a")]))
        try writer.close()
        #expect(try rows("SELECT userid, \"Odd \"\"Name\" FROM plain") == ["1|a"])
    }

    @Test("Every type that PostgreSQL can hold")
    func types() throws {
        let array = LogicalType.array(DataType(.string))
        let cases: [(LogicalType, Value, String)] = [
            (.boolean, .boolean(true), "boolean t"), (.tinyint, .integer(-128), "smallint -128"),
            (.smallint, .integer(32_767), "smallint 32767"), (.int, .integer(-5), "integer -5"),
            (.bigint, .integer(.min), "bigint -9223372036854775808"), (.float, .float(0.1), "real 0.1"),
            (.double, .double(-1e300), "double precision -1e+300"), (.double, .double(.nan), "double precision NaN"),
            (.double, .double(-.infinity), "double precision -Infinity"),
            (
                .decimal(precision: 30, scale: 2), .wide(-1_234_567_890_123_456_789_012),
                "numeric -12345678901234567890.12"
            ),
            (.char(2), .string("ab"), "character varying ab"), (.string, .string("Grüße"), "text Grüße"),
            (.bytes, .bytes([0, 92, 255]), "bytea \\x005cff"), (.bytes, .bytes([]), "bytea \\x"),
            (.date, .integer(-1), "date 1969-12-31"),
            (.time(3), .integer(45_296_789), "time without time zone 12:34:56.789"),
            (.timestamp(6), .integer(-1), "timestamp without time zone 1969-12-31 23:59:59.999999"),
            (.timestampLTZ(3), .integer(0), "timestamp with time zone 1970-01-01 00:00:00+00"),
            (.intervalDayTime(IntervalDayTime(.day)), .integer(90_061_001), "interval 25:01:01.001"),
            (.intervalYearMonth(IntervalYearMonth(.year)), .integer(-14), "interval -1 years -2 mons"),
            (.variant, .string("{\"a\":1}"), "jsonb {\"a\": 1}"),
            (
                array, .array([.string("a,\"\\{}"), .null, .string("NULL"), .string("")]),
                #"text[] {"a,\"\\{}",NULL,"NULL",""}"#
            ),
            (.array(DataType(.double)), .array([.double(0.5), .double(.nan)]), "double precision[] {0.5,NaN}"),
            (.array(DataType(.bytes)), .array([.bytes([1])]), #"bytea[] {"\\x01"}"#),
            (.array(DataType(.int)), .array([]), "integer[] {}"),
        ]
        try handle.execute("SET timezone TO 'UTC'")
        for (place, (type, value, expected)) in cases.enumerated() {
            let columns = [TableColumn("c", DataType(type))]
            let writer = try sink(columns, key: [], ["table-name": "\(schema).t\(place)"])
                .makeWriter(context: WriterContext(), isOverwrite: false)
            try writer.write(Batch(columns: [Column.of([value, .null], DataType(type))], rowCount: 2))
            try writer.close()
            let found = try rows(
                "SELECT pg_typeof(c) || ' ' || CASE WHEN c IS NULL THEN '' ELSE c::text END FROM t\(place)"
            )
            #expect(found.first == expected || found.first == expected.replacing(" t", with: " true"))
            #expect(try rows("SELECT count(*) FROM t\(place) WHERE c IS NULL") == ["1"])
        }
    }

    @Test("Who must act is said", arguments: ["user", "database", "host"])
    func refusesConnections(what: String) throws {
        let base = server ?? ""
        let url =
            switch what {
            case "user": base.replacing("postgres@", with: "nobody_here@")
            case "database": base.replacing("/postgres?", with: "/no_such_database?")
            default: "postgresql:///x?host=/nowhere"
            }
        let sink = try sink(key: [], ["url": url, "password": "secret"])
        let error = try #require(error { try sink.recover([], of: epoch(0)) })
        #expect(error.code == (what == "host" ? "connectionFailed" : "connectionRefused"), "\(error)")
        #expect(!error.message.contains("secret"))
    }
}
