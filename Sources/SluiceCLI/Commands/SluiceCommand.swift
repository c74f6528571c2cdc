import ArgumentParser

/// `sluice`: the command of which all others are a part.
struct SluiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Stream processing with Flink's SQL, in one small binary.",
        discussion: ExitStatus.discussion,
        subcommands: [
            RunCommand.self, SQLCommand.self, ValidateCommand.self, ExplainCommand.self, SavepointCommand.self,
            StateCommand.self, UpgradeCommand.self, FunctionsCommand.self, ConnectorsCommand.self, VersionCommand.self,
        ]
    )
}
