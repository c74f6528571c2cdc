/// Which statements of a suite ran with restarts from stored state, and why the others did not.
struct RestoreReport {
    private var restoredCount = 0
    private var restartCount = 0
    private var refusals: [(place: String, reason: String)] = []

    /// Adds what a statement's job has added to a runner's tally.
    mutating func add(_ before: RestoringJobRunner.Tally, _ after: RestoringJobRunner.Tally, at place: String) {
        restoredCount += after.restoredCount - before.restoredCount
        restartCount += after.restartCount - before.restartCount
        for reason in after.refusals.dropFirst(before.refusals.count) { refusals.append((place, reason)) }
    }

    /// The first line counts; then come the reasons, each with the number of its statements, and then the statements.
    var text: String {
        let total = restoredCount + refusals.count
        var lines = ["restored: \(restoredCount) of \(total) statements (\(restartCount) restarts)"]
        var counts: [String: Int] = [:]
        for refusal in refusals { counts[Self.kind(refusal.reason), default: 0] += 1 }
        for (kind, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  \(count) \(kind)")
        }
        lines += refusals.map { "\($0.place): \($0.reason)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A reason without what differs from statement to statement: the arguments of the operator.
    private static func kind(_ reason: String) -> String {
        guard let end = reason.firstIndex(of: "(") else { return reason }
        return String(reason[..<end])
    }
}
