import ArgumentParser

/// `sluice sql -e "..."`.
struct SQLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Run SQL statements given on the command line.",
        discussion: "${DIR} in the statements stands for the current folder.\n\n\(ExitStatus.discussion)"
    )

    @Option(
        name: [.customShort("e"), .customLong("execute")],
        help: ArgumentHelp("The statements, with ';' between them.", valueName: "sql")
    )
    var text: String

    @OptionGroup
    var job: JobOptions

    func run() throws {
        let text = text
        let options = try job.sessionOptions()
        let metrics = try job.metricsJSON.map { try MetricsFile($0) }
        try ScriptRun(
            load: { try .inline(text) },
            options: options,
            format: job.format,
            metrics: metrics,
            isVerbose: job.verbose
        ).run()
    }
}
