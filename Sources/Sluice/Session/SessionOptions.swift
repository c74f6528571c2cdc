import SluiceConnect
import SluiceConnectors
import SluicePlan

/// How a session runs its statements.
package struct SessionOptions: Sendable {
    /// Shards of each job; nil leaves it to `parallelism.default`, which a script can set.
    package var parallelism: Int?
    /// Rows that a source is asked for at a time.
    package var batchRows = 4_096
    /// A barrier after so many rows from all sources; nil is none.
    package var checkpointEveryRows: Int?
    /// A job fails where the process holds more than that in batches, tables and buffers.
    package var memoryBytesMax = Int.max
    /// The folder in which INSERT jobs keep their state between two runs; nil where they keep none.
    package var stateDirectory: String?
    /// Runs the jobs.
    package var jobRunner: any JobRunner = PlainJobRunner()
    /// The folder of a savepoint that jobs without state begin from; nil begins empty.
    package var savepoint: String?
    /// Whether stored state that a changed query no longer uses may be dropped.
    package var mayDropState = false
    /// Told what does not end a job but should be known while it runs; called from any thread.
    package var onWarning: @Sendable (String) -> Void = { _ in }
    /// What is set before the first statement.
    package var configuration = Configuration()
    /// The connectors that tables can name.
    package var connectors = ConnectorRegistry(BuiltinConnectors.all)
    /// The wall clock of statements and jobs: microseconds since the epoch.
    package var clock: @Sendable () -> Int64 = MachineClock.wallMicros

    /// Makes options with the defaults.
    package init() {}
}
