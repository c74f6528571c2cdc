import SluiceRuntime

/// A running job.
///
/// Safe from any thread.
public final class StreamJob: Sendable {
    private let job: Job
    private let runner: BackgroundRun<JobMetrics>

    init(_ specification: JobSpecification) throws(StreamError) {
        do {
            let job = try Job(specification)
            self.job = job
            runner = try BackgroundRun { try job.run() }
        } catch {
            throw StreamError(error)
        }
    }

    /// Blocks until the job ends.
    ///
    /// - Returns: what it did.
    /// - Throws: `StreamError` where it failed, with the code `cancelled` where it was cancelled.
    @discardableResult
    public func wait() throws -> StreamMetrics {
        do { return StreamMetrics(try runner.wait().get()) } catch { throw StreamError(error) }
    }

    /// Stops the job; `wait` then throws.
    ///
    /// Does nothing after the end.
    public func cancel() { job.cancel() }

    /// Whether the job has ended, in whatever way.
    public var hasEnded: Bool { runner.result != nil }

    /// Rows read so far.
    public var rowsIn: Int { job.progress.rowsIn }

    /// Rows written so far.
    public var rowsOut: Int { job.progress.rowsOut }
}
