import SluiceTesting
import Testing

@Suite("Jobs that write into a database")
struct DatabaseTests {
    private static let values = "SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (1, 'c')) AS v(id, name)"

    private static func script(_ folder: ScratchFolder, key: String) -> String {
        """
        CREATE TABLE t (id INT, name STRING\(key)) WITH (
          'connector' = 'sqlite', 'path' = '\(folder.path)/out.db', 'table-name' = 't', 'sink.create-table' = 'true'
        );
        INSERT INTO t \(values);
        """
    }

    @Test("What fails when the last epoch is committed fails the job, and is not lost")
    func lastCommitFails() {
        let folder = ScratchFolder()
        let keyed = Self.script(folder, key: ", PRIMARY KEY (id) NOT ENFORCED")
        let first = SluiceProcess.run("sql", "-e", keyed)
        #expect(first.status == 0, "\(first.errors)")
        let path = folder.write(Self.script(folder, key: ""), to: "job.sql")
        let arguments = ["run", path, "--state", "\(folder.path)/state"]
        for _ in 0..<2 {
            // The second run fails in the same way, since the rows are still to be written.
            let refused = SluiceProcess.run(arguments)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("constraintViolation"), "\(refused.errors)")
        }
    }
}
