import ArgumentParser
import Sluice
import SluiceSQL

/// `sluice upgrade [--dry-run] OLD.sql NEW.sql --state FOLDER`.
struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Publish the output of a script that is replaced by another, and say what becomes of its state.",
        discussion: """
            An operator keeps its state where it does the same with the same inputs as before. With --dry-run nothing
            is changed. Without it the rows that the old script has committed are published, all of them: a sink that
            the new script does not have may have some that are not. No job may be running. The exit status is 0 where
            nothing would be lost, and 2 where 'sluice run' with the new script would want --allow-non-restored-state.
            """
    )

    @Argument(help: "The script that wrote the state.", completion: .file(extensions: ["sql"]))
    var old: String

    @Argument(help: "The script that shall take it over.", completion: .file(extensions: ["sql"]))
    var new: String

    @Option(help: ArgumentHelp("The folder of --state, or a savepoint.", valueName: "folder"), completion: .directory)
    var state: String

    @Flag(help: "Only say what would happen.")
    var dryRun = false

    @OptionGroup
    var settings: SettingOptions

    func run() throws {
        var options = SessionOptions()
        options.configuration = try settings.configuration()
        let work = UpgradeWork(old: old, new: new, state: state, isDryRun: dryRun, options: options)
        let control = SessionControl()
        let status = Supervisor(control).run { work.run(control) }
        if status != ExitStatus.success { throw CommandFailure("", status: status) }
    }
}

/// Compares two scripts with stored state, and publishes the output of the old one.
private struct UpgradeWork: Sendable {
    let old: String
    let new: String
    let state: String
    let isDryRun: Bool
    let options: SessionOptions

    func run(_ control: SessionControl) -> Supervisor.Outcome {
        do {
            let before = try jobs(of: old, control)
            let after = try jobs(of: new, control)
            let output = StandardOutput(control)
            if !isDryRun { try output.write(lines: try StateUpgrade.publish(before, stateIn: state)) }
            let outcomes = try StateUpgrade.compare(before, after, stateIn: state)
            for outcome in outcomes { try output.write(lines: outcome.lines) }
            let loses = outcomes.contains { $0.losesState || $0.losesOutput }
            return Supervisor.Outcome(status: loses ? 2 : ExitStatus.success)
        } catch let failure as CommandFailure {
            StandardError.print(failure.text)
            return Supervisor.Outcome(status: failure.status)
        } catch {
            StandardError.print("error: \(error)")
            return Supervisor.Outcome(status: ExitStatus.jobFailed)
        }
    }

    private func jobs(of file: String, _ control: SessionControl) throws -> [StateUpgrade.Job] {
        let script = try ScriptSource.file(file)
        let errors = ErrorText(script)
        try script.refuseBadSyntax(errors)
        let session = SQLSession(options, control: control)
        var jobs: [StateUpgrade.Job] = []
        for statement in script.statements {
            do {
                if let job = try session.storedJob(of: statement) { jobs.append(job) }
            } catch {
                throw errors.failure(error, in: statement)
            }
        }
        return jobs
    }
}
