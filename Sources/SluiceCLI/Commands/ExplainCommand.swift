import ArgumentParser
import Sluice

/// `sluice explain FILE.sql`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the plans of a script's queries and INSERTs without running them.",
        discussion: "Definitions and settings of the script take effect; each plan is followed by an empty line."
    )

    @OptionGroup
    var script: ScriptArguments

    @Flag(help: "Print each plan as a JSON object.")
    var json = false

    func run() throws {
        let json = json
        try script.inspect { session, statement, output in
            guard let lines = try session.explain(statement, asJSON: json) else { return }
            try output.write(lines: json ? lines : lines + [""])
        }
    }
}
