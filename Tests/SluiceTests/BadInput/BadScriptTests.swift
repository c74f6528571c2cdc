import SluiceTesting
import Testing

@Suite("Scripts that cannot run are refused with a place, a reason and the nearest name")
struct BadScriptTests {
    @Test(
        "Names that are nearly right",
        arguments: [
            ("CREATE TABLE t (a INT) WITH ('connector'='datagn'); SELECT * FROM t", "sql:1:30: ", "'datagen'"),
            (
                "CREATE TABLE t (a INT) WITH ('connector'='datagen','rows-per-secnd'='1'); SELECT * FROM t",
                "sql:1:52: ", "'rows-per-second'"
            ),
            (
                "CREATE TABLE t (a INT) WITH ('connector'='stdin','format'='json','json.ignore-parse-error'='true');"
                    + " SELECT * FROM t",
                "sql:1:66: ", "'json.ignore-parse-errors'"
            ),
            (
                "CREATE TABLE t (a INT) WITH ('connector'='stdin','format'='json','scan.row-per-second'='1');"
                    + " SELECT * FROM t",
                "sql:1:66: ", "'scan.rows-per-second'"
            ),
            ("SELECT UPPR('a')", "sql:1:8: ", "'UPPER'"),
            ("SELECT\n  amuont FROM (VALUES (1)) AS t(amount)", "sql:2:3: ", "'amount'"),
            ("SET 'parallelsm.default'='2'; SELECT 1", "sql:1:5: ", "'parallelism.default'"),
            (
                "CREATE TABLE orders (a INT) WITH ('connector'='blackhole'); SELECT * FROM ordres",
                "sql:1:75: ", "'orders'"
            ),
        ]
    )
    func nearestName(script: String, place: String, name: String) {
        let ending = SluiceProcess.run("sql", "-e", script)
        #expect(ending.status == 2)
        #expect(ending.output.isEmpty)
        #expect(ending.errors.hasPrefix(place), "\(ending.errors)")
        #expect(ending.errors.contains("^"), "\(ending.errors)")
        #expect(ending.errors.contains("hint: did you mean \(name)?"), "\(ending.errors)")
    }

    @Test(
        "Values that an option cannot have",
        arguments: [
            ("'connector'='stdin','format'='jsn'", "no format 'jsn'"),
            ("'connector'='stdin','format'='json','scan.rows-per-second'='0'", "expected more than 0"),
            ("'connector'='stdin','format'='json','scan.rows-per-second'='-1'", "expected more than 0"),
            ("'connector'='stdin','format'='json','scan.rows-per-second'='nan'", "expected more than 0"),
            ("'connector'='stdin','format'='json','scan.rows-per-second'='many'", "expected a number"),
            ("'connector'='datagen','number-of-rows'='many'", "expected a whole number"),
        ]
    )
    func badValue(options: String, reason: String) {
        let ending = SluiceProcess.run("sql", "-e", "CREATE TABLE t (a INT) WITH (\(options)); SELECT * FROM t")
        #expect(ending.status == 2, "\(ending.errors)")
        #expect(ending.output.isEmpty)
        #expect(ending.errors.contains(reason), "\(ending.errors)")
    }

    @Test(
        "Texts that no parser should stumble over",
        arguments: [
            ("deep parentheses", 2, "nestingTooDeep"), ("long sum", 2, "nestingTooDeep"),
            ("deep queries", 2, "nestingTooDeep"), ("deep types", 2, "nestingTooDeep"),
            ("deep minus", 2, "nestingTooDeep"), ("500 calls", 0, ""), ("500 parentheses", 0, ""),
            ("500 queries", 0, ""), ("500 cases", 0, ""), ("500 unions", 0, ""),
            ("semicolons", 2, "holds no statement"),
            ("open string", 2, "unterminatedString"), ("open name", 2, "unterminatedIdentifier"),
            ("open comment", 2, "unterminatedComment"), ("long name", 2, "unknownTable"),
            ("not UTF-8", 2, "not UTF-8"), ("many statements", 0, ""), ("long list", 0, ""), ("long comment", 0, ""),
        ] as [(String, Int32, String)]
    )
    func scale(kind: String, status: Int32, reason: String) {
        let folder = ScratchFolder()
        let ending = SluiceProcess.run("run", folder.write(Self.script(kind), to: "script.sql"), "--format", "csv")
        #expect(ending.status == status, "\(ending.errors)")
        #expect(ending.errors.contains(reason) || status == 0, "\(ending.errors)")
        // An error about a megabyte of text shows a line of it.
        #expect(ending.errors.utf8.count < 2_000)
    }

    private static let oneRow = " FROM (VALUES (1)) AS t(x)"

    private static func script(_ kind: String) -> [UInt8] {
        func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        let text =
            switch kind {
            case "deep parentheses": "SELECT " + many("(", 10_000) + "1" + many(")", 10_000)
            case "long sum": "SELECT 1" + many("+1", 500_000)
            case "deep queries": "SELECT * FROM " + many("(SELECT * FROM ", 10_000) + "t" + many(") AS u", 10_000)
            case "500 calls": "SELECT " + many("ABS(", 500) + "x" + many(")", 500) + Self.oneRow
            case "500 parentheses": "SELECT " + many("(1 + ", 500) + "x" + many(")", 500) + Self.oneRow
            case "500 queries": many("SELECT x + 1 AS x FROM (", 500) + "VALUES (1)" + ") AS t(x)" + many(") AS u", 499)
            case "500 cases": "SELECT " + many("CASE WHEN x > 0 THEN ", 500) + "x" + many(" END", 500) + Self.oneRow
            case "500 unions": many("(SELECT 1 UNION ALL ", 500) + "SELECT 1" + many(")", 500)
            case "deep types": "CREATE TABLE t (a " + many("ARRAY<", 10_000) + "INT" + many(">", 10_000) + ")"
            case "deep minus": "SELECT " + many("- ", 100_000) + "1"
            case "semicolons": many(";", 1_000_000)
            case "open string": "SELECT 'a" + many("x", 1_000_000)
            case "open name": "SELECT `a" + many("x", 1_000_000)
            case "open comment": "SELECT 1 /* " + many("x", 1_000_000)
            case "long name": "SELECT " + many("a", 1_000_000) + " FROM t"
            case "many statements": many("SET 'parallelism.default' = '1';\n", 30_000)
            case "long list": "SELECT 1 IN (1" + many(",1", 500_000) + ")"
            case "long comment": "SELECT 1 -- " + many("x", 1_000_000)
            default: ""
            }
        return text.isEmpty ? [0xff, 0xfe, 0x00, 0x80] : Array(text.utf8)
    }

    @Test("Whole numbers wrap around, a division by zero is an error where it is met")
    func arithmetic() {
        let sums = "SELECT 2147483647 + 1 AS a, CAST(9223372036854775807 AS BIGINT) + 1 AS b"
        let wrapped = SluiceProcess.run("sql", "-e", sums, "--format", "csv")
        #expect(wrapped.lines == ["a,b", "-2147483648,-9223372036854775808"])
        let divided = SluiceProcess.run("sql", "-e", "SELECT 1 / x AS y FROM (VALUES (0)) AS t(x)", "--format", "csv")
        #expect(divided.status == 1)
        #expect(divided.errors.contains("the job failed: divisionByZero"))
    }

    @Test("The example of every connector parses and plans, and those that end are run")
    func examples() {
        let names = SluiceProcess.run("connectors").output.split(separator: "formats:")[0].split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names.count >= 7 && names.contains("nexmark"))
        for name in names {
            let text = SluiceProcess.run("connectors", name).output
            guard let start = text.firstRange(of: "\nexample:\n") else {
                Issue.record("\(name) has no example")
                continue
            }
            let example = text[start.upperBound...]
                .replacing("'rows-per-second' = '5'", with: "'rows-per-second' = '0'")
            let table = example.split(separator: " ")[2]
            let isDatabase = ["jdbc", "postgresql", "sqlite"].contains(name)
            let isSink = ["blackhole", "print", "stdout"].contains(name)
            let use = isSink || isDatabase ? "INSERT INTO \(table) VALUES (1, 2)" : "SELECT COUNT(*) AS n FROM \(table)"
            let script = "\(example); \(use)"
            let plan = SluiceProcess.run("validate", "-e", script)
            #expect(plan.status == 0, "\(name): \(plan.errors)")
            let ends = isSink || name == "stdin" || example.contains("number-of-rows") || example.contains("events.num")
            guard ends else { continue }
            let ending = SluiceProcess.run("sql", "-e", script)
            #expect(ending.status == 0, "\(name): \(ending.errors)")
        }
    }
}
