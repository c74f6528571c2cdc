import Glibc
import SluiceTesting
import Testing

@Suite("What cannot be written, or not to its end, is never presented as whole")
struct BadOutputTests {
    private static func files(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func copy(to path: String, _ source: String) -> String {
        """
        CREATE TABLE o (a BIGINT) WITH ('connector' = 'filesystem', 'path' = '\(path)', 'format' = 'csv');
        CREATE TABLE g (a BIGINT) WITH ('connector' = 'datagen', \(source));
        INSERT INTO o SELECT a FROM g
        """
    }

    @Test(
        "A full device behind standard output",
        arguments: [
            "SELECT 1",
            "CREATE TABLE p (a INT) WITH ('connector' = 'print'); INSERT INTO p VALUES (1)",
            "CREATE TABLE p (a INT) WITH ('connector' = 'stdout', 'format' = 'csv'); INSERT INTO p VALUES (1)",
        ]
    )
    func fullDevice(script: String) {
        let ending = RunningProcess(SluiceProcess.path, ["sql", "-e", script], outputPath: "/dev/full").wait()
        #expect(ending.status == 1)
        #expect(ending.errors.contains("No space left on device"), "\(ending.errors)")
    }

    @Test("Beyond the file size limit the job fails and leaves nothing behind")
    func fileSizeLimit() {
        let folder = ScratchFolder()
        let path = "\(folder.path)/o"
        let script = folder.write(Self.copy(to: path, "'number-of-rows' = '200000'"), to: "job.sql")
        let command = "ulimit -f 64; exec \(SluiceProcess.path) run \(script)"
        let ending = RunningProcess("/bin/sh", ["-c", command]).wait()
        #expect(ending.status == 1)
        #expect(ending.errors.contains("diskFull: ") && ending.errors.contains("File too large"), "\(ending.errors)")
        #expect(Self.files(in: path).isEmpty)
    }

    @Test("A stopped job publishes no file", arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func stopped(signal: Int32, status: Int32) {
        let folder = ScratchFolder()
        let path = "\(folder.path)/o"
        let script = folder.write(Self.copy(to: path, "'rows-per-second' = '1000'"), to: "job.sql")
        let process = RunningProcess(SluiceProcess.path, ["run", script])
        let deadline = ContinuousClock().now + .seconds(60)
        while Self.files(in: path).isEmpty, ContinuousClock().now < deadline { sched_yield() }
        process.signal(signal)
        #expect(process.wait().status == status)
        #expect(Self.files(in: path).isEmpty)
    }

    @Test("A reader of standard output that leaves ends an endless job", arguments: ["SELECT a FROM g", "print"])
    func readerLeaves(query: String) {
        let source = "CREATE TABLE g (a BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '0');"
        let sink = "CREATE TABLE p (a BIGINT) WITH ('connector' = 'print'); INSERT INTO p SELECT a FROM g"
        let script = source + (query == "print" ? sink : query)
        let process = RunningProcess(SluiceProcess.path, ["sql", "--format", "csv", "-e", script])
        #expect(!process.waitForOutput().isEmpty)
        process.closeOutput()
        let ending = process.wait()
        #expect(ending.status == 141)
        #expect(ending.errors.isEmpty, "\(ending.errors)")
    }

    @Test("Two sinks of one folder keep both results")
    func sharedFolder() {
        let folder = ScratchFolder()
        let path = "\(folder.path)/o"
        let options = "('connector' = 'filesystem', 'path' = '\(path)', 'format' = 'csv')"
        let ending = SluiceProcess.run(
            "sql",
            "-e",
            """
            CREATE TABLE a (x INT) WITH \(options); CREATE TABLE b (x INT) WITH \(options);
            EXECUTE STATEMENT SET BEGIN INSERT INTO a VALUES (1); INSERT INTO b VALUES (2); END
            """
        )
        #expect(ending.status == 0, "\(ending.errors)")
        let texts = Self.files(in: path).map { folder.text("o/\($0)") }
        #expect(texts.sorted() == ["1\n", "2\n"])
    }

    @Test("A file where a folder is to be written stays as it is", arguments: ["", "/x"])
    func fileInPlaceOfFolder(rest: String) {
        let folder = ScratchFolder()
        let path = folder.write("1\n", to: "o") + rest
        let ending = SluiceProcess.run(
            "sql",
            "-e",
            "CREATE TABLE o (a INT) WITH ('connector' = 'filesystem', 'path' = '\(path)', 'format' = 'csv');"
                + "INSERT INTO o VALUES (2)"
        )
        #expect(ending.status == 1)
        #expect(ending.errors.contains("Not a directory"), "\(ending.errors)")
        #expect(folder.text("o") == "1\n")
    }

    @Test("A job that would hold more than --memory stops and says what to do")
    func memory() {
        let script = """
            CREATE TABLE g (s STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '0', 'fields.s.length' = '50');
            CREATE TABLE o (s STRING, c BIGINT) WITH ('connector' = 'blackhole');
            INSERT INTO o SELECT s, COUNT(*) FROM g GROUP BY s
            """
        let ending = SluiceProcess.run("sql", "--memory", "64MB", "-e", script)
        #expect(ending.status == 1)
        #expect(ending.errors.contains("memoryExceeded: "), "\(ending.errors)")
        #expect(ending.errors.contains("raise --memory, or make state smaller"), "\(ending.errors)")
    }
}
