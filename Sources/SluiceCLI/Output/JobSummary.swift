import Sluice
import SluiceRuntime

/// What one job did, for people: the lines of `--verbose`.
enum JobSummary {
    /// Operators whose state is shown, the largest first.
    private static let operatorCountMax = 12

    /// The lines of a job.
    static func lines(_ job: JobRecord, number: Int) -> [String] {
        let metrics = job.metrics
        return [
            "job \(number) \(job.outcome.rawValue): \(count(metrics.rowsIn)) rows in, \(count(metrics.rowsOut)) out"
                + (metrics.lateRows > 0 ? ", \(count(metrics.lateRows)) late" : "")
                + ", \(seconds(metrics.wallSeconds)), CPU \(seconds(metrics.cpuSeconds))",
            "  memory: \(size(metrics.peakLedgerBytes)) held at most in batches, tables and buffers, "
                + "\(size(metrics.peakRSSBytes)) resident",
        ] + state(metrics) + checkpoints(metrics.checkpoints)
    }

    /// The state of operators at the end, with their share of it.
    private static func state(_ metrics: JobMetrics) -> [String] {
        let holders = metrics.nodes.filter { $0.stateBytes > 0 }.sorted { $0.stateBytes > $1.stateBytes }
        let total = holders.reduce(0) { $0 + $1.stateBytes }
        guard total > 0 else { return [] }
        let shown = holders.prefix(operatorCountMax).map { node in
            let tenths = node.stateBytes * 1_000 / total
            return
                "    \(padded("\(tenths / 10).\(tenths % 10) %", 7)) \(padded(size(node.stateBytes), 9))  \(node.name)"
        }
        let others = holders.count > operatorCountMax ? ["    \(holders.count - operatorCountMax) more"] : []
        return ["  state at the end: \(size(total))"] + shown + others
    }

    private static func checkpoints(_ metrics: CheckpointMetrics?) -> [String] {
        guard let metrics else { return [] }
        return [
            "  checkpoints: \(count(metrics.count))"
                + (metrics.failureCount > 0 ? ", \(count(metrics.failureCount)) failed" : "")
                + ", \(size(metrics.byteCount)) in \(count(metrics.rowCount)) rows",
            "    commit \(quantiles(metrics.commits))", "    pause  \(quantiles(metrics.pauses))",
            "    first row after \(millis(metrics.restoreNanos))",
        ]
    }

    private static func quantiles(_ durations: DurationHistogram) -> String {
        "p50 \(millis(durations.quantileNanos(0.5))), p99 \(millis(durations.quantileNanos(0.99))), "
            + "max \(millis(durations.maxNanos))"
    }

    private static func millis(_ nanos: Int64) -> String { "\(decimal(Double(nanos) / 1e6, digits: 3)) ms" }
    private static func seconds(_ seconds: Double) -> String { "\(decimal(seconds, digits: 2)) s" }
    private static func count(_ number: Int) -> String { ProgressLine.grouped(number) }

    private static func size(_ bytes: Int) -> String { "\(decimal(Double(bytes) / 1_048_576, digits: 1)) MiB" }

    private static func decimal(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { power, _ in power * 10 }
        let scaled = Int((max(0, value) * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
