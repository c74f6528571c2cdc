import SluiceOperators
import SluiceRuntime
import Synchronization

/// Watches and stops a session from other threads.
package final class SessionControl: Sendable {
    /// A job that runs now.
    package struct RunningJob: Sendable {
        /// How far it has come.
        package var progress: JobProgress
        /// Counts the jobs of the session, from 1.
        package var number: Int
        /// Nanoseconds of the monotonic clock at its start.
        package var startNanos: Int64
        /// Whether its rows go to standard output: a query, or a sink of that kind.
        package var writesToStandardOutput: Bool
    }

    private struct State {
        var isCancelled = false
        var job: Job?
        var number = 0
        var startNanos: Int64 = 0
        var writesToStandardOutput = false
        var timeZone = "UTC"
    }

    private let state = Mutex(State())

    /// Makes the control of a session that has not begun.
    package init() {}

    /// Stops the running job between two batches; every later job is refused.
    ///
    /// - Returns: whether a job was running.
    @discardableResult
    package func cancel() -> Bool {
        let job = state.withLock { state in
            state.isCancelled = true
            return state.job
        }
        job?.cancel()
        return job != nil
    }

    /// Whether `cancel` was called.
    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// The running job, nil between jobs.
    package var running: RunningJob? {
        let now = state.withLock { $0 }
        guard let job = now.job else { return nil }
        return RunningJob(
            progress: job.progress,
            number: now.number,
            startNanos: now.startNanos,
            writesToStandardOutput: now.writesToStandardOutput
        )
    }

    /// The session's time zone as last set.
    package var timeZone: String { state.withLock { $0.timeZone } }

    func setTimeZone(_ zone: String) { state.withLock { $0.timeZone = zone } }

    /// Notes the job that is about to run.
    ///
    /// - Throws: `cancelled` where the session was stopped before.
    func start(_ job: Job, writesToStandardOutput: Bool) throws {
        let isCancelled = state.withLock { state in
            state.job = job
            state.number += 1
            state.startNanos = SystemRunClock().nowNanos()
            state.writesToStandardOutput = writesToStandardOutput
            return state.isCancelled
        }
        guard isCancelled else { return }
        finish()
        throw RuntimeError(.user, "cancelled", "the job was cancelled")
    }

    /// Notes that no job runs any more.
    func finish() { state.withLock { $0.job = nil } }
}
