import Glibc
import SluiceTesting
import Testing

@Suite("The command line ends with the documented status")
struct ExitStatusTests {
    @Test(
        "Usage and SQL",
        arguments: [
            (["sql", "-e", "SELECT 1"], 0),
            (["version"], 0),
            (["--help"], 0),
            (["help", "run"], 0),
            (["functions"], 0),
            (["connectors"], 0),
            (["validate", "-e", "SELECT 1"], 0),
            (["explain", "-e", "SELECT 1"], 0),
            (["--generate-completion-script", "bash"], 0),
            (["sql"], 2),
            (["frobnicate"], 2),
            (["sql", "-e", "SELECT 1", "--no-such-option"], 2),
            (["sql", "-e", "SELECT nothing"], 2),
            (["sql", "-e", "SELEC 1"], 2),
            (["sql", "-e", ""], 2),
            (["sql", "-e", " ; -- nothing\n ;"], 2),
            (["validate", "-e", "SELECT nothing"], 2),
            (["validate"], 2),
            (["validate", "-e", "SELECT 1", "file.sql"], 2),
            (["explain", "-e", "SELECT nothing"], 2),
            (["run", "/no/such/file.sql"], 2),
            (["run", "/"], 2),
            (["functions", "no_such_function"], 2),
            (["connectors", "no-such-connector"], 2),
            (["sql", "-e", "SELECT 1", "--format", "xml"], 2),
            (["sql", "-e", "SELECT 1", "--parallelism", "0"], 2),
            (["sql", "-e", "SELECT 1", "--parallelism", "129"], 2),
            (["sql", "-e", "SELECT 1", "--memory", "lots"], 2),
            (["sql", "-e", "SELECT 1", "--state", "folder"], 0),
            (["sql", "-e", "SELECT 1", "--batch-rows", "0"], 2),
            (["sql", "-e", "SELECT 1", "--metrics-json", "/no/such/folder/metrics.json"], 2),
        ] as [([String], Int32)]
    )
    func status(arguments: [String], status: Int32) {
        let ending = SluiceProcess.run(arguments)
        #expect(ending.status == status, "\(ending.errors)")
        // Results and help go to standard output, complaints to standard error, never both.
        #expect(ending.output.isEmpty == (status != 0))
        #expect(ending.errors.isEmpty == (status == 0))
    }

    @Test("A job that fails while it runs ends with 1 and says where and who must act")
    func failedJob() {
        let ending = SluiceProcess.run(
            "sql",
            "-e",
            "SELECT 1;\n  SELECT 10 / (x - 2) AS y FROM (VALUES (1), (2)) AS t(x)",
            "--format",
            "json"
        )
        #expect(ending.status == 1)
        #expect(ending.lines == ["{\"EXPR$0\":1}"])
        #expect(ending.errors.hasPrefix("sql:2:3: the job failed: divisionByZero"))
        #expect(ending.errors.contains("\n  to act: the author of the query or its data"))
    }

    @Test(
        "SIGINT and SIGTERM stop a job between two lines",
        arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)]
    )
    func stopped(signal: Int32, status: Int32) {
        let folder = ScratchFolder()
        let script = folder.write(Self.endless, to: "endless.sql")
        let metrics = folder.path + "/metrics.json"
        let process = RunningProcess(
            SluiceProcess.path,
            ["run", script, "--format", "json", "--metrics-json", metrics]
        )
        let first = process.waitForOutput()
        process.signal(signal)
        let ending = process.wait()
        #expect(ending.status == status)
        #expect((first + ending.output).hasSuffix("}\n"), "a line was cut")
        #expect(ending.errors.isEmpty)
        #expect(folder.text("metrics.json").contains("\"outcome\":\"cancelled\""))
    }

    @Test("SIGINT stops a job whose output nobody reads")
    func stoppedWhileBlocked() {
        let folder = ScratchFolder()
        let script = folder.write(Self.endless, to: "endless.sql")
        let process = RunningProcess(SluiceProcess.path, ["run", script, "--format", "json"])
        _ = process.waitForOutput()
        process.signal(SIGINT)
        // Not read any further: the process must end with a full pipe.
        var status: Int32 = 0
        #expect(waitpid(process.id, &status, 0) == process.id)
        #expect(status >> 8 & 0xff == 130)
    }

    @Test("SIGINT ends a command that waits for standard input")
    func stoppedWhileReading() {
        let process = RunningProcess(SluiceProcess.path, ["run", "-"])
        // The signal may come before it is waited for; then it ends the process by itself: the same to a shell.
        process.signal(SIGINT)
        var status: Int32 = 0
        #expect(waitpid(process.id, &status, 0) == process.id)
        #expect(status & 0x7f == SIGINT || status >> 8 & 0xff == 130)
    }

    @Test("A reader that goes away is no error to talk about", arguments: ["table", "json", "csv"])
    func readerGone(format: String) {
        let folder = ScratchFolder()
        let script = folder.write(Self.endless, to: "endless.sql")
        let process = RunningProcess(SluiceProcess.path, ["run", script, "--format", format])
        _ = process.waitForOutput()
        process.closeOutput()
        let ending = process.wait()
        #expect(ending.status == 141)
        #expect(ending.errors.isEmpty)
    }

    @Test("A full disk is said to be full", arguments: ["table", "json", "csv"])
    func fullDisk(format: String) {
        let process = RunningProcess(
            SluiceProcess.path,
            ["sql", "-e", "SELECT 1", "--format", format],
            outputPath: "/dev/full"
        )
        let ending = process.wait()
        #expect(ending.status == 1)
        #expect(ending.errors == "error: standard output cannot be written: No space left on device\n")
    }

    @Test("A full disk is said to be full by whatever prints", arguments: [["--help"], ["version"], ["functions"]])
    func fullDiskForTexts(arguments: [String]) {
        let ending = RunningProcess(SluiceProcess.path, arguments, outputPath: "/dev/full").wait()
        #expect(ending.status == 1)
        #expect(ending.errors == "error: standard output cannot be written: No space left on device\n")
    }

    @Test("A reader that goes away stops INSERTs into print too")
    func readerOfPrintGone() {
        let text = """
            CREATE TABLE numbers (a BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '0');
            CREATE TABLE shown (a BIGINT) WITH ('connector' = 'print');
            INSERT INTO shown SELECT * FROM numbers;
            """
        let process = RunningProcess(SluiceProcess.path, ["sql", "-e", text])
        _ = process.waitForOutput()
        process.closeOutput()
        let ending = process.wait()
        #expect(ending.status == 141)
        #expect(ending.errors.isEmpty)
    }

    /// A query without an end.
    static let endless = """
        CREATE TABLE numbers (a BIGINT, b BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '0');
        SELECT * FROM numbers;
        """
}
