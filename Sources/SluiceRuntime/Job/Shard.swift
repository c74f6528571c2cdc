import SluiceColumns
import SluiceKernels
import SluiceOperators

/// One shard at work: reads its sources and mailboxes in turn until all of them have ended.
///
/// The rule that keeps exchanges from deadlock: an input is read when none of the exchanges its rows can reach is
/// blocked on this shard. The rule that keeps an epoch consistent: an input that has given its barrier is not read
/// until all inputs of the shard have.
final class Shard {
    /// Elements that are taken from one mailbox before the sources get their turn, for each sender.
    private static let elementsPerTurn = 4
    /// How long written rows may stay invisible on a shard that has nothing to do.
    private static let flushDelayNanos: Int64 = 100_000_000
    /// How often a shard that waits for memory looks again.
    private static let memoryDelayNanos: Int64 = 5_000_000
    /// How long memory may be short with nothing queued before the job fails.
    private static let memoryPatienceNanos: Int64 = 200_000_000

    private let graph: ShardGraph
    private let resources: JobResources
    private let shardIndex: Int
    private let clock: any RunClock
    private let parker: Parker
    private var idleWatches: [IdleWatch]
    private var hasLeftEpochs = false
    private var lastRecordedEpoch: Int64 = 0
    private var stagedByteCount = 0
    private var takenByteCount = 0
    private var lastFlushNanos: Int64 = .min
    private var shortSinceNanos: Int64?
    /// Most bytes the process was seen to hold.
    private(set) var peakLedgerByteCount = 0
    /// Nanoseconds spent waiting.
    private(set) var parkedNanos: Int64 = 0

    /// Makes the shard over its graph.
    init(_ graph: ShardGraph, resources: JobResources, shardIndex: Int) {
        self.graph = graph
        self.resources = resources
        self.shardIndex = shardIndex
        clock = resources.specification.clock
        parker = resources.parkers[shardIndex]
        let nowNanos = clock.nowNanos()
        idleWatches = graph.watermarkNodes.compactMap { node, millis in
            millis.map { IdleWatch(node: node, timeoutNanos: $0 * 1_000_000, sinceNanos: nowNanos) }
        }
    }

    /// How the work of a shard ends.
    enum Ending {
        /// Everything has been processed.
        case processed
        /// The epoch after which the job stops is recorded, and nothing beyond it has been processed.
        case stopped
    }

    /// What came of a round.
    enum Round {
        /// Something was done.
        case worked
        /// Nothing can be done before something changes.
        case idle
        /// The shard has nothing more to do.
        case ended(Ending)
    }

    /// Processes everything; sinks are neither closed nor aborted.
    func run() throws -> Ending {
        try begin()
        while true {
            switch try takeRound() {
            case .worked: continue
            case .idle: try wait()
            case .ended(let ending): return ending
            }
        }
    }

    /// Gives each source its first turn; called once, before the first round.
    func begin() throws {
        // Whatever is blocked: receivers wait for the first word of every sender.
        // Sources without splits end first, so that nobody's first rows wait for a watermark that will not come.
        for source in graph.sources where !source.hasReader { try poll(source) }
        for source in graph.sources where source.hasReader { try poll(source) }
    }

    /// Does a little of everything that can be done now, and does not wait.
    func takeRound() throws -> Round {
        try resources.stop.check()
        var hasWorked = false
        for scatter in graph.scatters where scatter.flush() { hasWorked = true }
        if try receive() { hasWorked = true }
        try takePartInEpochs()
        let isBusy = try pollSources()
        if isBusy { hasWorked = true }
        if try fireTimers() { hasWorked = true }
        for scatter in graph.scatters where scatter.endRound(isBusy: isBusy) { hasWorked = true }
        if !graph.scatters.contains(where: \.isBlocked) {
            if graph.hasEnded {
                // What the sinks still hold goes into the last epoch; no earlier one frees it.
                resources.epochs.note(stagedByteCount: 0, on: shardIndex)
                resources.epochs.complete(.max, on: shardIndex)
                return .ended(.processed)
            }
            if lastRecordedEpoch >= resources.epochs.lastEpoch { return .ended(.stopped) }
        }
        try watchForIdleSources()
        return hasWorked ? .worked : .idle
    }

    /// Waits until the epoch after which the job stops has been committed.
    func waitForLastCommit() throws {
        while resources.epochs.committedEpoch < resources.epochs.lastEpoch {
            try resources.stop.check()
            clock.park(parker, untilNanos: nil)
        }
    }

    /// Waits until all shards have reached a point.
    func wait(for rendezvous: Rendezvous) throws {
        while !rendezvous.isComplete {
            try resources.stop.check()
            clock.park(parker, untilNanos: nil)
        }
    }
}

// MARK: - Inputs

extension Shard {
    private func isReadable(reach: [Int], epoch: Int64) -> Bool {
        epoch <= leastEpoch && !reach.contains { graph.scatters[$0].isBlocked }
    }

    private func isReadable(_ source: SourceRoot) -> Bool {
        source.epoch < resources.epochs.lastEpoch && isReadable(reach: source.reach, epoch: source.epoch)
    }

    /// Takes a few elements out of each mailbox that may be read, those nearest to the sinks first.
    private func receive() throws -> Bool {
        var hasWorked = false
        for receiver in graph.receivers {
            try receiver.wakeIfReady()
            for _ in 0..<Self.elementsPerTurn * resources.shardCount {
                guard !receiver.hasEnded, isReadable(reach: receiver.reach, epoch: receiver.epoch) else { break }
                guard try receiver.receiveOne() else { break }
                hasWorked = true
                // Before anything of the next epoch is taken: the end of an input would hide that this one passed.
                try takePartInEpochs()
            }
        }
        if hasWorked { try checkMemory() }
        return hasWorked
    }

    /// Polls each source that may be read once.
    private func pollSources() throws -> Bool {
        var hasWorked = false
        for source in graph.sources where !source.hasEnded {
            guard isReadable(source), source.dueNanos <= clock.nowNanos() else { continue }
            guard try checkMemory(), !waitsForRoom(), !resources.epochs.isHeldBack else { break }
            if try poll(source) { hasWorked = true }
            try takePartInEpochs()
        }
        return hasWorked
    }

    /// Gives a source its turn.
    ///
    /// - Returns: whether it had rows or ended.
    @discardableResult
    private func poll(_ source: SourceRoot) throws -> Bool {
        var rowLimit = resources.specification.batchRows
        if let rest = resources.epochs.rowsUntilBarrier { rowLimit = min(rowLimit, rest) }
        switch try source.takeTurn(rowLimit: rowLimit, nowNanos: clock.nowNanos()) {
        case .waiting: return false
        case .ended: return true
        case .rows(let count):
            resources.progress[shardIndex].addRowsIn(count)
            resources.progress[shardIndex].setWatermark(graph.sourceWatermark)
            resources.epochs.note(rowCount: count, nowNanos: clock.nowNanos())
            return true
        }
    }

    /// Fails the job where the process holds too much for good.
    ///
    /// - Returns: false where it holds too much and what is under way between shards may be the reason: then no source
    ///   is read until that is processed.
    @discardableResult
    private func checkMemory() throws -> Bool {
        MemoryLedger.measureProcess()
        let held = MemoryLedger.bytesHeld
        peakLedgerByteCount = max(peakLedgerByteCount, held)
        let limit = memoryBytesMax
        let refused = MemoryLedger.bytesRefused
        guard held > limit || refused > 0 else {
            shortSinceNanos = nil
            return true
        }
        MemoryLedger.forgetRefusal()
        // The barrier that is on its way may be all that is needed; who wants another one after it has failed.
        if waitsForRoom() { return false }
        // What waits for its commit leaves memory then.
        if resources.epochs.underWay != nil { return false }
        let stateBytes = MemoryLedger.bytesHeld(for: .tables)
        if stateBytes <= limit - refused, mayFreeMemory() { return false }
        MemoryLedger.releaseFreedMemory()
        if refused == 0, held <= memoryBytesMax { return true }
        throw RuntimeError(
            .user,
            "memoryExceeded",
            "the job holds \(held) bytes and may hold \(memoryBytesMax): \(stateBytes) in keyed state, "
                + "\(MemoryLedger.bytesHeld(for: .batches)) in batches, "
                + "\(MemoryLedger.bytesHeld(for: .buffers)) in blocks of input and text"
                + (refused > 0 ? ", and a table needs \(refused) more" : "") + "; raise --memory, "
                + "or \(Self.relief)"
        )
    }

    /// Whether an operator waits for a barrier at which state can leave memory: then no source is read.
    private func waitsForRoom() -> Bool {
        guard !resources.epochs.isLastRequested, graph.wantsBarrier else { return false }
        if lastRecordedEpoch == resources.epochs.requestedEpoch { resources.epochs.hurry(nowNanos: clock.nowNanos()) }
        return true
    }

    /// What makes the largest part smaller.
    private static var relief: String {
        let state = MemoryLedger.bytesHeld(for: .tables)
        let batches = MemoryLedger.bytesHeld(for: .batches)
        let buffers = MemoryLedger.bytesHeld(for: .buffers)
        if state >= max(batches, buffers) {
            return "make state smaller with windows, 'table.exec.state.ttl' or fewer keys"
        }
        if buffers >= batches { return "read shorter records or fewer files at a time" }
        return "lower the parallelism, or make rows narrower"
    }
}

extension Shard {
    private var memoryBytesMax: Int { min(resources.specification.memoryBytesMax, MemoryLedger.bytesMax) }

    /// Whether what is under way between shards may be the reason why memory is short.
    private func mayFreeMemory() -> Bool {
        if resources.shardCount == 1 { return false }
        let nowNanos = clock.nowNanos()
        if resources.queuedElementCount > 0 {
            shortSinceNanos = nowNanos
            return true
        }
        // Nothing is queued, but another shard may be at work on what was.
        let sinceNanos = shortSinceNanos ?? nowNanos
        shortSinceNanos = sinceNanos
        return nowNanos - sinceNanos < Self.memoryPatienceNanos
    }
}

// MARK: - Processing time

extension Shard {
    /// The wall clock, microseconds since the epoch.
    private var wallMicros: Int64 { resources.specification.context.clock() }

    /// The earliest time that an operator whose rows can go on wants to fire at.
    private var nextTimerMicros: Int64? {
        // Behind the last barrier nothing may come any more; the next run fires what is due then.
        if resources.epochs.isLastRequested { return nil }
        var earliest: Int64?
        for timer in graph.timers where !timer.reach.contains(where: { graph.scatters[$0].isBlocked }) {
            guard let dueMicros = timer.dueMicros else { continue }
            earliest = min(earliest ?? dueMicros, dueMicros)
        }
        return earliest
    }

    /// Lets each operator do what the wall clock has made due.
    private func fireTimers() throws -> Bool {
        guard let earliest = nextTimerMicros else { return false }
        let nowMicros = wallMicros
        guard earliest <= nowMicros else { return false }
        for timer in graph.timers where !timer.reach.contains(where: { graph.scatters[$0].isBlocked }) {
            if let dueMicros = timer.dueMicros, dueMicros <= nowMicros { try timer.fire(atMicros: nowMicros) }
        }
        return true
    }
}

// MARK: - Epochs

extension Shard {
    /// The last epoch that all inputs still alive have given.
    private var leastEpoch: Int64 {
        var least = Int64.max
        for source in graph.sources where !source.hasEnded { least = min(least, source.epoch) }
        for receiver in graph.receivers where !receiver.hasEnded { least = min(least, receiver.epoch) }
        return least
    }

    private var hasLiveSources: Bool { graph.sources.contains { !$0.hasEnded } }

    /// Sends the barrier that was asked for, and reports the one that has passed.
    private func takePartInEpochs() throws {
        noteTakenBytes()
        noteStagedBytes()
        let requested = resources.epochs.requestedEpoch
        guard requested > 0, !hasLeftEpochs else { return }
        for source in graph.sources where !source.hasEnded && source.epoch < requested {
            try source.inject(Barrier(epoch: requested))
        }
        let least = leastEpoch
        if least == requested, lastRecordedEpoch < requested, let recorder = graph.recorder {
            lastRecordedEpoch = requested
            resources.committer?.deliver(recorder.take(epoch: requested, of: graph), of: shardIndex)
        }
        noteStagedBytes()
        resources.epochs.complete(least, on: shardIndex)
        hasLeftEpochs = least == .max
    }

    /// Tells how much operators with state have taken in, where that has changed.
    private func noteTakenBytes() {
        guard let byteCount = graph.recorder?.takenByteCount, byteCount != takenByteCount else { return }
        takenByteCount = byteCount
        resources.epochs.note(takenByteCount: byteCount, on: shardIndex)
    }

    /// Tells how much waits for the commit in sinks and in state, where that has changed.
    private func noteStagedBytes() {
        let byteCount = graph.sinks.reduce(graph.unsavedByteCount) { $0 + $1.stagedByteCount }
        guard byteCount != stagedByteCount else { return }
        stagedByteCount = byteCount
        resources.epochs.note(stagedByteCount: byteCount, on: shardIndex)
    }
}

// MARK: - Nothing to do

extension Shard {
    /// Flushes sinks that have waited long enough, then parks until something can have changed.
    private func wait() throws {
        let nowNanos = clock.nowNanos()
        var deadline = Int64.max
        if MemoryLedger.bytesHeld > memoryBytesMax {
            deadline = nowNanos + Self.memoryDelayNanos
        } else if !resources.epochs.isHeldBack {
            for source in graph.sources where !source.hasEnded && isReadable(source) {
                deadline = min(deadline, source.dueNanos)
            }
        }
        if let dueMicros = nextTimerMicros {
            deadline = min(deadline, nowNanos + max(0, dueMicros - wallMicros) * 1_000)
        }
        if !resources.epochs.isLastRequested {
            for watch in idleWatches where !watch.isOver { deadline = min(deadline, watch.dueNanos) }
        }
        if hasLiveSources, let dueNanos = resources.epochs.dueNanos { deadline = min(deadline, dueNanos) }
        if graph.sinks.contains(where: \.isDirty) {
            deadline = min(deadline, try flushSinks(nowNanos: nowNanos))
        }
        if deadline > nowNanos { clock.park(parker, untilNanos: deadline == .max ? nil : deadline) }
        let afterNanos = clock.nowNanos()
        parkedNanos += afterNanos - nowNanos
        // Only a shard that can send barriers asks for them: an epoch without one would mean nothing.
        if hasLiveSources { resources.epochs.note(rowCount: 0, nowNanos: afterNanos) }
    }

    /// Makes written rows visible, unless that was done a moment ago.
    ///
    /// - Returns: when to come again; `Int64.max` where all is visible.
    private func flushSinks(nowNanos: Int64) throws -> Int64 {
        if lastFlushNanos != .min, nowNanos - lastFlushNanos < Self.flushDelayNanos {
            return lastFlushNanos + Self.flushDelayNanos
        }
        lastFlushNanos = nowNanos
        for sink in graph.sinks where sink.isDirty { try sink.flush() }
        return .max
    }

    /// Lets the watermark of others go on without the sources that have given nothing for long.
    private func watchForIdleSources() throws {
        if idleWatches.isEmpty || resources.epochs.isLastRequested { return }
        let nowNanos = clock.nowNanos()
        // A source that may not be read is not idle.
        let isBlocked = graph.scatters.contains(where: \.isBlocked)
        for index in idleWatches.indices {
            if isBlocked { idleWatches[index].postpone(to: nowNanos) }
            if idleWatches[index].observe(nowNanos: nowNanos) { try idleWatches[index].node.turnOutputIdle() }
        }
    }
}

/// Notices that a watermark node has had no rows for the time of `table.exec.source.idle-timeout`.
struct IdleWatch {
    let node: GraphNode
    let timeoutNanos: Int64
    private var sinceNanos: Int64
    private var rowCount = 0
    private var isIdle = false

    init(node: GraphNode, timeoutNanos: Int64, sinceNanos: Int64) {
        self.node = node
        self.timeoutNanos = timeoutNanos
        self.sinceNanos = sinceNanos
    }

    /// Whether nothing is left to notice until rows come.
    var isOver: Bool { isIdle || node.hasEnded }

    /// When the timeout passes if no rows come.
    var dueNanos: Int64 { sinceNanos + timeoutNanos }

    /// Starts the timeout again.
    mutating func postpone(to nowNanos: Int64) {
        if !isIdle { sinceNanos = nowNanos }
    }

    /// Looks at the node.
    ///
    /// - Returns: whether it has turned idle just now.
    mutating func observe(nowNanos: Int64) -> Bool {
        if node.rowsIn != rowCount {
            rowCount = node.rowsIn
            sinceNanos = nowNanos
            isIdle = false
        }
        guard !isOver, nowNanos >= dueNanos else { return false }
        isIdle = true
        return true
    }
}

extension ShardGraph {
    /// The least watermark of the watermark nodes that have one, without the final one.
    var sourceWatermark: Watermark {
        var least = Watermark.none
        for (node, _) in watermarkNodes where node.main.lastWatermark > .none {
            least = least == .none ? node.main.lastWatermark : min(least, node.main.lastWatermark)
        }
        return least
    }
}
