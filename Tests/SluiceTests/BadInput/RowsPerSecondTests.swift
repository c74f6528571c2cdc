import SluiceTesting
import Testing

@Suite("Every source can be read slowly, and standard input as JSON")
struct RowsPerSecondTests {
    @Test(
        "scan.rows-per-second",
        arguments: [
            "'connector' = 'filesystem', 'path' = 'FILE', 'format' = 'csv'",
            "'connector' = 'stdin', 'format' = 'csv'",
            "'connector' = 'datagen', 'number-of-rows' = '12', 'rows-per-second' = '0'",
            "'connector' = 'nexmark', 'events.num' = '12'",
        ]
    )
    func slow(options: String) {
        let folder = ScratchFolder()
        let numbers = (1...12).map { "\($0)\n" }.joined()
        let filled = options.split(separator: "FILE", omittingEmptySubsequences: false)
            .joined(separator: folder.write(numbers, to: "numbers.csv"))
        let column = options.contains("nexmark") ? "event_type" : "a"
        let script =
            "CREATE TABLE t (\(column) INT) WITH (\(filled), 'scan.rows-per-second' = '20');"
            + "SELECT \(column) FROM t"
        let clock = ContinuousClock()
        let start = clock.now
        let ending = SluiceProcess.run(["sql", "--format", "csv", "-e", script], input: numbers)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.lines.count == 13)
        // A tenth of a second's rows may come at once, the other ten take half a second.
        #expect(clock.now - start >= .milliseconds(450))
    }

    @Test("Standard input as JSON")
    func standardInput() {
        let script = "CREATE TABLE t (a INT) WITH ('connector' = 'stdin', 'format' = 'json'); SELECT a + 1 AS b FROM t"
        let ending = SluiceProcess.run(["sql", "--format", "csv", "-e", script], input: "{\"a\":1}\n")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.lines == ["b", "2"])
    }
}
