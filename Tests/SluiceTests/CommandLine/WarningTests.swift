import Glibc
import Testing

/// What is said about a job on standard error before it runs.
@Suite("Warnings about state")
struct WarningTests {
    private static let table = "CREATE TABLE t (k INT) WITH ('connector' = 'stdin', 'format' = 'json');"

    @Test("State that grows is named with what bounds it")
    func stateThatGrows() {
        let ending = SluiceProcess.run(
            ["sql", "-e", Self.table + "SELECT k, COUNT(*) AS n FROM t GROUP BY k", "--format", "json"],
            input: "{\"k\":1}\n{\"k\":1}\n"
        )
        #expect(ending.status == 0)
        #expect(ending.errors.contains("warning: GroupAggregate(keys=[k], aggregates=[COUNT(*)]) keeps every group"))
        #expect(ending.errors.contains("SET 'table.exec.state.ttl'"))
        #expect(ending.lines.last?.contains("\"n\":2") == true)
    }

    @Test("Nothing is said where state is bounded")
    func boundedState() {
        let ending = SluiceProcess.run(["sql", "-e", Self.table + "SELECT k FROM t WHERE k > 1"], input: "{\"k\":2}\n")
        #expect(ending.status == 0)
        #expect(!ending.errors.contains("warning"))
    }

    @Test("A script that is only checked leaves no files")
    func validationWritesNothing() {
        let script = """
            CREATE CATALOG c WITH ('type' = 'directory', 'path' = '/tmp/sluice-that-is-only-checked');
            CREATE TABLE c.`default`.t (k INT) WITH ('connector' = 'print');
            INSERT INTO c.`default`.t VALUES (1);
            """
        let ending = SluiceProcess.run(["validate", "-"], input: script)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(access("/tmp/sluice-that-is-only-checked", F_OK) != 0)
    }
}
