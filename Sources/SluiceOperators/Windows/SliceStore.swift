import SluiceColumns
import SluiceKernels
import SluicePlan

/// The slices of one window aggregate and the merged state that overlapping windows share.
///
/// A row is added to one slice, however many windows it belongs to. When a window fires:
/// - one slice a window: the slice is the window;
/// - CUMULATE: the slices of a block are merged one after the other into a running state;
/// - HOP with aggregates that can be taken back (counts, sums of integers and decimals): the running state gains the new
///   slices and loses the expired ones, so that a window of 60 slides costs two merges, not 60;
/// - HOP with others: the slices of the window are merged anew.
final class SliceStore {
    /// One slice.
    private final class Slice {
        let end: Int64
        let state: GroupedState
        var isMerged = false

        init(end: Int64, state: GroupedState) {
            self.end = end
            self.state = state
        }
    }

    private let geometry: WindowGeometry
    private let makeState: () throws -> GroupedState
    /// Ascending by end; few.
    private var slices: [Slice] = []
    private var running: GroupedState?

    /// Makes an empty store.
    init(_ geometry: WindowGeometry, makeState: @escaping () throws -> GroupedState) {
        self.geometry = geometry
        self.makeState = makeState
    }

    /// Bytes held.
    var byteCount: Int { slices.reduce(running?.byteCount ?? 0) { $0 + $1.state.byteCount } }

    /// Whether there is nothing to fire.
    var isEmpty: Bool { slices.isEmpty }

    /// Adds rows to the slice that ends at `end`.
    func add(_ batch: Batch, keys: [Int], sliceEnd end: Int64) throws {
        let slice = try slice(end)
        try slice.state.accumulate(batch, keys: keys)
        if slice.isMerged { try running?.accumulate(batch, keys: keys) }
    }

    private func slice(_ end: Int64) throws -> Slice {
        var position = slices.count
        while position > 0 && slices[position - 1].end >= end {
            if slices[position - 1].end == end { return slices[position - 1] }
            position -= 1
        }
        let slice = Slice(end: end, state: try makeState())
        slices.insert(slice, at: position)
        return slice
    }

    /// The first window end that some slice has data for and that `isPassed` does not hold for.
    func nextWindowEnd(isPassed: (Int64) -> Bool) -> Int64? {
        var best: Int64?
        for slice in slices {
            let last = geometry.lastWindowEnd(sliceEnd: slice.end)
            var end = slice.end
            while end <= last && isPassed(end) { end += geometry.sliceMicros }
            if end <= last, best.map({ end < $0 }) ?? true { best = end }
        }
        return best
    }

    /// The state of the window that ends at `end`.
    func state(ofWindowEnding end: Int64) throws -> GroupedState {
        let start = geometry.windowStart(end: end)
        let members = slices.filter { $0.end > start && $0.end <= end }
        if geometry.isSingleSlice, let only = members.first { return only.state }
        switch geometry.shape {
        case .cumulate: return try running(gaining: members.filter { !$0.isMerged }, losing: [])
        case .hop:
            let fresh = try running ?? makeState()
            guard fresh.canUnmerge else {
                for slice in members { try fresh.merge(slice.state) }
                return fresh
            }
            running = fresh
            return try running(
                gaining: members.filter { !$0.isMerged }, losing: slices.filter { $0.isMerged && $0.end <= start })
        case .tumble, .session: return try makeState()
        }
    }

    private func running(gaining: [Slice], losing: [Slice]) throws -> GroupedState {
        let state = try running ?? makeState()
        running = state
        for slice in losing {
            try state.unmerge(slice.state)
            slice.isMerged = false
        }
        for slice in gaining {
            try state.merge(slice.state)
            slice.isMerged = true
        }
        return state
    }

    /// Frees what no later window than the one ending at `end` needs.
    func release(through end: Int64) throws {
        let expired = slices.filter { geometry.lastWindowEnd(sliceEnd: $0.end) <= end }
        if expired.isEmpty { return }
        if case .cumulate = geometry.shape {
            running = nil
            for slice in slices { slice.isMerged = false }
        } else if let running, running.canUnmerge {
            for slice in expired where slice.isMerged { try running.unmerge(slice.state) }
        }
        slices.removeAll { geometry.lastWindowEnd(sliceEnd: $0.end) <= end }
        if slices.isEmpty { running = nil }
    }
}
