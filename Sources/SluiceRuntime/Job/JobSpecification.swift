import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluicePlan
import SluiceState

/// Makes the operator of a node; nil for those that the runtime runs itself.
package typealias OperatorMaker =
    @Sendable (
        _ node: PhysicalNode, _ inputFields: [[RowField]], _ inputModes: [ChangelogMode], _ context: EvaluationContext
    ) throws -> (any Operator)?

/// Everything that a job is made of.
///
/// A value: two runs of it do the same.
package struct JobSpecification: Sendable {
    /// What to run.
    package var plan: PhysicalPlan
    /// Shards, 1...128; each is a thread.
    package var parallelism: Int
    /// Rows that a source is asked for at a time.
    package var batchRows: Int
    /// A barrier after so many rows from all sources; nil is none.
    package var checkpointEveryRows: Int?
    /// A barrier after so many milliseconds; nil is none.
    package var checkpointIntervalMillis: Int?
    /// When epochs end besides, and what becomes of those that fail; only where state is stored.
    package var checkpointLimits = CheckpointLimits()
    /// What expressions may know.
    package var context: EvaluationContext
    /// Distinguishes the output of two runs, for file names.
    package var jobID: String
    /// The job fails where the process holds more than that in batches, tables and buffers.
    package var memoryBytesMax: Int
    /// The bound of each sender's share of a mailbox.
    package var mailboxBound: MailboxBound
    /// Where state is stored; nil where it is not.
    package var storage: (any StateStorage)?
    /// Where state goes that finds no room in memory, where none is stored; nil where the job fails then.
    package var spill: DeferredStorage?
    /// Whether state leaves memory at each occasion; for tests.
    package var evictsAlways = false
    /// The job stops once it has committed so many epochs, to be started again from there; nil runs to its end.
    ///
    /// Only where state is stored.
    package var stopsAfterEpochs: Int64?
    /// Whether stored state of operators that the plan does not have may be dropped; else the job is refused.
    package var mayDropState = false
    /// The clock of throttles, idle timeouts and checkpoints.
    package var clock: any RunClock
    /// Told what does not end the job but should be known; called from any thread.
    package var onWarning: @Sendable (String) -> Void = { _ in }
    /// Makes the operators.
    package var makeOperator: OperatorMaker

    /// Makes a specification.
    package init(
        plan: PhysicalPlan,
        parallelism: Int = 1,
        batchRows: Int = 4_096,
        checkpointEveryRows: Int? = nil,
        checkpointIntervalMillis: Int? = nil,
        context: EvaluationContext = EvaluationContext(),
        jobID: String = "job",
        memoryBytesMax: Int = .max,
        mailboxBound: MailboxBound = MailboxBound(),
        storage: (any StateStorage)? = nil,
        stopsAfterEpochs: Int64? = nil,
        clock: any RunClock = SystemRunClock(),
        makeOperator: @escaping OperatorMaker = { node, fields, modes, context in
            try OperatorFactory.make(node, inputFields: fields, inputModes: modes, context: context)
        }
    ) {
        self.plan = plan
        self.parallelism = parallelism
        self.batchRows = batchRows
        self.checkpointEveryRows = checkpointEveryRows
        self.checkpointIntervalMillis = checkpointIntervalMillis
        self.context = context
        self.jobID = jobID
        self.memoryBytesMax = memoryBytesMax
        self.mailboxBound = mailboxBound
        self.storage = storage
        self.stopsAfterEpochs = stopsAfterEpochs
        self.clock = clock
        self.makeOperator = makeOperator
    }

    /// When state has to leave memory.
    var eviction: EvictionPolicy {
        EvictionPolicy(within: min(memoryBytesMax, MemoryLedger.bytesMax), evictsAlways: evictsAlways)
    }
}
