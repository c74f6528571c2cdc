import SluiceColumns
import SluiceKernels
import SluiceState

/// A mark in the stream: everything before it belongs to epoch `epoch`.
package struct Barrier: Sendable, Hashable {
    /// Counts from 1.
    package var epoch: Int64
    /// Makes a barrier.
    package init(epoch: Int64) { self.epoch = epoch }
}

/// One step of a shard's chain.
///
/// It is not `Sendable` and never will be: the shard that built it runs it. Nothing in it locks, awaits or allocates
/// per row. What it gives goes to `output` at once, batch by batch.
package protocol Operator: AnyObject {
    /// Takes a batch that came in through input `input` (0, or 1 for the right side of a join).
    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws
    /// The watermark of all inputs has moved. Emits what is due, then passes the watermark on.
    func advance(to watermark: Watermark, into output: borrowing Output) throws
    /// Everything of the barrier's epoch has been processed; the barrier is passed on by the caller afterwards.
    func snapshot(at barrier: Barrier) throws
    /// All inputs have ended, after `advance(to: .end)`. Emits the rest.
    func finish(into output: borrowing Output) throws
    /// What happened in it, for the metrics.
    var counters: OperatorCounters { get }
    /// Bytes of keyed state.
    var stateByteCount: Int { get }
    /// The tables of its state, for checkpoints: empty where it has none.
    var stateTables: [StateTable] { get }
    /// Hands over what has changed since the last time; called at a barrier.
    func save(into snapshot: StateSnapshot) throws
    /// Takes over what was stored, which may be nothing; called once, before anything else, where state is stored.
    ///
    /// Whoever is not asked to restore is not asked to save either, and need not keep account of changes.
    func restore(from reader: StateReader) throws
    /// Whether it can put rows of its state out of memory where no checkpoints store them.
    var canSpill: Bool { get }
    /// The tables of the rows that it puts there.
    var spillTables: [StateTable] { get }
    /// Lets it do so; called once, before anything else, where state is not stored and memory is bounded.
    func spill(into spill: StateSpill)
    /// Bytes of state that has changed since the last barrier, about, where memory is bounded: so long it has to stay.
    var unsavedByteCount: Int { get }
    /// Whether it needs room that the next barrier can give it: rows that a checkpoint has stored can leave memory.
    var wantsBarrier: Bool { get }
}

extension Operator {
    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        try output.advance(to: watermark)
    }
    package func snapshot(at barrier: Barrier) throws {}
    package func finish(into output: borrowing Output) throws {}
    package var counters: OperatorCounters { OperatorCounters() }
    package var stateByteCount: Int { 0 }
    package func save(into snapshot: StateSnapshot) throws {}
    package func restore(from reader: StateReader) throws {}
    package var canSpill: Bool { false }
    package var spillTables: [StateTable] { stateTables }
    package func spill(into spill: StateSpill) {}
    package var wantsBarrier: Bool { false }
    package var unsavedByteCount: Int { 0 }
}

/// An operator that does something when the wall clock gets somewhere: processing-time windows, delayed results.
///
/// Its processing time is `EvaluationContext.clock`. The shard calls it between two elements, never inside one.
/// Timers that are still waiting when the input ends do not fire, as in Flink.
package protocol TimedOperator: Operator {
    /// When `fireTimers` is wanted next, in microseconds since the epoch; nil while nothing waits.
    var nextTimerMicros: Int64? { get }
    /// The clock shows `nowMicros`, which is `nextTimerMicros` or later. Emits what is due.
    func fireTimers(atMicros nowMicros: Int64, into output: borrowing Output) throws
}

/// What an operator counted beyond rows in and out.
package struct OperatorCounters: Sendable {
    /// Rows dropped (or routed aside) because their window had fired.
    package var lateRows = 0
    /// Windows fired.
    package var windowsFired = 0
    /// What became of state that need not be in memory; nil where all of it always is.
    package var cold: ColdCounters?
    /// What a pattern set did; nil for all other operators.
    package var patterns: PatternCounters?
    /// Makes counters.
    package init(
        lateRows: Int = 0,
        windowsFired: Int = 0,
        cold: ColdCounters? = nil,
        patterns: PatternCounters? = nil
    ) {
        self.lateRows = lateRows
        self.windowsFired = windowsFired
        self.cold = cold
        self.patterns = patterns
    }
}

/// Takes what an operator emits.
///
/// The runtime implements it: the next operator, an exchange, or several of them.
package protocol Downstream: AnyObject {
    /// A batch, never empty.
    func receive(_ batch: Batch) throws
    /// A batch, never empty, for the readers of one branch of a pattern set.
    func receive(_ batch: Batch, branch: Int) throws
    /// The watermark moved.
    func advance(to watermark: Watermark) throws
}

extension Downstream {
    /// Without branches there is one reader.
    package func receive(_ batch: Batch, branch: Int) throws { try receive(batch) }
}

/// Where an operator emits to.
package struct Output: ~Copyable {
    private let main: any Downstream
    private let late: (any Downstream)?

    /// Makes an output.
    package init(main: any Downstream, late: (any Downstream)? = nil) {
        self.main = main
        self.late = late
    }

    /// Passes a batch on; an empty one is swallowed.
    package func emit(_ batch: Batch) throws {
        if batch.rowCount > 0 { try main.receive(batch) }
    }

    /// Passes a batch on to the readers of one branch; an empty one is swallowed.
    package func emit(_ batch: Batch, branch: Int) throws {
        if batch.rowCount > 0 { try main.receive(batch, branch: branch) }
    }

    /// Passes the watermark on.
    package func advance(to watermark: Watermark) throws { try main.advance(to: watermark) }

    /// Whether somebody wants late rows.
    package var wantsLateRows: Bool { late != nil }

    /// Passes late rows on, with the columns of the operator's input.
    package func emitLate(_ batch: Batch) throws {
        if batch.rowCount > 0 { try late?.receive(batch) }
    }
}
