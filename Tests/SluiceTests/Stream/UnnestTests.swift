import Sluice
import Testing

/// UNNEST over every kind of collection.
struct UnnestTests {
    private func rows(_ query: String, batchRows: Int = 4_096) throws -> [String] {
        let builder = StreamBuilder()
        builder.batchRows = batchRows
        _ = try builder.source(rows: threeOrders, name: "orders")
        let rows = try builder.sql(query).collectText()
        try builder.start()
        return rows.all
    }

    static let cases: [(query: String, expected: [String])] = [
        ("SELECT id, sku FROM orders CROSS JOIN UNNEST(`lines`) AS t(sku, q)", ["+I[1, A]", "+I[1, B]", "+I[3, A]"]),
        ("SELECT id, l.quantity FROM orders, UNNEST(orders.`lines`) AS l", ["+I[1, 2]", "+I[1, 1]", "+I[3, 7]"]),
        ("SELECT q, id FROM orders CROSS JOIN UNNEST(`lines`) AS t(sku, q) WHERE q > 1 AND id < 3", ["+I[2, 1]"]),
        (
            "SELECT id, sku, place FROM orders LEFT JOIN UNNEST(`lines`) WITH ORDINALITY AS t(sku, q, place) ON TRUE",
            ["+I[1, A, 1]", "+I[1, B, 2]", "+I[2, NULL, NULL]", "+I[3, A, 1]"]
        ),
        (
            "SELECT place FROM orders CROSS JOIN UNNEST(`lines`) WITH ORDINALITY AS t(sku, q, place)",
            ["+I[1]", "+I[2]", "+I[1]"]
        ),
        ("SELECT id FROM orders CROSS JOIN UNNEST(`lines`)", ["+I[1]", "+I[1]", "+I[3]"]),
        ("SELECT id, v, k FROM orders, UNNEST(labels) AS t(k, v)", ["+I[1, 1, h]", "+I[1, 2, w]", "+I[3, 9, k]"]),
        ("SELECT id, label FROM orders JOIN UNNEST(ARRAY[note, 'x']) AS label ON id = 1", ["+I[1, now]", "+I[1, x]"]),
        ("SELECT x FROM UNNEST(ARRAY[3, 1, 2]) AS t(x)", ["+I[3]", "+I[1]", "+I[2]"]),
        (
            "SELECT id, t.sku, u.n FROM orders, UNNEST(`lines`) AS t(sku, q), UNNEST(ARRAY[q, q + 10]) AS u(n)",
            ["+I[1, A, 2]", "+I[1, A, 12]", "+I[1, B, 1]", "+I[1, B, 11]", "+I[3, A, 7]", "+I[3, A, 17]"]
        ),
        (
            "SELECT id, x FROM orders LEFT JOIN UNNEST(CAST(NULL AS ARRAY<INT>)) AS t(x) ON TRUE WHERE id > 1",
            ["+I[2, NULL]", "+I[3, NULL]"]
        ),
    ]

    @Test(arguments: 0..<cases.count, [1, 2, 4_096])
    func givesARowPerElement(index: Int, batchRows: Int) throws {
        let (query, expected) = Self.cases[index]
        #expect(try rows(query, batchRows: batchRows) == expected, "\(query)")
    }

    @Test func largeCollectionsComeInPieces() throws {
        let builder = StreamBuilder()
        let orders = (1...30).map { id in
            Order(id: Int32(id), customer: Customer(name: "", city: ""), lines: (0..<1_000).map { Line("x", $0) })
        }
        _ = try builder.source(rows: orders, name: "orders")
        let sums = try builder.sql(
            "SELECT id, SUM(q) AS total, COUNT(*) AS n FROM orders, UNNEST(`lines`) AS t(sku, q) GROUP BY id"
        ).collectText()
        try builder.start()
        var last: [String: String] = [:]
        for change in sums.all where change.hasPrefix("+") {
            let parts = change.dropFirst(3).dropLast().split(separator: ",")
            last[String(parts[0])] = parts.dropFirst().joined(separator: ",")
        }
        #expect(last.count == 30)
        #expect(Set(last.values) == [" 499500, 1000"])
    }

    @Test func changesAreTakenBack() throws {
        let builder = StreamBuilder()
        builder.batchRows = 1
        let logins = try builder.source(rows: fiveLogins, name: "logins")
        _ = try logins.keyBy("client").aggregate(.count(as: "n")).named("counts")
        let rows = try builder.sql("SELECT client, x FROM counts, UNNEST(ARRAY[n, n * 10]) AS t(x) WHERE client = 'b'")
            .collectText()
        try builder.start()
        #expect(rows.all == ["+I[b, 1]", "+I[b, 10]", "-U[b, 1]", "-U[b, 10]", "+U[b, 2]", "+U[b, 20]"])
    }

    @Test func multisetsGiveEachElementAsOftenAsItIsThere() throws {
        let (builder, _) = try loginStream()
        let rows = try builder.sql(
            """
            SELECT window_end, x, place FROM (
              SELECT window_end, COLLECT(client) AS c
              FROM TABLE(TUMBLE(TABLE logins, DESCRIPTOR(`at`), INTERVAL '10' SECOND))
              GROUP BY window_start, window_end)
            CROSS JOIN UNNEST(c) WITH ORDINALITY AS t(x, place)
            """
        ).collectText()
        try builder.start()
        let elements = rows.all.map { $0.split(separator: ", ").prefix(2).joined(separator: ", ") }
        #expect(
            elements.sorted() == [
                "+I[10000000, a", "+I[10000000, a", "+I[10000000, b", "+I[20000000, a", "+I[30000000, b",
            ]
        )
        #expect(rows.all.prefix(3).map { $0.split(separator: ", ").last } == ["1]", "2]", "3]"])
    }

    @Test func windowsStandOverElements() throws {
        let (builder, _) = try loginStream()
        let rows = try builder.sql(
            """
            SELECT window_end, COUNT(*) AS n
            FROM TABLE(TUMBLE(
              (SELECT `at`, x FROM logins, UNNEST(ARRAY[1, 2]) AS t(x)), DESCRIPTOR(`at`), INTERVAL '10' SECOND))
            GROUP BY window_start, window_end
            """
        ).collectText()
        try builder.start()
        #expect(rows.all == ["+I[10000000, 6]", "+I[20000000, 2]", "+I[30000000, 2]"])
    }

    @Test(
        arguments: [
            ("SELECT * FROM orders, UNNEST(id) AS t(x)", "typeMismatch"),
            ("SELECT * FROM orders, UNNEST(nobody) AS t(x)", "unknownColumn"),
            ("SELECT * FROM orders, UNNEST(`lines`) AS t(a, b, c)", "typeMismatch"),
            ("SELECT * FROM orders LEFT JOIN UNNEST(`lines`) AS t(a, b) ON a = 'x'", "unsupported"),
            ("SELECT * FROM orders RIGHT JOIN UNNEST(`lines`) AS t(a, b) ON TRUE", "unsupported"),
            ("SELECT * FROM orders, UNNEST(`lines`, labels) AS t", "unsupported"),
        ])
    func refuses(query: String, code: String) throws {
        let builder = StreamBuilder()
        _ = try builder.source(rows: threeOrders, name: "orders")
        #expect(errorCode { _ = try builder.sql(query) } == code)
    }

    @Test func onlyWhatIsReadPassesTheUnnest() throws {
        let builder = StreamBuilder()
        _ = try builder.source(rows: threeOrders, name: "orders")
        try builder.sql("SELECT customer.city, q FROM orders, UNNEST(`lines`) AS t(sku, q) WHERE id > 1").to(.blackhole)
        let plan = try builder.explain()
        #expect(plan.contains("Unnest(lines, columns=[customer, q])"), "\(plan)")
        #expect(plan.contains("columns=[id, customer(city), lines]"), "\(plan)")
    }
}
