import SluiceTesting
import Testing

/// Which sources may be read by a job that stores state.
@Suite struct RewindableSourceTests {
    private static func script(_ source: String, _ folder: ScratchFolder) -> String {
        let text = """
            CREATE TABLE lines (n INT) WITH (\(source), 'format' = 'csv');
            CREATE TABLE kept (n INT) WITH (
                'connector' = 'filesystem', 'path' = '\(folder.path)/out', 'format' = 'csv'
            );
            INSERT INTO kept SELECT n FROM lines;
            """
        return folder.write(text, to: "job.sql")
    }

    @Test("Standard input cannot be read again, and a job with state says so before it writes anything")
    func standardInput() {
        let folder = ScratchFolder()
        let job = Self.script("'connector' = 'stdin'", folder)
        let refused = SluiceProcess.run(["run", job, "--state", folder.path + "/state"], input: "1\n2\n")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("notRewindable") && refused.errors.contains("write the input to files first"))
        #expect((try? FileTree.files(below: folder.path + "/out", suffix: "")) ?? [] == [])
        #expect(SluiceProcess.run(["run", job], input: "1\n2\n").status == 0)
        #expect((try? PublishedRows.rows(below: folder.path + "/out").count) == 2)
    }

    @Test("A pipe is no file", arguments: [[], ["--state", "state"]])
    func pipe(options: [String]) {
        let folder = ScratchFolder()
        let job = Self.script("'connector' = 'filesystem', 'path' = '/dev/stdin'", folder)
        let words = options.map { $0.hasPrefix("-") ? $0 : folder.path + "/" + $0 }
        let refused = SluiceProcess.run(["run", job] + words, input: "1\n")
        #expect(refused.status != 0)
        #expect(refused.errors.contains("notAFile: /dev/stdin is a pipe"))
    }
}
