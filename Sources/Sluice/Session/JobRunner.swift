import SluiceColumns
import SluiceRuntime

/// Runs the jobs of a session: each as it is, unless a test wants something to happen on the way.
package protocol JobRunner: Sendable {
    /// Runs a job to its end.
    ///
    /// - Parameters:
    ///   - started: told each job that is about to run, for a runner may need several.
    ///   - onRows: takes the rows of a query, from any thread but one at a time.
    /// - Throws: the error that failed the job.
    func run(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics
}

/// Runs each job as it is.
package struct PlainJobRunner: JobRunner {
    /// Makes the runner.
    package init() {}

    package func run(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics {
        let job = try Job(specification) { _, batch in try onRows(batch) }
        try started(job)
        return try job.run()
    }
}
