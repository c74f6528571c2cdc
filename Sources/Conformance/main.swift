import ArgumentParser
import Glibc
import Sluice
import SluiceTesting

/// The runner of the conformance suite: `conformance --scripts DIR --out DIR`.
struct Conformance: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Runs every script below a folder and writes its answers in the suite's format."
    )

    @Option(help: "Folder with the scripts (*.sql, at any depth).")
    var scripts: String

    @Option(help: "Folder for the answers (*.out, the same tree).")
    var out: String

    @Option(help: "Only scripts whose path matches, such as 'windows/*'.")
    var only: String?

    @Option(help: "Rows of a batch.")
    var batchRows: Int = 4_096

    @Option(help: "Shards.")
    var parallelism: Int = 1

    @Option(help: "Drop every job after so many rows, and go on from what it stored.")
    var checkpointEveryRows: Int?

    @Flag(help: "Let state leave memory at each barrier, or after each batch where there are no barriers.")
    var evict = false

    @Flag(help: "Print the path of each script on standard error.")
    var verbose = false

    func run() throws {
        var options = SessionOptions()
        options.batchRows = batchRows
        options.parallelism = parallelism
        options.checkpointEveryRows = checkpointEveryRows
        let isVerbose = verbose
        var run = ConformanceRun(scripts: scripts, output: out, pattern: only, options: options)
        run.evicts = evict
        let count = try run.run { path in
            if isVerbose { Self.note(path) }
        }
        Self.note("\(count) scripts run")
        if count == 0 { throw ExitCode(1) }
    }

    /// Writes a line to standard error.
    private static func note(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

Conformance.main()
