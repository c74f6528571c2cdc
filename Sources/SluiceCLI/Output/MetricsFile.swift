import Glibc
import Sluice
import SluiceRuntime

/// The file of `--metrics-json`: one JSON object that says what every job of the session did.
struct MetricsFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let startNanos = SystemRunClock().nowNanos()

    /// Opens the file, so that a job does not run for hours and then has nowhere to write.
    ///
    /// - Throws: `CommandFailure`.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Self.failure(path, status: ExitStatus.refused)
        }
    }

    /// Writes the metrics of all jobs and closes the file; called once.
    func write(_ jobs: [JobRecord], script: ScriptSource, outcome: JobRecord.Outcome) throws {
        defer { close(descriptor) }
        var bytes = Array(text(jobs, script, outcome.rawValue).utf8)
        ftruncate(descriptor, 0)
        while !bytes.isEmpty {
            let count = Glibc.write(descriptor, bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Self.failure(path, status: ExitStatus.jobFailed)
            }
            bytes.removeFirst(count)
        }
    }

    private static func failure(_ path: String, status: Int32) -> CommandFailure {
        let reason = String(cString: strerror(errno))
        return CommandFailure("error: --metrics-json: '\(path)' cannot be written: \(reason)", status: status)
    }

    private func text(_ jobs: [JobRecord], _ script: ScriptSource, _ outcome: String) -> String {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let cpuMicros =
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
            + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        let wallMicros = Int((SystemRunClock().nowNanos() - startNanos) / 1_000)
        let metrics = jobs.map(\.metrics)
        let head = [
            "\"version\":\"\(SluiceRelease.version)\"",
            "\"outcome\":\"\(outcome)\"",
            "\"wallSeconds\":\(Self.seconds(wallMicros))",
            "\"cpuSeconds\":\(Self.seconds(cpuMicros))",
            "\"peakRSSBytes\":\(Int(usage.ru_maxrss) * 1_024)",
            "\"rowsIn\":\(metrics.reduce(0) { $0 + $1.rowsIn })",
            "\"rowsOut\":\(metrics.reduce(0) { $0 + $1.rowsOut })",
            "\"lateRows\":\(metrics.reduce(0) { $0 + $1.lateRows })",
            "\"badRows\":\(metrics.reduce(0) { $0 + $1.badRows })",
        ]
        let list = jobs.map { Self.text($0, script) }.joined(separator: ",\n")
        return "{\(head.joined(separator: ",")),\"jobs\":[\n\(list)\n]}\n"
    }

    /// Statements are cut to so many characters.
    private static let statementLengthMax = 1_000

    private static func text(_ job: JobRecord, _ script: ScriptSource) -> String {
        let statement = script.text.sourceText(job.span).prefix(statementLengthMax)
        var quoted = ""
        RowText.appendQuoted(String(statement), to: &quoted)
        return "{\"statement\":\(quoted),\"outcome\":\"\(job.outcome.rawValue)\",\"metrics\":\(job.metrics.jsonText)}"
    }

    private static func seconds(_ micros: Int) -> String {
        let fraction = String(micros % 1_000_000)
        return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
