import Sluice
import Testing

/// Every step of a stream against rows worked out by hand.
struct StreamOperationTests {
    /// Runs what `make` builds over `fiveLogins` and gives all changes.
    private func changes(
        parallelism: Int = 1,
        batchRows: Int = 4_096,
        _ make: (DataStream) throws -> DataStream
    ) throws -> [String] {
        let (builder, logins) = try loginStream()
        builder.parallelism = parallelism
        builder.batchRows = batchRows
        let rows = try make(logins).collectText()
        try builder.start()
        return rows.all
    }

    @Test(arguments: [1, 2, 4_096])
    func theSourceGivesItsRows(batchRows: Int) throws {
        #expect(
            try changes(batchRows: batchRows) { $0 } == [
                "+I[a, true, 3, 1000000]", "+I[b, false, 1, 2000000]", "+I[a, true, 5, 9000000]",
                "+I[a, false, 2, 12000000]", "+I[b, true, 7, 25000000]",
            ]
        )
    }

    @Test func filters() throws {
        let expected = ["+I[a, true, 5, 9000000]", "+I[b, true, 7, 25000000]"]
        #expect(try changes { try $0.filter("failed AND attempts > 3") } == expected)
        #expect(
            try changes { stream in
                try stream.filter { (row: Row) in
                    let attempts: Int = try row["attempts"]
                    return attempts > 3
                }
            } == expected
        )
        #expect(try changes { try $0.filter { (login: Login) in login.attempts > 3 } } == expected)
    }

    @Test func mapsByExpressions() throws {
        let rows = try changes {
            try $0.filter("client = 'b'").map("UPPER(client) AS client", "attempts * 10 AS number")
        }
        #expect(rows == ["+I[B, 10]", "+I[B, 70]"])
    }

    @Test func mapsByClosures() throws {
        let rows = try changes { logins in
            try logins.map { (login: Login) in Tally(client: login.client + "!", number: Int64(login.attempts) + 1) }
        }
        #expect(rows == ["+I[a!, 4]", "+I[b!, 2]", "+I[a!, 6]", "+I[a!, 3]", "+I[b!, 8]"])
    }

    @Test func keptColumnsStayEventTime() throws {
        let rows = try changes { logins in
            try logins.map(keeping: "at") { (login: Login) in Tally(client: login.client, number: Int64(login.attempts))
            }
            .keyBy("client").window(.tumbling(.seconds(10)), on: "at").aggregate(.sum("number", as: "total"))
        }
        #expect(
            rows == [
                "+I[a, 0, 10000000, 8]", "+I[b, 0, 10000000, 1]", "+I[a, 10000000, 20000000, 2]",
                "+I[b, 20000000, 30000000, 7]",
            ]
        )
    }

    @Test func flatMaps() throws {
        let rows = try changes { logins in
            try logins.flatMap { (login: Login) -> [Tally] in
                login.failed ? [Tally(client: login.client, number: 1), Tally(client: login.client, number: 2)] : []
            }
        }
        #expect(rows == ["+I[a, 1]", "+I[a, 2]", "+I[a, 1]", "+I[a, 2]", "+I[b, 1]", "+I[b, 2]"])
        let kept = try changes { logins in
            try logins.flatMap(keeping: "at", "failed") { (login: Login) -> [Tally] in
                [Tally(client: login.client, number: Int64(login.attempts))]
            }
        }
        #expect(kept.first == "+I[1000000, true, a, 3]")
        #expect(kept.count == 5)
    }

    @Test func aggregatesPerKey() throws {
        let rows = try changes(batchRows: 1) {
            try $0.keyBy("client").aggregate(.count(as: "n"), .sum("attempts", as: "total"))
        }
        #expect(
            rows == [
                "+I[a, 1, 3]", "+I[b, 1, 1]", "-U[a, 1, 3]", "+U[a, 2, 8]", "-U[a, 2, 8]", "+U[a, 3, 10]",
                "-U[b, 1, 1]", "+U[b, 2, 8]",
            ]
        )
    }

    @Test func aggregatesOverEverything() throws {
        let rows = try changes(batchRows: 1) { try $0.keyBy().aggregate(.max("attempts", as: "most")) }
        #expect(rows == ["+I[3]", "-U[3]", "+U[5]", "-U[5]", "+U[7]"])
    }

    @Test(arguments: [1, 3], [1, 4_096])
    func aggregatesInWindows(parallelism: Int, batchRows: Int) throws {
        let rows = try changes(parallelism: parallelism, batchRows: batchRows) { logins in
            try logins.keyBy("client").window(.tumbling(.seconds(10)), on: "at").aggregate(
                .count(as: "n"),
                .sum("attempts", as: "total"),
                .min("attempts", as: "least"),
                .max("attempts", as: "most"),
                .average("attempts", as: "mean"),
                .countDistinct("failed", as: "kinds"),
                .count(as: "failures").filter("failed"),
                .sql("COUNT(client)", as: "clients")
            )
        }
        #expect(
            rows.sorted() == [
                "+I[a, 0, 10000000, 2, 8, 3, 5, 4, 1, 2, 2]", "+I[a, 10000000, 20000000, 1, 2, 2, 2, 2, 1, 0, 1]",
                "+I[b, 0, 10000000, 1, 1, 1, 1, 1, 1, 0, 1]", "+I[b, 20000000, 30000000, 1, 7, 7, 7, 7, 1, 1, 1]",
            ]
        )
    }

    @Test func hopsAndCumulates() throws {
        let hopping = try changes { logins in
            try logins.window(.hopping(.seconds(20), every: .seconds(10)), on: "at").aggregate(.count(as: "n"))
        }
        #expect(
            hopping == [
                "+I[-10000000, 10000000, 3]", "+I[0, 20000000, 4]", "+I[10000000, 30000000, 2]",
                "+I[20000000, 40000000, 1]",
            ]
        )
        let cumulating = try changes { logins in
            try logins.window(.cumulating(.seconds(20), every: .seconds(10)), on: "at").aggregate(.count(as: "n"))
        }
        #expect(
            cumulating == [
                "+I[0, 10000000, 3]", "+I[0, 20000000, 4]", "+I[20000000, 30000000, 1]", "+I[20000000, 40000000, 1]",
            ]
        )
    }

    @Test func windowsCanBeOffset() throws {
        let rows = try changes { logins in
            try logins.window(.tumbling(.seconds(10), offset: .seconds(2)), on: "at").aggregate(.count(as: "n"))
        }
        #expect(
            rows == [
                "+I[-8000000, 2000000, 1]", "+I[2000000, 12000000, 2]", "+I[12000000, 22000000, 1]",
                "+I[22000000, 32000000, 1]",
            ]
        )
    }

    @Test func unites() throws {
        let rows = try changes { logins in
            try logins.filter("client = 'b'").map("client", "attempts").union(
                logins.filter("attempts = 5").map("client", "attempts")
            )
        }
        #expect(rows.sorted() == ["+I[a, 5]", "+I[b, 1]", "+I[b, 7]"])
    }

    @Test func sqlReadsStreamsByName() throws {
        let (builder, logins) = try loginStream()
        let failures = try logins.filter("failed").named("failures")
        #expect(failures.name == "failures")
        let unnamed = try failures.map("client", "attempts")
        let rows = try builder.sql("SELECT client, attempts + 1 AS following FROM \(unnamed.name) WHERE client = 'a'")
            .collectText()
        let table = try builder.table("failures").map("client").collectText()
        try builder.start()
        #expect(rows.all == ["+I[a, 4]", "+I[a, 6]"])
        #expect(table.all == ["+I[a]", "+I[a]", "+I[b]"])
    }

    @Test func columnsAreTyped() throws {
        let (_, logins) = try loginStream()
        let described = logins.columns.map { "\($0.name) \($0.type)" }
        #expect(
            described == [
                "client STRING NOT NULL", "failed BOOLEAN NOT NULL", "attempts BIGINT NOT NULL",
                "at TIMESTAMP(3) NOT NULL *ROWTIME*",
            ]
        )
        let counted = try logins.keyBy("client").aggregate(.count(as: "n"))
        #expect(counted.columns.map { "\($0.name) \($0.type)" } == ["client STRING NOT NULL", "n BIGINT NOT NULL"])
    }

    @Test func lateRowsAreCounted() throws {
        let builder = StreamBuilder()
        let late = fiveLogins + [Login("a", failed: true, second: 3), Login("a", failed: true, second: 24)]
        let logins = try builder.source(rows: late, rowtime: "at", watermarkDelay: .seconds(2))
        let rows = try logins.window(.tumbling(.seconds(10)), on: "at").aggregate(.count(as: "n")).collectText()
        let metrics = try builder.start()
        #expect(rows.all == ["+I[0, 10000000, 3]", "+I[10000000, 20000000, 1]", "+I[20000000, 30000000, 2]"])
        #expect(metrics.lateRows == 1)
        #expect(metrics.rowsIn == 7)
        #expect(metrics.rowsOut == 3)
    }
}
