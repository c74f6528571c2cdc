import SluiceConnect
import SluicePlan
import Synchronization

/// Lets tables that are looked up take what has changed in them, on a thread of its own while a job runs.
///
/// A table that fails keeps answering with what it has; that is said once for each reason.
final class LookupRefresher: Sendable {
    private struct Entry: Sendable {
        let name: String
        let table: any LookupTable
        let everyNanos: Int64
    }

    private let entries: [Entry]
    private let clock: any RunClock
    private let onWarning: @Sendable (String) -> Void
    private let parker = Parker()
    private let isClosed = Atomic<Bool>(false)

    /// Makes the refresher of a job; nil where no table of it asks for one.
    init?(_ specification: JobSpecification) {
        entries = specification.plan.nodes.compactMap { node in
            guard case .lookupJoin(let operation) = node.operation, case .table(let table) = operation.source,
                let millis = table.refreshMillis, millis > 0
            else { return nil }
            let (nanos, overflow) = millis.multipliedReportingOverflow(by: 1_000_000)
            return Entry(name: operation.tableName, table: table, everyNanos: overflow ? .max / 4 : nanos)
        }
        if entries.isEmpty { return nil }
        clock = specification.clock
        onWarning = specification.onWarning
    }

    /// Starts the thread; nobody waits for it, so that a table that is being built does not keep a job that has ended.
    func start() throws {
        let thread = try ShardThread { self.run() }
        thread.detach()
    }

    /// Lets the thread end, once it has finished what it is at.
    func close() {
        isClosed.store(true, ordering: .releasing)
        parker.wake()
    }

    private func run() {
        var dueNanos = entries.map { clock.nowNanos() + $0.everyNanos }
        var warnings: [String?] = entries.map { _ in nil }
        while true {
            parker.park(untilNanos: dueNanos.min())
            if isClosed.load(ordering: .acquiring) { return }
            for index in entries.indices where clock.nowNanos() >= dueNanos[index] {
                let warning = refresh(entries[index])
                if let warning, warning != warnings[index] { onWarning(warning) }
                warnings[index] = warning
                dueNanos[index] = clock.nowNanos() + entries[index].everyNanos
            }
        }
    }

    /// Refreshes one table.
    ///
    /// - Returns: what to say where it failed.
    private func refresh(_ entry: Entry) -> String? {
        do {
            try entry.table.refresh()
            return nil
        } catch {
            return "table '\(entry.name)' could not be read again and answers as before: \(error)"
        }
    }
}
