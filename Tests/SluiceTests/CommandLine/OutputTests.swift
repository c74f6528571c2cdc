import SluiceTesting
import Testing

@Suite("Rows are printed as the format says")
struct OutputTests {
    static let rows = """
        SELECT * FROM (VALUES
          (1, 'plain', CAST(NULL AS STRING)),
          (-22, 'a "quoted", text', ''),
          (333, 'two' || CHR(10) || 'lines', 'é')) AS t(n, text, more)
        """

    @Test("A table is aligned, and nothing moves the cursor")
    func table() {
        #expect(
            SluiceProcess.run("sql", "-e", Self.rows).output == """
                +-----+------------------+------+
                | n   | text             | more |
                +-----+------------------+------+
                |   1 | plain            | NULL |
                | -22 | a "quoted", text |      |
                | 333 | two\\nlines       | é    |
                +-----+------------------+------+
                3 rows

                """
        )
    }

    @Test("JSON has an object a line")
    func json() {
        #expect(
            SluiceProcess.run("sql", "-e", Self.rows, "--format", "json").output == """
                {"n":1,"text":"plain","more":null}
                {"n":-22,"text":"a \\"quoted\\", text","more":""}
                {"n":333,"text":"two\\nlines","more":"é"}

                """
        )
    }

    @Test("CSV has a header, tells NULL from the empty text, and quotes what must be")
    func csv() {
        #expect(
            SluiceProcess.run("sql", "-e", Self.rows, "--format", "csv").output == """
                n,text,more
                1,plain,
                -22,"a ""quoted"", text",""
                333,"two
                lines",é

                """
        )
    }

    @Test("Long texts are cut in tables only, where the setting says")
    func longText() {
        let query = "SELECT 'abcdefghijklmnopqrstuvwxyz0123456789' AS x"
        #expect(SluiceProcess.run("sql", "-e", query).output.contains("| abcdefghijklmnopqrstuvwxyz0... |"))
        let narrow = SluiceProcess.run("sql", "-e", query, "-D", "table.display.max-column-width=8")
        #expect(narrow.output.contains("| abcde... |"))
        let json = SluiceProcess.run("sql", "-e", query, "--format", "json")
        #expect(json.output == "{\"x\":\"abcdefghijklmnopqrstuvwxyz0123456789\"}\n")
    }

    @Test("An empty result has its columns and a count")
    func empty() {
        let ending = SluiceProcess.run("sql", "-e", "SELECT n FROM (VALUES (1)) AS t(n) WHERE n > 1")
        #expect(ending.output == "+---+\n| n |\n+---+\n+---+\n0 rows\n")
    }

    @Test(
        "A changing result shows what happens to each row",
        arguments: [
            (
                "json",
                [
                    "{\"op\":\"+I\",\"k\":1,\"n\":1}", "{\"op\":\"-U\",\"k\":1,\"n\":1}",
                    "{\"op\":\"+U\",\"k\":1,\"n\":2}",
                ]
            ),
            ("csv", ["op,k,n", "+I,1,1", "-U,1,1", "+U,1,2"]),
            (
                "table",
                [
                    "+----+---+---+", "| op | k | n |", "+----+---+---+", "| +I | 1 | 1 |", "| -U | 1 | 1 |",
                    "| +U | 1 | 2 |", "+----+---+---+", "3 changes",
                ]
            ),
        ]
    )
    func changelog(format: String, lines: [String]) {
        let query = "SELECT k, COUNT(*) AS n FROM (VALUES (1), (1)) AS t(k) GROUP BY k"
        let ending = SluiceProcess.run("sql", "-e", query, "--format", format, "--batch-rows", "1")
        #expect(ending.lines == lines, "\(ending.errors)")
    }

    @Test("More rows than are looked at for the widths are all printed")
    func manyRows() {
        let query = """
            CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '0',
              'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '20000');
            SELECT n FROM numbers
            """
        let table = SluiceProcess.run("sql", "-e", query)
        #expect(table.lines.count == 20_000 + 5, "\(table.errors)")
        #expect(table.lines.last == "20000 rows")
        #expect(table.lines[3 + 19_999].contains(" 20000 |"))
        let csv = SluiceProcess.run("sql", "-e", query, "--format", "csv")
        #expect(csv.lines == ["n"] + (1...20_000).map(String.init))
    }

    @Test("Statements without a result print nothing, SHOW prints its lines")
    func statements() {
        #expect(SluiceProcess.run("sql", "-e", "CREATE DATABASE d; USE d; SET 'a.b' = 'c'").output.isEmpty)
        let shown = SluiceProcess.run("sql", "-e", "CREATE DATABASE d; SHOW DATABASES")
        #expect(shown.output.contains("default_database"))
        #expect(shown.output.contains("d\n"))
    }

    @Test("A script can come from standard input")
    func standardInput() {
        let ending = SluiceProcess.run("run", "-", "--format", "json", input: "SELECT 5 AS five;")
        #expect(ending.output == "{\"five\":5}\n")
    }

    @Test("Plans are shown for queries only, as trees or JSON")
    func plans() {
        let text = "CREATE VIEW v AS SELECT 1 AS a; SELECT a FROM v; SELECT a + 1 FROM v"
        let tree = SluiceProcess.run("explain", "-e", text)
        #expect(tree.lines.filter { $0.hasPrefix("Collect(") }.count == 2, "\(tree.errors)")
        let json = SluiceProcess.run("explain", "--json", "-e", text)
        #expect(json.lines.filter { $0.hasPrefix("{\"nodes\": [") }.count == 2, "\(json.errors)")
    }

    @Test("The metrics of every job have the documented keys")
    func metrics() {
        let folder = ScratchFolder()
        let ending = SluiceProcess.run(
            "sql",
            "-e",
            "SELECT 1; SELECT 2",
            "--metrics-json",
            folder.path + "/metrics.json"
        )
        #expect(ending.status == 0, "\(ending.errors)")
        let text = folder.text("metrics.json")
        for key in [
            "version", "outcome", "wallSeconds", "cpuSeconds", "peakRSSBytes", "rowsIn", "rowsOut", "lateRows",
            "badRows",
            "jobs", "statement", "metrics", "nodes",
        ] {
            #expect(text.contains("\"\(key)\":"), "\(key)")
        }
        #expect(text.contains("\"statement\":\"SELECT 2\",\"outcome\":\"finished\""))
        #expect(text.contains("\"rowsOut\":2,"))
        let failed = SluiceProcess.run(
            "sql",
            "-e",
            "SELECT 10 / (x - 2) FROM (VALUES (2)) AS t(x)",
            "--metrics-json",
            folder.path + "/failed.json"
        )
        #expect(failed.status == 1)
        #expect(folder.text("failed.json").contains("\"outcome\":\"failed\""))
    }

    @Test("Functions and connectors describe themselves")
    func descriptions() {
        let upper = SluiceProcess.run("functions", "upper").output
        #expect(upper.hasPrefix("UPPER("))
        #expect(upper.contains("example: "))
        #expect(SluiceProcess.run("functions").output.contains("  UPPER("))
        let datagen = SluiceProcess.run("connectors", "datagen").output
        #expect(datagen.contains("number-of-rows"))
        #expect(datagen.contains("CREATE TABLE"))
        #expect(datagen.contains("scan.rows-per-second"))
        #expect(SluiceProcess.run("connectors").output.contains("formats:"))
    }
}
