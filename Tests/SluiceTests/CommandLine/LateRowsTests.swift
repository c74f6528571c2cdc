import SluiceTesting
import Testing

@Suite("Late rows go to the table that the configuration names")
struct LateRowsTests {
    /// The watermark is two seconds behind the latest time; a row is judged by the watermark before it.
    static let events = """
        a,1,2031-03-04 09:00:01
        b,2,2031-03-04 09:00:05
        a,3,2031-03-04 09:00:13
        a,4,2031-03-04 09:00:09
        b,5,2031-03-04 09:00:12
        c,6,2031-03-04 09:00:03
        a,7,2031-03-04 09:00:25
        b,8,2031-03-04 09:00:19
        c,9,2031-03-04 09:00:21
        a,10,2031-03-04 09:00:40
        b,11,2031-03-04 09:00:29
        c,12,2031-03-04 09:00:31
        a,13,2031-03-04 09:00:02
        """

    /// Rows whose window of ten seconds, or both of whose windows of twenty seconds, had fired when they came.
    static let windows: [(call: String, late: [Int])] = [
        ("TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND)", [4, 6, 8, 11, 13]),
        ("HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '20' SECOND)", [13]),
    ]

    private static func script(_ folder: ScratchFolder, _ statement: String) -> String {
        let events = folder.write(events + "\n", to: "events.csv")
        return """
            CREATE TABLE events (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
              WITH ('connector' = 'filesystem', 'path' = '\(events)', 'format' = 'csv');
            CREATE TABLE late_events (ts TIMESTAMP(3), v BIGINT, reason STRING)
              WITH ('connector' = 'filesystem', 'path' = '\(folder.path)/late', 'format' = 'json');
            CREATE TABLE counts (k STRING, ws TIMESTAMP(3), n BIGINT)
              WITH ('connector' = 'filesystem', 'path' = '\(folder.path)/counts', 'format' = 'json');
            SET 'table.exec.late-rows.table' = 'late_events';
            \(statement);
            SELECT * FROM late_events;
            """
    }

    private static func row(_ number: Int) -> String {
        let time = events.split(separator: "\n")[number - 1].split(separator: ",")[2]
        return #"{"ts":"\#(time).000","v":\#(number),"reason":null}"#
    }

    private static func run(_ folder: ScratchFolder, _ statement: String, _ batchRows: Int, _ parallelism: Int) throws
        -> SluiceProcess.Ending
    {
        let ending = SluiceProcess.run([
            "sql", "-e", script(folder, statement), "--format", "json", "--batch-rows", "\(batchRows)",
            "--parallelism", "\(parallelism)", "--metrics-json", "\(folder.path)/metrics.json",
        ])
        try #require(ending.status == 0, "\(ending.errors)")
        return ending
    }

    @Test("A query gives the same as ever, and the table exactly its late rows", arguments: [1, 3, 4_096], [1, 4])
    func query(batchRows: Int, parallelism: Int) throws {
        for window in Self.windows {
            let folder = ScratchFolder()
            let query =
                "SELECT k, COUNT(*) AS n, SUM(v) AS total FROM TABLE(\(window.call)) "
                + "GROUP BY k, window_start, window_end"
            let ending = try Self.run(folder, query, batchRows, parallelism)
            let late = ending.lines.filter { $0.contains("reason") }
            #expect(late.sorted() == window.late.map(Self.row).sorted())
            #expect(folder.text("metrics.json").contains(#""lateRows":\#(window.late.count),"#))
            let plain = SluiceProcess.run([
                "sql", "-e", Self.script(folder, "RESET 'table.exec.late-rows.table'; \(query)"), "--format", "json",
            ])
            let results = ending.lines.filter { $0.contains("total") }
            #expect(!results.isEmpty && results.sorted() == plain.lines.filter { $0.contains("total") }.sorted())
        }
    }

    @Test("The late rows of all INSERTs of a job come together", arguments: [1, 3, 4_096], [1, 4])
    func statementSet(batchRows: Int, parallelism: Int) throws {
        let folder = ScratchFolder()
        let inserts = Self.windows.enumerated().map { index, window in
            "INSERT INTO counts SELECT k, window_start, COUNT(*) FROM TABLE(\(window.call)) "
                + "WHERE v > \(index) GROUP BY k, window_start, window_end"
        }
        let union = inserts[0] + " UNION ALL " + inserts[1].split(separator: " ").dropFirst(3).joined(separator: " ")
        let ending = try Self.run(folder, union, batchRows, parallelism)
        #expect(ending.lines.sorted() == Self.windows.flatMap(\.late).map(Self.row).sorted())
    }

    @Test("Where a filter reads the window, its rows are late one by one", arguments: [1, 3, 4_096], [1, 4])
    func attached(batchRows: Int, parallelism: Int) throws {
        let folder = ScratchFolder()
        let insert =
            "INSERT INTO counts SELECT k, window_start, COUNT(*) FROM TABLE(\(Self.windows[0].call)) "
            + "WHERE window_start >= TIMESTAMP '2031-03-04 09:00:10' GROUP BY k, window_start, window_end"
        let ending = try Self.run(folder, insert, batchRows, parallelism)
        #expect(ending.lines.sorted() == [8, 11].map(Self.row).sorted())
    }

    @Test("EXPLAIN shows where late rows go")
    func explain() throws {
        let folder = ScratchFolder()
        let query = "EXPLAIN SELECT COUNT(*) FROM TABLE(\(Self.windows[0].call)) GROUP BY window_start, window_end"
        let script = Self.script(folder, query).replacingLast("SELECT * FROM late_events;")
        let output = SluiceProcess.run("sql", "-e", script).output
        #expect(output.contains("Sink(default_catalog.default_database.late_events"))
        #expect(output.contains("late rows of"))
    }
}

extension String {
    /// The text without `ending`.
    fileprivate func replacingLast(_ ending: String) -> String {
        hasSuffix(ending) ? String(dropLast(ending.count)) : self
    }
}
