import ArgumentParser

/// `sluice run FILE.sql`.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a script of SQL statements.",
        discussion: """
            Statements run one after the other: an INSERT runs to its end before the next statement begins, the INSERTs
            of EXECUTE STATEMENT SET together as one job. ${DIR} in the script stands for the folder of the script.

            \(ExitStatus.discussion)
            """
    )

    @Argument(help: "The script; - reads standard input.", completion: .file(extensions: ["sql"]))
    var file: String

    @OptionGroup
    var job: JobOptions

    func run() throws {
        let file = file
        let options = try job.sessionOptions()
        let metrics = try job.metricsJSON.map { try MetricsFile($0) }
        try ScriptRun(
            load: { try .file(file) },
            options: options,
            format: job.format,
            metrics: metrics,
            isVerbose: job.verbose
        ).run()
    }
}
