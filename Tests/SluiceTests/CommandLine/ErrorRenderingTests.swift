import Glibc
import SluiceTesting
import Testing

@Suite("Errors show the place, the line and what to do")
struct ErrorRenderingTests {
    @Test("A wrong column has a caret and a suggestion")
    func caret() {
        let ending = SluiceProcess.run("sql", "-e", "SELECT 1;\nSELECT a,\n  totl FROM (VALUES (1, 2)) AS t(a, total)")
        #expect(
            ending.errors == """
                sql:3:3: unknownColumn: no column 'totl'
                    totl FROM (VALUES (1, 2)) AS t(a, total)
                    ^^^^
                  hint: did you mean 'total'?

                """
        )
    }

    @Test("An error about an option shows the option in the table's definition, or the hint that gave it")
    func optionCaret() {
        let table = "CREATE TABLE t (a INT) WITH (\n  'connector' = 'datagen',\n  'number-of-rows' = 'ten'\n);\n"
        let ending = SluiceProcess.run("sql", "-e", table + "SELECT * FROM t")
        #expect(ending.status == 2)
        #expect(ending.errors.hasPrefix("sql:3:3: connector: "), "\(ending.errors)")
        #expect(
            ending.errors.contains("\n    'number-of-rows' = 'ten'\n    ^^^^^^^^^^^^^^^^^^^^^^^^\n"),
            "\(ending.errors)"
        )
        let good = "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '3');\n"
        let hinted = SluiceProcess.run("sql", "-e", good + "SELECT * FROM t /*+ OPTIONS('number-of-rows' = 'x') */")
        #expect(hinted.errors.hasPrefix("sql:2:15: connector: "), "\(hinted.errors)")
    }

    @Test("Positions are those of the file, behind ${DIR} too")
    func positionsBehindVariables() {
        let folder = ScratchFolder()
        let script = folder.write("SELECT '${DIR}', wrong FROM (VALUES (1)) AS t(a);\n", to: "job.sql")
        let ending = SluiceProcess.run("run", script)
        #expect(ending.errors.hasPrefix("\(script):1:18: unknownColumn"))
        #expect(ending.errors.contains("\n  SELECT '${DIR}', wrong FROM"))
        #expect(ending.errors.contains("\n" + String(repeating: " ", count: 19) + "^^^^^\n"))
    }

    @Test("${DIR} is the script's folder, with quotes doubled")
    func scriptFolder() {
        let folder = ScratchFolder()
        let quoted = folder.path + "/it's"
        mkdir(quoted, 0o755)
        let script = folder.write("SELECT '${DIR}/x', '${OTHER}', '${env:HOME}';", to: "it's/job.sql")
        let ending = SluiceProcess.run("run", script, "--format", "csv")
        #expect(ending.lines.last == "\(quoted)/x,${OTHER},${env:HOME}", "\(ending.errors)")
    }

    @Test("Nothing of a script with a syntax error runs, and all its errors are shown")
    func syntaxErrorsFirst() {
        let ending = SluiceProcess.run("sql", "-e", "SELECT 1; SELEC 2; SELECT 3 FRM t;")
        #expect(ending.status == 2)
        #expect(ending.output.isEmpty)
        #expect(ending.errors.contains("sql:1:11: "))
        #expect(ending.errors.contains("sql:1:33: "))
    }

    @Test("validate goes on after an error")
    func validateShowsAll() {
        let ending = SluiceProcess.run("validate", "-e", "SELECT a; SELECT 1; SELECT b")
        #expect(ending.errors.contains("sql:1:8: "))
        #expect(ending.errors.contains("sql:1:28: "))
        let good = SluiceProcess.run("validate", "-e", "SELECT 1; SELECT 2")
        #expect(good.output == "sql: 2 statements, no errors\n")
    }

    @Test(
        "What was probably meant is named",
        arguments: [
            (["rnu", "x"], "did you mean 'run'?"),
            (["sql", "-e", "SELECT 1", "--paralelism", "2"], "Did you mean '--parallelism'?"),
            (["functions", "uper"], "did you mean 'UPPER'?"),
            (["connectors", "datgen"], "did you mean 'datagen'?"),
            (["sql", "-e", "SELECT uper('a')"], "did you mean 'UPPER'?"),
            (["sql", "-e", "SELECT 1", "-D", "parallelism.defalt=2"], "did you mean 'parallelism.default'?"),
            (
                ["sql", "-e", "CREATE TABLE t (a INT) WITH ('connector' = 'datgen'); SELECT * FROM t"],
                "did you mean 'datagen'?"
            ),
            (
                [
                    "sql", "-e",
                    "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-row' = '1'); SELECT * FROM t",
                ], "did you mean 'number-of-rows'?"
            ),
            (
                [
                    "sql", "-e",
                    "CREATE TABLE t (a INT) WITH ('connector' = 'stdin', 'format' = 'jsn'); SELECT * FROM t",
                ],
                "did you mean 'json'?"
            ),
            (["sql", "-e", "CREATE TABLE t (a BIGNIT) WITH ('connector' = 'stdin')"], "did you mean 'BIGINT'?"),
            (["sql", "-e", "SELCT 1"], "did you mean 'SELECT'?"),
            (["sql", "-e", "SELECT a FORM t"], "did you mean 'FROM' instead of 'FORM'?"),
        ] as [([String], String)]
    )
    func suggestion(arguments: [String], hint: String) {
        let ending = SluiceProcess.run(arguments)
        #expect(ending.status == 2)
        #expect(ending.errors.contains(hint), "\(ending.errors)")
    }

    @Test(
        "Settings are checked before anything runs",
        arguments: [
            ("no.such.key=1", "no such configuration key"),
            ("parallelism.default=many", "expected a whole number"),
            ("table.exec.state.ttl=soon", "expected a duration"),
            ("parallelism.default", "expected key=value"),
            ("=1", "expected key=value"),
        ]
    )
    func badSetting(setting: String, complaint: String) {
        for arguments in [["-D", setting], ["-D\(setting)"]] {
            let ending = SluiceProcess.run(["sql", "-e", "SELECT 1"] + arguments)
            #expect(ending.status == 2)
            #expect(ending.output.isEmpty)
            #expect(ending.errors.contains(complaint), "\(ending.errors)")
        }
    }

    @Test("Files that are no scripts are refused by name")
    func badFiles() {
        let folder = ScratchFolder()
        let junk = folder.write([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00], to: "junk.sql")
        #expect(SluiceProcess.run("run", junk).errors == "error: the script '\(junk)' is not UTF-8 text\n")
        let missing = folder.path + "/missing.sql"
        #expect(
            SluiceProcess.run("run", missing).errors
                == "error: the script '\(missing)' cannot be read: No such file or directory\n"
        )
        #expect(SluiceProcess.run("run", folder.path).errors.contains("Is a directory"))
        guard getuid() != 0 else { return }  // nothing is forbidden to root
        let secret = folder.write("SELECT 1", to: "secret.sql")
        chmod(secret, 0)
        #expect(SluiceProcess.run("run", secret).errors.contains("Permission denied"))
    }

    @Test("Piped errors hold no escape sequences")
    func noColours() {
        let ending = SluiceProcess.run("sql", "-e", "SELECT a")
        #expect(!ending.errors.contains("\u{1b}"))
    }

    @Test(
        "Nesting and size have an answer",
        arguments: ["parentheses", "calls", "queries", "operators", "a long list"]
    )
    func extremes(kind: String) {
        let folder = ScratchFolder()
        let depth = 10_000
        let text =
            switch kind {
            case "parentheses":
                "SELECT " + String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
            case "calls":
                "SELECT " + String(repeating: "ABS(", count: depth) + "1" + String(repeating: ")", count: depth)
            case "queries":
                String(repeating: "SELECT * FROM (", count: depth) + "SELECT 1" + String(repeating: ")", count: depth)
            case "operators": "SELECT 1" + String(repeating: " + 1", count: 250_000)
            default: "SELECT 7 IN (" + String(repeating: "1, ", count: 350_000) + "7) AS found"
            }
        let ending = SluiceProcess.run("run", folder.write(text, to: "job.sql"), "--format", "json")
        #expect(ending.status == 0 || ending.status == 2, "\(ending.status)")
        if ending.status == 2 { #expect(ending.errors.contains(":1:")) }
        if kind == "a long list" { #expect(ending.output == "{\"found\":true}\n") }
        #expect(ending.errors.utf8.count < 2_000)
    }
}
