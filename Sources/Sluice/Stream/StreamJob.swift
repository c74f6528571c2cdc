import Glibc
import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluicePlan
import SluiceRuntime
import SluiceSQL
import Synchronization

/// A job that cannot be built or cannot go on.
public struct StreamError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable code, for example `unknownColumn` or `missingFile`.
    public let code: String
    /// What happened and what to do; for SQL with the place.
    public let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: SQLError, in text: String) {
        self.init("\(error.code)", Diagnostic(error, in: text).description)
    }

    init(_ error: any Error) {
        switch error {
        case let error as StreamError: self = error
        case let error as ConnectorError: self.init(error.code, error.message)
        case let error as RuntimeError: self.init(error.code, error.message)
        case let error as EvaluationError: self.init(error.code, error.message)
        default: self.init("failed", "\(error)")
        }
    }

    /// `code: message`
    public var description: String { "\(code): \(message)" }
}

/// What a finished job did.
public struct StreamMetrics: Sendable, Hashable {
    /// Rows read by all sources.
    public let rowsIn: Int
    /// Rows written to all sinks.
    public let rowsOut: Int
    /// Rows dropped because their window had fired.
    public let lateRows: Int
    /// Wall-clock seconds.
    public let wallSeconds: Double
    /// CPU seconds of the process.
    public let cpuSeconds: Double

    init(_ metrics: JobMetrics) {
        rowsIn = metrics.rowsIn
        rowsOut = metrics.rowsOut
        lateRows = metrics.lateRows
        wallSeconds = metrics.wallSeconds
        cpuSeconds = metrics.cpuSeconds
    }
}

/// A running job. Safe from any thread.
public final class StreamJob: Sendable {
    private let job: Job
    private let runner: BackgroundRun<JobMetrics>

    init(_ specification: JobSpecification) throws {
        let job = Job(specification)
        self.job = job
        runner = BackgroundRun { try job.run() }
    }

    /// Blocks until the job ends.
    ///
    /// - Throws: `StreamError` where it failed or was cancelled.
    @discardableResult
    public func wait() throws -> StreamMetrics {
        do { return StreamMetrics(try runner.wait().get()) } catch { throw StreamError(error) }
    }

    /// Stops the job; `wait` then throws.
    public func cancel() { job.cancel() }

    /// Rows read so far.
    public var rowsIn: Int { job.progress.rowsIn }
}

/// The wall clock.
enum WallClock {
    /// Microseconds since the epoch, UTC.
    static func micros() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }
}
