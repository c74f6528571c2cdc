import Synchronization

/// Decides when an epoch ends, and knows which shards its barrier has passed.
///
/// An epoch is asked for after so many rows or so long; the next one not before the barrier of the last has passed
/// every shard, so that at most one barrier is under way.
///
/// An epoch also ends when sinks hold many bytes for its commit, or much state has changed where memory is bounded.
/// When they hold many of the next one before the commit is done, sources have to wait: what is held is bounded by two
/// epochs.
final class EpochCoordinator: Sendable {
    private struct State {
        var rowsSince = 0
        var requestedNanos: Int64
        var completed: [Int64]
        /// When the last epoch was committed.
        var committedNanos: Int64?
        /// Bytes that wait for the commit on each shard: rows that sinks hold, and state that has changed.
        var staged: [Int]
        /// An epoch that is to be asked for as soon as the one before it is committed.
        var urgentEpoch: Int64 = 0
        /// Bytes of rows that operators with state have taken in, by shard.
        var taken: [Int]
    }

    /// The most bytes that wait for the commit on a shard before the epoch ends, or sources wait.
    static let stagedByteCountMax = 32 << 20

    private let requested = Atomic<Int64>(0)
    private let state: Mutex<State>
    private let everyRows: Int?
    private let everyNanos: Int64?
    private let minPauseNanos: Int64
    private let takenByteCountMax: Int?
    private let parkers: [Parker]

    private let hasCommits: Bool
    /// The epoch after which the job stops; `Int64.max` where it runs to its end.
    let lastEpoch: Int64

    /// Makes a coordinator of the shards that wait at `parkers`; with neither a count nor an interval there are no
    /// epochs.
    ///
    /// Where epochs are committed (`hasCommits`), the next one waits for the commit of the last. None comes after
    /// `lastEpoch`. `limits` hold for epochs that are committed.
    init(
        everyRows: Int?,
        everyNanos: Int64?,
        hasCommits: Bool = false,
        limits: CheckpointLimits = CheckpointLimits(),
        lastEpoch: Int64 = .max,
        nowNanos: Int64,
        parkers: [Parker]
    ) {
        self.hasCommits = hasCommits
        self.lastEpoch = lastEpoch
        self.everyRows = everyRows
        self.everyNanos = everyNanos
        minPauseNanos = hasCommits ? Int64(limits.minPauseMillis) * 1_000_000 : 0
        takenByteCountMax = hasCommits ? limits.takenByteCountMax : nil
        self.parkers = parkers
        let places = parkers.count + (hasCommits ? 1 : 0)
        state = Mutex(
            State(
                requestedNanos: nowNanos,
                completed: Array(repeating: 0, count: places),
                staged: Array(repeating: 0, count: parkers.count),
                taken: Array(repeating: 0, count: parkers.count)
            )
        )
    }

    /// The epoch whose barrier is to be sent; 0 before the first.
    var requestedEpoch: Int64 { requested.load(ordering: .acquiring) }

    /// Whether the barrier after which the job stops is on its way: nothing but what precedes it is done any more.
    var isLastRequested: Bool { requestedEpoch >= lastEpoch }

    /// The last epoch that has been committed; 0 before the first.
    var committedEpoch: Int64 { state.withLock { $0.completed.last ?? 0 } }

    /// The last epoch that has passed every shard still at work.
    var completedEpoch: Int64 { min(requestedEpoch, state.withLock { $0.completed.min() ?? 0 }) }

    /// Rows that may be read before the next barrier is due; nil where rows do not matter.
    var rowsUntilBarrier: Int? {
        guard let everyRows else { return nil }
        let rest = everyRows - state.withLock { $0.rowsSince }
        return rest > 0 ? rest : nil
    }

    /// When the next barrier is due by the clock; nil where the clock does not matter.
    var dueNanos: Int64? {
        guard let everyNanos else { return nil }
        if isLastRequested { return nil }
        return state.withLock { state in
            if Self.isUnderWay(state, requestedEpoch) { return nil }
            return max(state.requestedNanos + everyNanos, pauseEndNanos(state))
        }
    }

    /// The epoch that is not committed yet, with the time at which its barrier was asked for; nil where there is none.
    var underWay: (epoch: Int64, sinceNanos: Int64)? {
        state.withLock { state in
            let epoch = requestedEpoch
            return Self.isUnderWay(state, epoch) ? (epoch, state.requestedNanos) : nil
        }
    }

    private func pauseEndNanos(_ state: State) -> Int64 { state.committedNanos.map { $0 + minPauseNanos } ?? .min }

    /// Counts rows read, and asks for a barrier where one is due.
    func note(rowCount: Int, nowNanos: Int64) {
        guard everyRows != nil || everyNanos != nil || hasCommits else { return }
        let isDue = state.withLock { state in
            state.rowsSince += rowCount
            let isDueByRows = everyRows.map { state.rowsSince >= $0 } ?? false
            let isUrgent = state.urgentEpoch > requestedEpoch
            let isDueByTime = everyNanos.map { nowNanos - state.requestedNanos >= $0 } ?? false
            let isDueByBytes = takenByteCountMax.map { state.taken.reduce(0, +) >= $0 } ?? false
            let isDue = (isDueByTime || isDueByBytes) && nowNanos >= pauseEndNanos(state)
            guard isDueByRows || isDue || isUrgent || Self.isFull(state), !isLastRequested,
                !Self.isUnderWay(state, requestedEpoch)
            else {
                return false
            }
            state.rowsSince = 0
            state.requestedNanos = nowNanos
            requested.add(1, ordering: .releasing)
            return true
        }
        if isDue { for parker in parkers { parker.wake() } }
    }

    /// Asks for a barrier as soon as there can be one, because state has to leave memory; until then sources wait.
    func hurry(nowNanos: Int64) {
        guard hasCommits, !isLastRequested else { return }
        state.withLock { $0.urgentEpoch = requestedEpoch + 1 }
        note(rowCount: 0, nowNanos: nowNanos)
    }

    /// Notes how many bytes of a shard wait for the commit of the epoch.
    func note(stagedByteCount: Int, on shard: Int) {
        state.withLock { $0.staged[shard] = stagedByteCount }
    }

    /// Notes how many bytes of rows operators with state have taken in on a shard since its last barrier.
    func note(takenByteCount: Int, on shard: Int) {
        state.withLock { $0.taken[shard] = takenByteCount }
    }

    /// Whether sources have to wait until the epoch that is under way is committed.
    var isHeldBack: Bool {
        hasCommits
            && state.withLock { state in
                (Self.isFull(state) || state.urgentEpoch > requestedEpoch) && Self.isUnderWay(state, requestedEpoch)
            }
    }

    private static func isFull(_ state: State) -> Bool { state.staged.contains { $0 > stagedByteCountMax } }

    /// Notes that the barrier of `epoch` has passed shard `shard`; `Int64.max` where the shard has ended.
    func complete(_ epoch: Int64, on shard: Int) {
        state.withLock { $0.completed[shard] = max($0.completed[shard], epoch) }
    }

    /// Notes that `epoch` is committed; `Int64.max` where nothing more will be.
    func commit(_ epoch: Int64, nowNanos: Int64) {
        guard hasCommits else { return }
        state.withLock { state in
            state.completed[state.completed.count - 1] = epoch
            state.committedNanos = nowNanos
        }
        for parker in parkers { parker.wake() }
    }

    private static func isUnderWay(_ state: State, _ requestedEpoch: Int64) -> Bool {
        state.completed.contains { $0 < requestedEpoch }
    }
}
