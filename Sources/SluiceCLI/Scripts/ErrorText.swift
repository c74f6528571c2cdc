import Sluice
import SluiceSQL

/// Errors as people read them: place, code, what happened, the line with carets, a hint, and who must act.
struct ErrorText {
    private let script: ScriptSource
    private let showsColours: Bool

    /// Shows errors of `script`.
    init(_ script: ScriptSource, showsColours: Bool = StandardError.showsColours) {
        self.script = script
        self.showsColours = showsColours
    }

    /// The failure that ends a command because of `error` in `statement`.
    func failure(_ error: any Error, in statement: ScriptStatement) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let failure as OutputFailure: CommandFailure(failure.text, status: failure.status)
        case let error as SQLError: CommandFailure(refusal(error))
        default: jobFailure(FailureReport(error), statement)
        }
    }

    /// SQL that was refused.
    func refusal(_ error: SQLError) -> String {
        let lines = script.text.diagnostic(error).description.split(separator: "\n", omittingEmptySubsequences: false)
        var shown = ["\(script.name):\(lines.first ?? "")".styled(.bold, showsColours)]
        for line in lines.dropFirst() {
            let isCarets = line.contains("^") && line.allSatisfy { " \t^".contains($0) }
            let style: TextStyle = isCarets ? .red : line.hasPrefix("  hint: ") ? .cyan : .plain
            shown.append(String(line).styled(style, showsColours))
        }
        return shown.joined(separator: "\n")
    }

    private func jobFailure(_ report: FailureReport, _ statement: ScriptStatement) -> CommandFailure {
        if report.isOutputClosed { return CommandFailure("", status: ExitStatus.outputClosed) }
        let place = script.text.diagnostic(SQLError(.unsupported, "", at: statement.span))
        let head = "\(script.name):\(place.line):\(place.column): the job failed: \(report.text)"
        return CommandFailure(
            head.styled(.bold, showsColours) + "\n" + "  to act: \(advice(report.actor))".styled(.cyan, showsColours),
            status: ExitStatus.jobFailed
        )
    }

    private func advice(_ actor: FailureReport.Actor) -> String {
        switch actor {
        case .author: "the author of the SQL: change the statement, its options or its data"
        case .query: "the author of the query or its data: guard the expression, or use TRY_CAST"
        case .operations: "whoever runs this machine: look at the file, disk, network or service, then run it again"
        case .makers: "the makers of Sluice: this is a defect, please report it with this message"
        }
    }
}

/// How a piece of text is shown on a terminal.
enum TextStyle: String {
    case plain = ""
    case bold = "1"
    case red = "1;31"
    case cyan = "36"
}

extension String {
    /// The text with the escape sequences of `style`, where a terminal understands them.
    func styled(_ style: TextStyle, _ showsColours: Bool) -> String {
        showsColours && style != .plain ? "\u{1b}[\(style.rawValue)m\(self)\u{1b}[0m" : self
    }
}
