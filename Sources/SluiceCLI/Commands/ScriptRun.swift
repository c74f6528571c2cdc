import Sluice
import SluiceSQL

/// Runs the statements of a script, as `run` and `sql` do.
struct ScriptRun: Sendable {
    /// Reads the script; runs on the worker thread, for standard input may never end.
    let load: @Sendable () throws -> ScriptSource
    /// How its statements are run.
    let options: SessionOptions
    /// How rows are printed.
    let format: OutputFormat
    /// Where metrics go.
    let metrics: MetricsFile?
    /// Whether every job says on standard error what it did.
    let isVerbose: Bool

    /// Runs everything and waits for the end.
    ///
    /// - Throws: `CommandFailure` with the exit status unless that is 0.
    func run() throws {
        let control = SessionControl()
        let status = Supervisor(control).run { work(control) }
        if status != ExitStatus.success { throw CommandFailure("", status: status) }
    }

    private func work(_ control: SessionControl) -> Supervisor.Outcome {
        do {
            let script = try load()
            let session = SQLSession(options, control: control)
            var outcome = Supervisor.Outcome(status: ExitStatus.success)
            do {
                try execute(script, session)
            } catch let failure as CommandFailure {
                outcome = Supervisor.Outcome(status: failure.status, isCancelled: control.isCancelled)
                report(failure, control)
            }
            let ending: JobRecord.Outcome =
                outcome.status == ExitStatus.success ? .finished : outcome.isCancelled ? .cancelled : .failed
            try metrics?.write(session.jobs, script: script, outcome: ending)
            return outcome
        } catch let failure as CommandFailure {
            report(failure, control)
            return Supervisor.Outcome(status: failure.status)
        } catch {
            StandardError.print("error: \(error)")
            return Supervisor.Outcome(status: ExitStatus.jobFailed)
        }
    }

    /// Says what went wrong; that a job was cancelled is no news to whoever did it.
    private func report(_ failure: CommandFailure, _ control: SessionControl) {
        if !control.isCancelled { StandardError.print(failure.text) }
    }

    private func summarize(_ jobs: [JobRecord], from first: Int) {
        for number in first..<jobs.count {
            StandardError.print(JobSummary.lines(jobs[number], number: number + 1).joined(separator: "\n"))
        }
    }

    private func execute(_ script: ScriptSource, _ session: SQLSession) throws {
        let errors = ErrorText(script)
        try script.refuseBadSyntax(errors)
        let printer = ResultPrinter(format, to: StandardOutput(session.control))
        for statement in script.statements {
            let firstJob = session.jobs.count
            defer { if isVerbose { summarize(session.jobs, from: firstJob) } }
            do {
                if session.control.isCancelled { throw SessionCancelled() }
                try session.execute(statement, output: printer)
            } catch {
                if !session.control.isCancelled, !(error is OutputFailure) { printer.abandon() }
                throw errors.failure(error, in: statement)
            }
        }
    }
}

extension ScriptSource {
    /// Refuses a script without statements, or with a statement that cannot be parsed: then nothing of it runs.
    func refuseBadSyntax(_ errors: ErrorText) throws {
        if statements.isEmpty { throw CommandFailure("error: '\(name)' holds no statement") }
        let refusals = statements.compactMap { statement -> String? in
            guard case .failure(let error) = statement.result else { return nil }
            return errors.refusal(error)
        }
        if !refusals.isEmpty { throw CommandFailure(refusals.joined(separator: "\n")) }
    }
}
