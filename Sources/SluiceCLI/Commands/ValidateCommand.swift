import ArgumentParser
import Sluice

/// `sluice validate FILE.sql`.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a script without running it, and show all errors.",
        discussion: """
            Statements are parsed, bound and planned; the options of every table that a query uses are checked. No file,
            directory or network is touched. The exit status is 0 without errors and 2 with errors.
            """
    )

    @OptionGroup
    var script: ScriptArguments

    func run() throws {
        try script.inspect(
            { session, statement, _ in try session.validate(statement) },
            atEnd: { script, output in
                let count = script.statements.count
                try output.write("\(script.name): \(count) \(count == 1 ? "statement" : "statements"), no errors\n")
            }
        )
    }
}
