import Glibc
import Sluice
import Testing

/// Jobs as a whole: sinks, plans, errors, cancellation.
struct StreamJobTests {
    @Test func twoSinksShareOneScan() throws {
        let (builder, logins) = try loginStream()
        let failures = try logins.filter("failed").map("client").collectText()
        let all = Collected<Login>()
        try logins.to { (login: Login) in all.append(login) }
        let plan = try builder.explain()
        #expect(plan.split(separator: "\n").count { $0.contains("Scan(") } == 1)
        let metrics = try builder.start()
        #expect(metrics.rowsIn == 5)
        #expect(metrics.rowsOut == 8)
        #expect(failures.all == ["+I[a]", "+I[a]", "+I[b]"])
        #expect(all.all == fiveLogins)
    }

    @Test("Statements nest as deep on a library's thread as on the command line's")
    func deepNestingOnAnyThread() throws {
        let (builder, _) = try loginStream()
        let calls = String(repeating: "ABS(", count: 500) + "x" + String(repeating: ")", count: 500)
        let rows = try builder.sql("SELECT \(calls) AS y FROM (VALUES (-3)) AS t(x)").collectText()
        try builder.start()
        #expect(rows.all == ["+I[3]"])
        let tooDeep = String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
        #expect(throws: StreamError.self) { try builder.sql("SELECT \(tooDeep)") }
    }

    @Test func theSameJobCanStartTwice() throws {
        let (builder, logins) = try loginStream()
        let rows = try logins.map("client").collectText()
        try builder.start()
        try builder.start()
        #expect(rows.all.count == 10)
    }

    @Test func explainsAsSQLDoes() throws {
        let (steps, logins) = try loginStream()
        try logins.filter("failed").keyBy("client")
            .window(.hopping(.seconds(60), every: .seconds(10)), on: "at").aggregate(.count(as: "failures"))
            .filter("failures > 1").to(.blackhole)
        let (text, _) = try loginStream()
        try text.sql(
            """
            SELECT * FROM (
              SELECT client, window_start, window_end, COUNT(*) AS failures
              FROM TABLE(HOP((SELECT * FROM logins WHERE failed), DESCRIPTOR(`at`), INTERVAL '10' SECOND,
                INTERVAL '60' SECOND))
              GROUP BY client, window_start, window_end)
            WHERE failures > 1
            """
        ).to(.blackhole)
        let plan = try steps.explain()
        #expect(try text.explain() == plan)
        #expect(plan.contains("WindowAggregate(HOP 60000 ms every 10000 ms"))
    }

    @Test func explainIsThatOfEXPLAIN() throws {
        let (builder, logins) = try loginStream()
        try logins.filter("attempts > 2").map("client").to(.blackhole)
        let (text, _) = try loginStream()
        try text.execute("CREATE TABLE sink_1 (client STRING NOT NULL) WITH ('connector' = 'blackhole')")
        let lines = try text.execute("EXPLAIN INSERT INTO sink_1 SELECT client FROM logins WHERE attempts > 2")
        #expect(try builder.explain() == lines.joined(separator: "\n"))
    }

    @Test func insertsOfSQLBelongToTheJob() throws {
        let (builder, logins) = try loginStream()
        try builder.execute(
            "CREATE TABLE nowhere (client STRING) WITH ('connector' = 'blackhole'); SET 'pipeline.name' = 'x'"
        )
        try builder.execute("INSERT INTO nowhere SELECT client FROM logins")
        let rows = try logins.map("client").collectText()
        #expect(try builder.start().rowsOut == 10)
        #expect(rows.all.count == 5)
        #expect(try builder.execute("SHOW TABLES").contains("nowhere"))
    }

    @Test func writesAndReadsFiles() throws {
        var template = Array("/tmp/sluice-stream-XXXXXX".utf8CString)
        #expect(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/out"
        let (builder, logins) = try loginStream()
        try logins.filter("failed").map("client", "attempts AS number").toFile(path, format: "json")
        try builder.start()
        let reading = StreamBuilder()
        let tallies = Collected<Tally>()
        try reading.source(.files(path, format: "json", schema: "client STRING, number BIGINT"))
            .to { (tally: Tally) in tallies.append(tally) }
        try reading.start()
        #expect(
            tallies.all == [
                Tally(client: "a", number: 3), Tally(client: "a", number: 5), Tally(client: "b", number: 7),
            ]
        )
    }

    @Test(arguments: [1, 2, 3], [1, 4, 100])
    func splitsGiveEveryRowOnce(parallelism: Int, splits: Int) throws {
        let builder = StreamBuilder()
        builder.parallelism = parallelism
        builder.batchRows = 7
        let numbers = (0..<50).map { Tally(client: "c\($0 % 3)", number: Int64($0)) }
        let stream = try builder.source(rows: numbers, splits: splits)
        let rows = Collected<Tally>()
        try stream.to { (tally: Tally) in rows.append(tally) }
        #expect(try builder.start().rowsIn == 50)
        #expect(rows.all.sorted { $0.number < $1.number } == numbers)
    }

    // MARK: Cancelling

    @Test func cancels() throws {
        let builder = StreamBuilder()
        let endless = try builder.source(.generated(schema: "n BIGINT", options: ["rows-per-second": "0"]))
        try endless.to(.blackhole)
        let job = try builder.startAsync()
        while job.rowsIn == 0 { sched_yield() }
        #expect(!job.hasEnded)
        job.cancel()
        #expect(errorCode { try job.wait() } == "cancelled")
        #expect(errorCode { try job.wait() } == "cancelled")
        #expect(job.hasEnded)
    }

    @Test func waitsForTheEnd() throws {
        let (builder, logins) = try loginStream()
        let rows = try logins.collectText()
        let job = try builder.startAsync()
        #expect(try job.wait().rowsOut == 5)
        #expect(job.rowsIn == 5)
        #expect(job.rowsOut == 5)
        #expect(rows.all.count == 5)
        job.cancel()
        #expect(try job.wait().rowsIn == 5)
    }

    // MARK: Errors

    @Test func refusesWrongSteps() throws {
        let (builder, logins) = try loginStream()
        #expect(errorCode { try builder.start() } == "noSink")
        #expect(errorCode { _ = try builder.explain() } == "noSink")
        #expect(errorCode { _ = try logins.filter("nobody = 1") } == "unknownColumn")
        #expect(errorCode { _ = try logins.filter("failed AND") } == "unexpectedToken")
        #expect(errorCode { _ = try logins.keyBy("nobody").aggregate(.count(as: "n")) } == "unknownColumn")
        #expect(
            errorCode { _ = try logins.window(.tumbling(.seconds(1)), on: "client").aggregate(.count(as: "n")) }
                != "none"
        )
        #expect(errorCode { _ = try logins.union(try loginStream().logins) } == "otherBuilder")
        #expect(errorCode { _ = try builder.sql("DROP TABLE logins") } == "notAQuery")
        #expect(errorCode { _ = try builder.sql("SELECT 1; SELECT 2") } == "notOneStatement")
        #expect(errorCode { try builder.execute("SELECT 1") } == "notAStatement")
        #expect(errorCode { _ = try builder.table("nobody") } == "unknownTable")
        #expect(errorCode { try logins.to(StreamSink(connector: "teapot")) } != "none")
        #expect(errorCode { _ = try logins.map { (tally: Tally) in tally } } == "unknownColumn")
        let texts = try logins.map("client", "'x' AS number")
        #expect(errorCode { _ = try texts.map { (tally: Tally) in tally } } == "columnMismatch")
        #expect(errorCode { try texts.to { (_: Tally) in } } == "columnMismatch")
    }

    @Test func theWayOfASourceIsChecked() throws {
        let builder = StreamBuilder()
        let missing = StreamSource(connector: "filesystem", schema: "n INT", options: ["format": "json"])
        #expect(errorCode { _ = try builder.source(missing) } != "none")
        #expect(errorCode { _ = try builder.source(.generated(schema: "n", options: [:])) } == "syntaxError")
        #expect(errorCode { _ = try builder.source(rows: fiveLogins, rowtime: "client") } != "none")
        // A name is free again after a refusal.
        _ = try builder.source(rows: fiveLogins, rowtime: "at", name: "logins")
        #expect(errorCode { _ = try builder.source(rows: fiveLogins, name: "logins") } != "none")
    }

    @Test func typedClosuresTakeNewRowsOnly() throws {
        let (builder, logins) = try loginStream()
        let counts = try logins.keyBy("client").aggregate(.count(as: "number"))
        #expect(errorCode { try counts.to { (_: Tally) in } } == "unsupported")
        #expect(errorCode { try builder.start() } == "noSink")
    }

    struct Refusal: Error {}

    @Test func errorsOfClosuresEndTheJob() throws {
        let (builder, logins) = try loginStream()
        try logins.filter { (row: Row) in throw Refusal() }.to(.blackhole)
        do {
            try builder.start()
            Issue.record("the job ended well")
        } catch let error as StreamError {
            #expect(error.code == "closureFailed")
            #expect(error.message.contains("Refusal"))
        }
        let (other, others) = try loginStream()
        try others.to { (_: RowKind, _: Row) in throw Refusal() }
        #expect(errorCode { try other.start() } == "closureFailed")
    }

    @Test func aNullNeedsAnOptional() throws {
        let builder = StreamBuilder()
        let stream = try builder.sql("SELECT 'a' AS client, CAST(NULL AS BIGINT) AS number")
        try stream.to { (_: Tally) in }
        #expect(errorCode { try builder.start() } == "closureFailed")
    }

    @Test func badParallelismIsRefused() throws {
        let (builder, logins) = try loginStream()
        try logins.to(.blackhole)
        builder.parallelism = 0
        #expect(errorCode { try builder.start() } == "badParallelism")
    }
}
