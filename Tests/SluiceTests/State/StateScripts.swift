import Sluice
import SluiceColumns
import SluiceRuntime
import SluiceTesting
import Synchronization

/// Runs scripts with stored state in a folder of their own.
struct StateScripts {
    let folder = ScratchFolder()

    var state: String { folder.path + "/state" }
    var savepoint: String { folder.path + "/savepoint" }

    /// Two constant tables and a join of them into files; the condition is the caller's.
    func join(on condition: String) -> String {
        let left = (1...40).map { "(\($0 % 7), \($0))" }.joined(separator: ", ")
        let right = (1...9).map { "(\($0 % 7), \($0 * 100))" }.joined(separator: ", ")
        return """
            CREATE TABLE pairs (a INT, b INT) WITH
                ('connector' = 'filesystem', 'path' = '\(folder.path)/out', 'format' = 'csv');
            INSERT INTO pairs SELECT l.v, r.w FROM (VALUES \(left)) AS l(k, v)
                JOIN (VALUES \(right)) AS r(k, w) ON \(condition);
            """
    }

    /// Runs a script.
    ///
    /// - Parameter epochs: stop each job after so many; nil runs to the end. Only the first ends after a known number
    ///   of rows: later ones wait for a commit, and rows flow meanwhile.
    /// - Returns: the warnings.
    @discardableResult
    func run(
        _ script: String,
        epochs: Int64? = nil,
        parallelism: Int = 1,
        change: (inout SessionOptions) -> Void = { _ in }
    ) throws -> [String] {
        var options = SessionOptions()
        options.stateDirectory = state
        options.parallelism = parallelism
        options.batchRows = 2
        options.checkpointEveryRows = 4
        options.jobRunner = StoppingJobRunner(epochs: epochs)
        change(&options)
        let session = SQLSession(options)
        let output = WarningCollector()
        for statement in try ScriptText(script, directory: folder.path).statements() {
            try session.execute(statement, output: output)
        }
        return output.warnings
    }

    /// The jobs of a script as `StateUpgrade` wants them.
    func jobs(_ script: String) throws -> [StateUpgrade.Job] {
        let session = SQLSession(SessionOptions())
        return try ScriptText(script, directory: folder.path).statements().compactMap { try session.storedJob(of: $0) }
    }

    /// Forty numbers into files of folder `a`, and perhaps also into those of folder `b`.
    func twoSinks(second: Bool) -> String {
        let rows = (1...40).map { "(\($0))" }.joined(separator: ", ")
        return """
            CREATE TABLE a (n INT) WITH
                ('connector' = 'filesystem', 'path' = '\(folder.path)/a', 'format' = 'csv');
            CREATE TABLE b (n INT) WITH
                ('connector' = 'filesystem', 'path' = '\(folder.path)/b', 'format' = 'csv');
            CREATE VIEW numbers AS SELECT n FROM (VALUES \(rows)) AS v(n);
            EXECUTE STATEMENT SET BEGIN
            INSERT INTO a SELECT n FROM numbers;
            \(second ? "INSERT INTO b SELECT n FROM numbers;" : "")
            END;
            """
    }

    /// The published lines of the output files, sorted.
    func lines(of name: String = "out") throws -> [String] {
        let folder = folder.path + "/" + name
        return try FileTree.files(below: folder, suffix: "")
            .flatMap { try FileTree.text(folder + "/" + $0).split(separator: "\n").map(String.init) }
            .sorted()
    }
}

/// Runs jobs that stop after some epochs.
private struct StoppingJobRunner: JobRunner {
    let epochs: Int64?

    func run(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics {
        var stopping = specification
        stopping.stopsAfterEpochs = epochs
        return try PlainJobRunner().run(stopping, started: started, onRows: onRows)
    }
}

/// Keeps the warnings of statements.
private final class WarningCollector: StatementOutput {
    private let lines = Mutex<[String]>([])

    var warnings: [String] { lines.withLock { $0 } }

    func done() throws {}
    func warnings(_ lines: [String]) throws { self.lines.withLock { $0 += lines } }
    func text(_ lines: [String]) throws {}
    func rows(_ batch: Batch) throws {}
    func end() throws {}
}
