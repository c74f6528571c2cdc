import ArgumentParser
import Sluice

/// `sluice savepoint FOLDER --state FOLDER`.
struct SavepointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "savepoint",
        abstract: "Copy the stored state of jobs into a new folder.",
        discussion: """
            The copy has the last checkpoint of each job, running or stopped; 'run --from-savepoint' begins there.
            Stop the job first where its output matters: one that begins from the savepoint goes on with the same
            output files.
            """
    )

    @Argument(help: "The folder of the savepoint, which is made.", completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("The folder of --state of 'sluice run'.", valueName: "folder"), completion: .directory)
    var state: String

    @Option(help: ArgumentHelp("Only this job.", valueName: "name"))
    var job: String?

    func run() throws {
        do {
            for copy in try Savepoint.make(of: state, job: job, at: folder) {
                try StandardOutput().write(
                    lines: ["\(copy.job): checkpoint \(copy.epoch) copied to \(folder)/\(copy.job)"]
                )
            }
        } catch let failure as OutputFailure {
            throw failure
        } catch {
            throw CommandFailure("error: \(error)", status: ExitStatus.jobFailed)
        }
    }
}
