import ArgumentParser
import Sluice
import SluiceSQL

/// `sluice upgrade --dry-run OLD.sql NEW.sql --state FOLDER`.
struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Say what becomes of stored state when a script is replaced by another.",
        discussion: """
            An operator keeps its state where it does the same with the same inputs as before. Nothing is run or
            changed. The exit status is 0 where no state would be lost, and 2 where 'sluice run' would want
            --allow-non-restored-state.
            """
    )

    @Argument(help: "The script that wrote the state.", completion: .file(extensions: ["sql"]))
    var old: String

    @Argument(help: "The script that shall take it over.", completion: .file(extensions: ["sql"]))
    var new: String

    @Option(help: ArgumentHelp("The folder of --state, or a savepoint.", valueName: "folder"), completion: .directory)
    var state: String

    @Flag(help: "Only say what would happen; there is no other way yet.")
    var dryRun = false

    @OptionGroup
    var settings: SettingOptions

    mutating func validate() throws {
        if !dryRun {
            throw ValidationError("Give --dry-run: 'sluice run' with the new script carries the change out by itself.")
        }
    }

    func run() throws {
        var options = SessionOptions()
        options.configuration = try settings.configuration()
        let work = UpgradeInspection(old: old, new: new, state: state, options: options)
        let control = SessionControl()
        let status = Supervisor(control).run { work.run(control) }
        if status != ExitStatus.success { throw CommandFailure("", status: status) }
    }
}

/// Compares two scripts with stored state.
private struct UpgradeInspection: Sendable {
    let old: String
    let new: String
    let state: String
    let options: SessionOptions

    func run(_ control: SessionControl) -> Supervisor.Outcome {
        do {
            let jobs = try StateUpgrade.compare(
                try jobs(of: old, control),
                try jobs(of: new, control),
                stateIn: state
            )
            let output = StandardOutput(control)
            for job in jobs { try output.write(lines: job.lines) }
            return Supervisor.Outcome(status: jobs.contains(where: \.losesState) ? 2 : ExitStatus.success)
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
