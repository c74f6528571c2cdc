import Sluice
import SluiceColumns
import SluiceRuntime
import SluiceState

/// Runs each job as it is, but all state that can leaves memory after each batch.
package struct SpillingJobRunner: JobRunner {
    /// Makes the runner.
    package init() {}

    package func run(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics {
        var spilling = specification
        spilling.spill = DeferredStorage(memoryByteCount: 0) { MemoryStorage() }
        spilling.evictsAlways = true
        return try PlainJobRunner().run(spilling, started: started, onRows: onRows)
    }
}
