import SluiceColumns
import SluiceOperators

/// What a node's operator is told beyond the `Operator` protocol, where it leads to another shard.
protocol ShardBoundary: AnyObject {
    /// The input may say nothing for a while.
    func turnIdle() throws
    /// The input has had its first turn.
    func wake() throws
}

/// One node of the plan on one shard: its operator, and what its inputs have said so far.
final class GraphNode {
    /// Index in the plan.
    let id: Int
    /// For metrics.
    let name: String
    /// Does the work.
    let stage: any Operator
    /// The readers of the result.
    let main: FanOut
    /// The readers of late rows; nil where there are none.
    let late: FanOut?
    /// Rows that came in.
    private(set) var rowsIn = 0
    /// Batches that came in.
    private(set) var batchesIn = 0
    /// Whether every input has ended.
    var hasEnded: Bool { alignment.haveAllEnded }

    private let output: Output
    private let stop: StopSignal
    private let recorder: ShardRecorder?
    /// Counts the bytes that come in; nil where nobody asks for them.
    private let intake: ShardRecorder?
    /// For each input the others whose watermark bounds the running watermarks of its rows.
    private let rivals: [[Int]]
    private var alignment: InputAlignment
    private var barriers: BarrierAlignment
    private var isAwake: [Bool]

    /// Makes a node; `rivals` is a list for each input, see `GraphTopology.rivals`.
    init(
        id: Int,
        name: String,
        stage: any Operator,
        main: FanOut,
        late: FanOut?,
        rivals: [[Int]],
        recorder: ShardRecorder? = nil,
        countsIntake: Bool = false,
        stop: StopSignal
    ) throws {
        self.id = id
        self.name = name
        self.stage = stage
        self.main = main
        self.late = late
        self.rivals = rivals
        self.stop = stop
        self.recorder = recorder
        intake = countsIntake && !stage.stateTables.isEmpty ? recorder : nil
        output = Output(main: main, late: late)
        alignment = InputAlignment(inputCount: rivals.count)
        barriers = BarrierAlignment(inputCount: rivals.count)
        isAwake = Array(repeating: false, count: rivals.count)
        if rivals.count > 1 { try recorder?.restore(&alignment, of: id) }
    }

    /// Processes a batch; everything that follows from it has happened when this returns.
    func receive(_ batch: Batch, from input: Int) throws {
        // Between batches is the place to stop: a cancelled job does not finish a long firing first.
        try stop.check()
        rowsIn += batch.rowCount
        batchesIn += 1
        intake?.noteTaken(batch)
        alignment.activate(input)
        var batch = batch
        if !rivals[input].isEmpty {
            let ceiling = alignment.leastWatermark(besides: input, among: rivals[input])
            batch = RunningWatermarks.bounded(batch, floor: alignment.current, ceiling: ceiling)
        }
        try stage.process(batch, from: input, into: output)
    }

    /// Moves the watermark of an input, and the operator's where all inputs have got there.
    func advance(_ input: Int, to watermark: Watermark) throws {
        if let aligned = alignment.advance(input, to: watermark) { try advance(to: aligned) }
    }

    /// Leaves an input out of account until it speaks again.
    func turnIdle(_ input: Int) throws {
        let outcome = alignment.turnIdle(input)
        try follow(outcome)
    }

    /// Takes the barrier of an input; the last one makes the snapshot.
    func pass(_ barrier: Barrier, from input: Int) throws {
        if let epoch = barriers.deliver(input, epoch: barrier.epoch) { try pass(Barrier(epoch: epoch)) }
    }

    /// Notes that an input has had its first turn; the last one is passed on.
    func wake(_ input: Int) throws {
        guard !isAwake[input] else { return }
        isAwake[input] = true
        guard isAwake.allSatisfy({ $0 }) else { return }
        try (stage as? any ShardBoundary)?.wake()
        try main.wake()
        try late?.wake()
    }

    /// Ends an input; the last one ends the node.
    func end(_ input: Int) throws {
        guard !alignment.hasEnded(input) else { return }
        try wake(input)
        let outcome = alignment.end(input)
        try follow(outcome)
        if let epoch = barriers.end(input) { try pass(Barrier(epoch: epoch)) }
        guard alignment.haveAllEnded else { return }
        try stage.finish(into: output)
        // No barrier will come by any more, but other parts of the plan may go on for many epochs.
        try recorder?.recordEnd(stage, of: id)
        try main.end()
        try late?.end()
    }

    /// Lets the operator do what the wall clock has made due.
    func fireTimers(of timed: any TimedOperator, atMicros nowMicros: Int64) throws {
        try stop.check()
        try timed.fireTimers(atMicros: nowMicros, into: output)
    }

    /// Says downstream that nothing may come for a while, whatever the inputs say.
    func turnOutputIdle() throws {
        try main.turnIdle()
        try late?.turnIdle()
    }

    private func follow(_ outcome: InputAlignment.Outcome) throws {
        if let aligned = outcome.watermark { try advance(to: aligned) }
        guard outcome.isIdle else { return }
        try (stage as? any ShardBoundary)?.turnIdle()
        try turnOutputIdle()
    }

    private func advance(to watermark: Watermark) throws {
        try stage.advance(to: watermark, into: output)
        try late?.advance(to: watermark)
    }

    private func pass(_ barrier: Barrier) throws {
        try stage.snapshot(at: barrier)
        try recorder?.record(stage, of: id)
        if rivals.count > 1 { recorder?.record(alignment, of: id) }
        try main.pass(barrier)
        try late?.pass(barrier)
    }
}
