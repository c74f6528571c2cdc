import Glibc
import SluiceTesting
import Testing

/// Dimension tables as scripts use them.
@Suite("Dimension tables on the command line")
struct DimensionTests {
    private let folder = ScratchFolder()

    private func script(_ statements: String, options: String = "") -> String {
        _ = folder.write("1,10.1.2.3,5\n2,10.9.9.9,15\n3,8.8.8.8,25\n", to: "events.csv")
        _ = folder.write("10.0.0.0/8,corp,true\n10.1.0.0/16,lab,false\n10.1.2.0/24,desk,true\n", to: "networks.csv")
        return """
            CREATE TABLE events (id INT, ip STRING, n INT, pt AS PROCTIME()) WITH (
              'connector' = 'filesystem', 'path' = '\(folder.path)/events.csv', 'format' = 'csv');
            CREATE TABLE networks (net STRING, owner STRING, active BOOLEAN) WITH (
              'connector' = 'dimension', 'path' = '\(folder.path)/networks.csv', 'format' = 'csv',
              'dimension.directory' = '\(folder.path)/built'\(options));
            \(statements)
            """
    }

    private func run(_ statements: String, options: String = "") -> SluiceProcess.Ending {
        let path = folder.write(script(statements, options: options), to: "job.sql")
        return SluiceProcess.run("run", path, "--format", "csv")
    }

    @Test("Networks with a further condition, inner and outer")
    func networks() {
        let inner = run(
            """
            SELECT id, owner FROM events AS e JOIN networks FOR SYSTEM_TIME AS OF e.pt AS d
            ON IP_IN_NETWORK(e.ip, d.net) AND d.active;
            """
        )
        #expect(inner.lines.sorted() == ["1,corp", "1,desk", "2,corp", "id,owner"], "\(inner.errors)")
        let outer = run(
            """
            SELECT id, owner FROM events AS e LEFT JOIN networks FOR SYSTEM_TIME AS OF e.pt AS d
            ON IP_IN_NETWORK(e.ip, d.net) AND e.n < 10;
            """,
            options: ", 'dimension.match' = 'most-specific'"
        )
        #expect(outer.lines.sorted() == ["1,desk", "2,", "3,", "id,owner"], "\(outer.errors)")
    }

    @Test("A lookup that would read the whole table for each row needs the hint")
    func scans() {
        let query = """
            FROM events AS e LEFT JOIN networks FOR SYSTEM_TIME AS OF e.pt AS d
            ON CHAR_LENGTH(d.owner) = CHAR_LENGTH(e.ip) - 4 OR d.owner = 'lab' AND e.n > 20;
            """
        let refused = run("SELECT id, owner " + query)
        #expect(refused.status != 0 && refused.errors.contains("'scan' = 'true'"), "\(refused.errors)")
        let allowed = run("SELECT /*+ LOOKUP('table' = 'd', 'scan' = 'true') */ id, owner " + query)
        #expect(
            allowed.lines.sorted() == ["1,corp", "1,desk", "2,corp", "2,desk", "3,lab", "id,owner"],
            "\(allowed.errors)"
        )
    }

    @Test("A filesystem table with a directory is looked up there, and one without in memory")
    func filesystem() {
        let queries = """
            CREATE TABLE owners (net STRING, owner STRING, active BOOLEAN) WITH (
              'connector' = 'filesystem', 'path' = '\(folder.path)/networks.csv', 'format' = 'csv');
            EXPLAIN SELECT id, owner FROM events AS e JOIN owners
            /*+ OPTIONS('dimension.directory' = '\(folder.path)/built') */ FOR SYSTEM_TIME AS OF e.pt AS d
            ON IP_IN_NETWORK(e.ip, d.net) AND d.owner = 'lab';
            SELECT id, owner FROM events AS e JOIN owners
            /*+ OPTIONS('dimension.directory' = '\(folder.path)/built') */ FOR SYSTEM_TIME AS OF e.pt AS d
            ON IP_IN_NETWORK(e.ip, d.net) AND d.owner = 'lab';
            """
        let answer = run(queries)
        #expect(answer.output.contains("index=hash(owner) network(net)"), "\(answer.output)\(answer.errors)")
        #expect(answer.lines.contains("1,lab"))
        let memory = run(
            queries.replacing("/*+ OPTIONS('dimension.directory' = '\(folder.path)/built') */", with: "")
        )
        #expect(!memory.output.contains("index="))
        #expect(memory.lines.contains("1,lab"))
    }

    @Test("A build that is killed leaves nothing that is taken for the table")
    func killedBuild() {
        let keys = 200_000
        _ = folder.write((0..<keys).map { "key number \($0),\($0)\n" }.joined(), to: "large.csv")
        let statements = """
            CREATE TABLE words (k STRING, v BIGINT) WITH (
              'connector' = 'dimension', 'path' = '\(folder.path)/large.csv', 'format' = 'csv',
              'dimension.directory' = '\(folder.path)/built');
            SELECT id, v FROM events AS e JOIN words FOR SYSTEM_TIME AS OF e.pt AS d
            ON d.k = 'key number ' || CAST(e.n * 7000 AS STRING);
            """
        let path = folder.write(script(statements), to: "job.sql")
        var kills = 0
        // Each time a little later in the build; in the end it gets through.
        for attempt in 0..<8 {
            let process = RunningProcess(SluiceProcess.path, ["run", path, "--format", "csv"])
            while !hasUnfinishedFile(largerThan: attempt * 1_500_000), !process.hasEnded {
                sched_yield()
            }
            process.signal(SIGKILL)
            if process.wait().status == 128 + SIGKILL { kills += 1 }
        }
        let answer = SluiceProcess.run("run", path, "--format", "csv")
        #expect(answer.lines.sorted() == ["1,35000", "2,105000", "3,175000", "id,v"], "\(answer.errors)")
        #expect(kills > 0)
        #expect(!hasUnfinishedFile(largerThan: -1))
    }

    /// Whether a build has come so far.
    private func hasUnfinishedFile(largerThan byteCount: Int) -> Bool {
        guard let directory = opendir("\(folder.path)/built") else { return false }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            if name.hasSuffix(".unfinished"), stat("\(folder.path)/built/\(name)", &status) == 0 {
                return Int(status.st_size) > byteCount
            }
        }
        return false
    }
}
