import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite("Rows into SQLite")
struct SQLiteSinkTests {
    private let directory = ScratchDirectory()
    private static let columns = [
        TableColumn("id", .notNull(.bigint)), TableColumn("name", DataType(.string)),
    ]

    private var path: String { directory.path + "/test.db" }

    private func handle() throws -> SQLiteHandle {
        try SQLiteHandle(path: path, creates: true, busyMillis: 0)
    }

    /// The rows of a query, as text.
    private func rows(_ query: String) throws -> [String] {
        try handle().prepare(query).rows().map { row in
            row.map { value in
                switch value {
                case .null: "NULL"
                case .integer(let number): String(number)
                case .text(let text): text
                }
            }.joined(separator: "|")
        }
    }

    private func sink(
        _ columns: [TableColumn] = Self.columns,
        key: [Int] = [],
        _ options: [String: String] = [:]
    ) throws -> any TransactionalSinkTable {
        var all = ["path": path, "table-name": "t", "sink.max-retries": "0"]
        for (key, value) in options { all[key] = value }
        var reader = OptionReader(all)
        let table = TableDescription(name: "target", columns: columns, primaryKey: key, options: all)
        let make = try #require(SQLiteConnector.descriptor.makeSink)
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
        try handle().execute("CREATE TABLE t (name TEXT, ID INTEGER)")
        let writer = try sink().makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 1, "a"), (.insert, 2, nil), (.insert, 2, "it's \"b\"\n")]))
        #expect(try rows("SELECT * FROM t") == [])
        try writer.flush()
        #expect(try rows("SELECT id, name FROM t") == ["1|a", "2|NULL", "2|it's \"b\"\n"])
        try writer.write(batch([(.insert, 3, "")]))
        try writer.close()
        #expect(try rows("SELECT id, name FROM t WHERE id = 3") == ["3|"])
    }

    @Test("So many rows are written at once")
    func flushesByCount() throws {
        let sink = try sink(key: [], ["sink.create-table": "true", "sink.buffer-flush.max-rows": "2"])
        let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 1, "a")]))
        #expect(try rows("SELECT id FROM t") == [])
        try writer.write(batch([(.insert, 2, "b")]))
        #expect(try rows("SELECT id FROM t") == ["1", "2"])
        writer.abort()
    }

    @Test("With a key rows are replaced and removed")
    func upserts() throws {
        let sink = try sink(key: [0], ["sink.create-table": "true"])
        #expect(sink.acceptedMode(for: .retract) == .upsert)
        let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 1, "a"), (.insert, 2, "b"), (.updateAfter, 1, "c")]))
        try writer.flush()
        #expect(try rows("SELECT id, name FROM t ORDER BY id") == ["1|c", "2|b"])
        try writer.write(batch([(.delete, 1, "c"), (.updateAfter, 2, "d"), (.insert, 3, "e"), (.delete, 3, "e")]))
        try writer.close()
        #expect(try rows("SELECT id, name FROM t ORDER BY id") == ["2|d"])
    }

    @Test("A table of key columns only")
    func keysOnly() throws {
        let columns = [TableColumn("id", .notNull(.bigint)), TableColumn("name", .notNull(.string))]
        let sink = try sink(columns, key: [0, 1], ["sink.create-table": "true"])
        let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        for _ in 0..<2 {
            try writer.write(batch([(.insert, 1, "a")]))
            try writer.flush()
        }
        #expect(try rows("SELECT id, name FROM t") == ["1|a"])
        try writer.write(batch([(.delete, 1, "a")]))
        try writer.close()
        #expect(try rows("SELECT id, name FROM t") == [])
    }

    @Test("An epoch is applied once, however often it is committed")
    func appliesOnce() throws {
        try handle().execute("CREATE TABLE t (id INTEGER, name TEXT)")
        let sink = try sink()
        try sink.recover([], of: epoch(0))
        let writers = [try transactionalWriter(sink), try transactionalWriter(sink)]
        try writers[0].write(batch([(.insert, 1, "a")]))
        try writers[1].write(batch([(.insert, 2, "b")]))
        let transactions = try writers.map { try $0.prepare(isFinal: false) }
        try sink.persist(transactions)
        #expect(try rows("SELECT * FROM t") == [])
        try sink.commit(transactions, of: epoch(1))
        try sink.commit(transactions, of: epoch(1))
        #expect(try rows("SELECT id FROM t") == ["1", "2"])
        // Another run of the job begins with what was committed last.
        let next = try self.sink()
        try next.recover(transactions, of: epoch(1))
        #expect(try rows("SELECT id FROM t") == ["1", "2"])
        try writers[0].write(batch([(.insert, 3, "c")]))
        let second = try writers[0].prepare(isFinal: true)
        try next.recover([second], of: epoch(2))
        #expect(try rows("SELECT id FROM t") == ["1", "2", "3"])
        // A process that was believed dead is late.
        try sink.commit(transactions, of: epoch(1))
        #expect(try rows("SELECT id FROM t") == ["1", "2", "3"])
        #expect(try rows("SELECT job, sink, epoch FROM sluice_epochs") == ["job|s|2"])
    }

    @Test("Other jobs and other sinks have epochs of their own")
    func sinksAreApart() throws {
        let sink = try sink(key: [], ["sink.create-table": "true", "sink.epoch-table": "my epochs"])
        let writer = try transactionalWriter(sink)
        for name in ["a", "b"] {
            for job in ["x", "y"] {
                try writer.write(batch([(.insert, 1, name + job)]))
                let transaction = try writer.prepare(isFinal: false)
                try sink.commit([transaction], of: SinkEpoch(jobID: job, sinkID: name, number: 5))
            }
        }
        #expect(try rows("SELECT name FROM t ORDER BY 1") == ["ax", "ay", "bx", "by"])
        #expect(try rows("SELECT count(*) FROM \"my epochs\"") == ["4"])
    }

    @Test("Stored rows of other columns are refused, unless they are written already")
    func refusesOtherColumns() throws {
        let sink = try sink(key: [], ["sink.create-table": "true"])
        let writer = try transactionalWriter(sink)
        try writer.write(batch([(.insert, 1, "a")]))
        let transaction = try writer.prepare(isFinal: false)
        let changed = try self.sink([Self.columns[1], Self.columns[0]])
        try sink.recover([], of: epoch(0))
        #expect(error { try changed.recover([transaction], of: epoch(1)) }?.code == "otherColumns")
        try sink.recover([transaction], of: epoch(1))
        try changed.recover([transaction], of: epoch(1))
        #expect(try rows("SELECT id, name FROM t") == ["1|a"])
    }

    @Test("State that is older than the table is refused")
    func refusesOldState() throws {
        let sink = try sink(key: [], ["sink.create-table": "true"])
        let writer = try transactionalWriter(sink)
        try writer.write(batch([(.insert, 1, "a")]))
        try sink.commit([try writer.prepare(isFinal: false)], of: epoch(7))
        let error = try #require(error { try sink.recover([], of: epoch(6)) })
        #expect(error.code == "stateTooOld")
        #expect(error.message.contains("checkpoint 7") && error.message.contains("checkpoint 6"))
    }

    @Test("A row that the table refuses takes its whole transaction back")
    func rollsBack() throws {
        try handle().execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        let sink = try sink()
        let writer = try transactionalWriter(sink)
        try writer.write(batch([(.insert, 1, "a"), (.insert, 1, "b")]))
        let transaction = try writer.prepare(isFinal: false)
        let error = try #require(error { try sink.commit([transaction], of: epoch(1)) })
        #expect(error.code == "constraintViolation")
        #expect(error.message.contains("UNIQUE constraint failed: t.id"))
        #expect(try rows("SELECT * FROM t") == [])
        #expect(try rows("SELECT * FROM sluice_epochs") == [])
    }

    @Test("A file that another process writes to is waited for, then reported")
    func reportsLocks() throws {
        let sink = try sink(key: [], ["sink.create-table": "true", "connection.max-retry-timeout": "1s"])
        let writer = try transactionalWriter(sink)
        try writer.write(batch([(.insert, 1, "a")]))
        let transaction = try writer.prepare(isFinal: false)
        try sink.recover([], of: epoch(0))
        let other = try handle()
        try other.execute("BEGIN IMMEDIATE")
        let error = try #require(error { try sink.commit([transaction], of: epoch(1)) })
        #expect(error.code == "databaseLocked" && error.isRetryable)
        try other.execute("COMMIT")
        try sink.commit([transaction], of: epoch(1))
        #expect(try rows("SELECT id FROM t") == ["1"])
    }

    @Test(
        "A table that does not fit is refused before the first row",
        arguments: [
            ("CREATE TABLE other (id INTEGER)", [], "missingTable", "CREATE TABLE"),
            ("CREATE TABLE t (id INTEGER)", [], "missingColumn", "no column 'name'"),
            ("CREATE TABLE t (id INTEGER, name TEXT, extra TEXT NOT NULL)", [], "missingColumn", "'extra'"),
            ("CREATE TABLE t (id INTEGER, name TEXT AS (id || 'x'))", [], "generatedColumn", "'name'"),
            ("CREATE TABLE t (id INTEGER, name TEXT)", [0], "missingKey", "(id)"),
            ("CREATE TABLE t (id INTEGER, name TEXT PRIMARY KEY)", [0], "missingKey", "(id)"),
            ("CREATE TABLE t (id INTEGER, name TEXT, UNIQUE (id, name))", [0], "missingKey", "(id)"),
        ] as [(String, [Int], String, String)]
    )
    func checksTable(definition: String, key: [Int], code: String, part: String) throws {
        try handle().execute(definition)
        let sink = try sink(key: key)
        let direct = try #require(
            error { _ = try sink.makeWriter(context: WriterContext(), isOverwrite: false) }
        )
        #expect(direct.code == code && direct.message.contains(part))
        #expect(error { try sink.recover([], of: epoch(0)) }?.code == code)
    }

    @Test(
        "A table that fits is taken, whatever else it has",
        arguments: [
            "CREATE TABLE t (ID INTEGER PRIMARY KEY, Name TEXT, extra TEXT NOT NULL DEFAULT 'x')",
            "CREATE TABLE t (name TEXT, id INTEGER UNIQUE, extra INTEGER)",
            "CREATE TABLE t (name TEXT, id INTEGER); CREATE UNIQUE INDEX i ON t (id)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT) STRICT, WITHOUT ROWID",
        ]
    )
    func takesTable(definition: String) throws {
        try handle().execute(definition)
        let sink = try sink(key: [0])
        let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(batch([(.insert, 5, "a"), (.updateAfter, 5, "b")]))
        try writer.close()
        #expect(try rows("SELECT id, name FROM t") == ["5|b"])
    }

    @Test("Every type that SQLite can hold")
    func types() throws {
        let cases: [(LogicalType, Value, String)] = [
            (.boolean, .boolean(true), "integer 1"), (.tinyint, .integer(-128), "integer -128"),
            (.smallint, .integer(32_767), "integer 32767"), (.int, .integer(-5), "integer -5"),
            (.bigint, .integer(.min), "integer -9223372036854775808"), (.float, .float(0.5), "real 0.5"),
            (.double, .double(-1e300), "real -1.0e+300"), (.double, .double(.nan), "text NaN"),
            (.double, .double(.infinity), "real Inf"),
            (.decimal(precision: 30, scale: 2), .wide(12_345_678_901_234_567_890_12), "text 12345678901234567890.12"),
            (.decimal(precision: 5, scale: 2), .integer(-5), "text -0.05"), (.char(2), .string("ab"), "text ab"),
            (.string, .string("Grüße"), "text Grüße"), (.bytes, .bytes([0, 255]), "blob X'00FF'"),
            (.bytes, .bytes([]), "blob X''"), (.date, .integer(-1), "text 1969-12-31"),
            (.time(3), .integer(45_296_789), "text 12:34:56.789"),
            (.timestamp(3), .integer(1_700_000_000_123_000), "text 2023-11-14 22:13:20.123"),
            (.timestamp(9), .wide(1_700_000_000_123_456_789), "text 2023-11-14 22:13:20.123456789"),
            (.timestampLTZ(3), .integer(0), "text 1970-01-01 00:00:00Z"),
            (.variant, .string("{\"a\":1}"), "text {\"a\":1}"),
        ]
        for (place, (type, value, expected)) in cases.enumerated() {
            let columns = [TableColumn("c", DataType(type))]
            let sink = try sink(columns, key: [], ["sink.create-table": "true", "table-name": "t\(place)"])
            let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
            let column = Column.of([value, .null], DataType(type))
            try writer.write(Batch(columns: [column], rowCount: 2))
            try writer.close()
            let shown = "CASE typeof(c) WHEN 'blob' THEN quote(c) ELSE CAST(c AS TEXT) END"
            #expect(
                try rows("SELECT typeof(c) || ' ' || \(shown), c IS NULL FROM t\(place)") == [
                    "\(expected)|0", "NULL|1",
                ]
            )
        }
    }

    @Test(
        "A type that SQLite cannot hold is refused when the statement is planned",
        arguments: [
            .array(DataType(.int)), .map(DataType(.int), DataType(.int)), .multiset(DataType(.int)),
            .row([RowField("a", DataType(.int))]), .intervalDayTime(IntervalDayTime(.day)),
            .intervalYearMonth(IntervalYearMonth(.year)), .raw(className: "x"),
        ] as [LogicalType]
    )
    func refusesTypes(type: LogicalType) throws {
        let error = try #require(error { _ = try sink([TableColumn("odd", DataType(type))]) })
        #expect(error.code == "unsupportedType" && error.message.contains("'odd'"))
        #expect(access(path, F_OK) != 0)
    }

    @Test(
        "Options that make no sense are refused",
        arguments: [
            ["path": "/nowhere/x.db"]: "missingFile", ["url": "jdbc:sqlite:/x"]: "missingOption",
            ["path": ":memory:"]: "badOption", ["sink.max-retries": "-1"]: "badOption",
            ["sink.buffer-flush.max-rows": "many"]: "badOption", ["connection.max-retry-timeout": "1ms"]: "badOption",
        ]
    )
    func refusesOptions(options: [String: String], code: String) throws {
        let error = try #require(
            error { _ = try sink(key: [], options).makeWriter(context: WriterContext(), isOverwrite: false) }
        )
        #expect(error.code == code)
    }

    @Test("A file that is no database is refused")
    func refusesOtherFiles() throws {
        directory.write("test.db", String(repeating: "no database at all\n", count: 100))
        let error = try #require(error { try sink().recover([], of: epoch(0)) })
        #expect(error.code == "notADatabase")
    }
}
