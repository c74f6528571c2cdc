import ArgumentParser
import Sluice
import SluiceSQL

/// The script that `validate` and `explain` look at without running it.
struct ScriptArguments: ParsableArguments {
    @Argument(help: "The script; - reads standard input.", completion: .file(extensions: ["sql"]))
    var file: String?

    @Option(
        name: [.customShort("e"), .customLong("execute")],
        help: ArgumentHelp("The statements, instead of a file.", valueName: "sql")
    )
    var text: String?

    @OptionGroup
    var settings: SettingOptions

    mutating func validate() throws {
        if (file == nil) == (text == nil) { throw ValidationError("Give either a file or -e with the statements.") }
    }

    /// Looks at each statement of the script in turn, on the worker thread; goes on after an error, to show all.
    ///
    /// - Throws: `CommandFailure` with the exit status unless that is 0.
    func inspect(
        _ look: @escaping @Sendable (SQLSession, ScriptStatement, StandardOutput) throws -> Void,
        atEnd: @escaping @Sendable (ScriptSource, StandardOutput) throws -> Void = { _, _ in }
    ) throws {
        var options = SessionOptions()
        options.configuration = try settings.configuration()
        let inspection = ScriptInspection(file: file, text: text, options: options, look: look, atEnd: atEnd)
        let control = SessionControl()
        let status = Supervisor(control).run { inspection.work(control) }
        if status != ExitStatus.success { throw CommandFailure("", status: status) }
    }
}

/// Looks at the statements of a script.
private struct ScriptInspection: Sendable {
    let file: String?
    let text: String?
    let options: SessionOptions
    let look: @Sendable (SQLSession, ScriptStatement, StandardOutput) throws -> Void
    let atEnd: @Sendable (ScriptSource, StandardOutput) throws -> Void

    func work(_ control: SessionControl) -> Supervisor.Outcome {
        do {
            try inspect(control)
            return Supervisor.Outcome(status: ExitStatus.success)
        } catch let failure as CommandFailure {
            StandardError.print(failure.text)
            return Supervisor.Outcome(status: failure.status)
        } catch let failure as OutputFailure {
            StandardError.print(failure.text)
            return Supervisor.Outcome(status: failure.status)
        } catch {
            return Supervisor.Outcome(status: ExitStatus.jobFailed, isCancelled: control.isCancelled)
        }
    }

    private func inspect(_ control: SessionControl) throws {
        let script = if let text { try ScriptSource.inline(text) } else { try ScriptSource.file(file ?? "-") }
        if script.statements.isEmpty { throw CommandFailure("error: '\(script.name)' holds no statement") }
        let session = SQLSession(options, control: control)
        let output = StandardOutput(control)
        let errors = ErrorText(script)
        var failures: [CommandFailure] = []
        for statement in script.statements {
            if control.isCancelled { throw SessionCancelled() }
            do {
                try look(session, statement, output)
            } catch let failure as OutputFailure {
                throw failure
            } catch {
                failures.append(errors.failure(error, in: statement))
            }
        }
        guard let first = failures.first else { return try atEnd(script, output) }
        throw CommandFailure(failures.map(\.text).joined(separator: "\n"), status: first.status)
    }
}
