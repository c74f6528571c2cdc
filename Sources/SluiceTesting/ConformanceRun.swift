import Sluice
import SluiceSQL

/// Runs the scripts of a conformance suite and writes their answers.
package struct ConformanceRun {
    /// Folder of the scripts.
    package var scripts: String
    /// Folder of the answers; the same tree.
    package var output: String
    /// Only scripts whose path matches this pattern (`*` and `?`); nil runs all.
    package var pattern: String?
    /// How every script is run.
    package var options: SessionOptions

    /// Whether state leaves memory at each occasion: at checkpoints, and no job is dropped then, or where there are
    /// none, after each batch.
    package var evicts = false

    /// Makes a run.
    package init(scripts: String, output: String, pattern: String?, options: SessionOptions) {
        self.scripts = scripts
        self.output = output
        self.pattern = pattern
        self.options = options
    }

    /// Runs everything; `progress` is told each script's path.
    ///
    /// With `checkpointEveryRows` every job is dropped and restored at each checkpoint, and `restored.txt` says of
    /// which jobs that is true.
    ///
    /// - Returns: how many scripts ran.
    package func run(progress: (String) -> Void) throws -> Int {
        let root = try FileTree.absolute(scripts)
        let capture = StandardOutputCapture()
        var count = 0
        var report = RestoreReport()
        for path in try FileTree.files(below: root, suffix: ".sql") {
            let name = String(path.dropLast(4))
            if let pattern, !Self.matches(name[...], pattern[...]) { continue }
            progress(name)
            let answer = try self.answer(to: root + "/" + path, named: name, capture, &report)
            try FileTree.write(answer.replacing(root, with: "${ROOT}"), to: "\(output)/\(name).out")
            count += 1
        }
        if options.checkpointEveryRows != nil { try FileTree.write(report.text, to: "\(output)/restored.txt") }
        return count
    }

    private func answer(
        to path: String,
        named name: String,
        _ capture: StandardOutputCapture,
        _ report: inout RestoreReport
    ) throws -> String {
        let runner = RestoringJobRunner(evicts: evicts)
        var options = self.options
        if options.checkpointEveryRows != nil {
            options.jobRunner = runner
        } else if evicts {
            options.jobRunner = SpillingJobRunner()
        }
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let script = ScriptText(try FileTree.text(path), directory: "/" + folder)
        let session = SQLSession(options)
        let writer = AnswerWriter()
        for (index, statement) in try script.statements().enumerated() {
            writer.header(index + 1, statement.text, isFilling: Self.isFilling(statement))
            capture.start()
            let before = runner.tally
            var failure: (any Error)?
            do { try session.execute(statement, output: writer) } catch { failure = error }
            let printed = capture.stop()
            writer.printed(printed)
            report.add(before, runner.tally, at: "\(name) [\(index + 1)]")
            if let failure { writer.failed("\(type(of: failure))", "\(failure)") }
        }
        return writer.answer
    }

    /// Whether a statement makes a table and fills it.
    private static func isFilling(_ statement: ScriptStatement) -> Bool {
        guard case .success(let parsed) = statement.result, case .createTable(let create) = parsed.kind else {
            return false
        }
        return create.query != nil
    }

    /// Whether a path matches a pattern with `*` (any run of characters) and `?` (any one).
    private static func matches(_ text: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return matches(text, pattern.dropFirst()) || (!text.isEmpty && matches(text.dropFirst(), pattern))
        }
        guard let character = text.first else { return false }
        return (first == "?" || first == character) && matches(text.dropFirst(), pattern.dropFirst())
    }
}

extension String {
    /// The text with every `target` replaced.
    fileprivate func replacing(_ target: String, with replacement: String) -> String {
        let pattern = Array(target.utf8)
        let source = Array(utf8)
        guard !pattern.isEmpty, source.count >= pattern.count else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            if source[index] == pattern[0], source[index...].starts(with: pattern) {
                result += replacement.utf8
                index += pattern.count
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
