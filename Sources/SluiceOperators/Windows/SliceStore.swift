import SluiceColumns
import SluiceKernels
import SluicePlan

/// The slices of one window aggregate and the merged state that overlapping windows share.
///
/// A row is added to one slice, however many windows it belongs to. When a window fires:
/// - one slice a window: the slice is the window;
/// - CUMULATE: the slices of a block are merged one after the other into a running state;
/// - HOP with aggregates that can be taken back (counts, sums of integers and decimals): the running state gains the
///   new
///   slices and loses the expired ones, so that a window of 60 slides costs two merges, not 60;
/// - HOP with others: the slices of the window are merged anew.
///
/// A slice counts in a window that covers it and does not end before the slice's first window.
final class SliceStore {
    /// One slice.
    private final class Slice {
        let key: SliceKey
        let state: GroupedState
        var isMerged = false

        init(key: SliceKey, state: GroupedState) {
            self.key = key
            self.state = state
        }
    }

    private let geometry: WindowGeometry
    private let makeState: (_ isMerged: Bool) throws -> GroupedState
    /// Ascending by key; those before `firstLive` are expired and gone.
    private var slices: [Slice?] = []
    private var firstLive = 0
    private var running: GroupedState?

    /// Makes an empty store; `makeState` is told whether the state is one that others are merged into.
    init(_ geometry: WindowGeometry, makeState: @escaping (_ isMerged: Bool) throws -> GroupedState) {
        self.geometry = geometry
        self.makeState = makeState
    }

    /// Bytes held.
    var byteCount: Int { slices.reduce(running?.byteCount ?? 0) { $0 + ($1?.state.byteCount ?? 0) } }

    /// Adds rows to a slice.
    func add(_ batch: Batch, keys: [Int], slice key: SliceKey) throws {
        try slice(key).state.accumulate(batch, keys: keys)
    }

    private func slice(_ key: SliceKey) throws -> Slice {
        var position = slices.count
        while position > firstLive, let known = slices[position - 1], known.key >= key {
            if known.key == key { return known }
            position -= 1
        }
        let slice = Slice(key: key, state: try makeState(false))
        slices.insert(slice, at: position)
        return slice
    }

    /// The first window end above `fired` that some slice counts in.
    func nextWindowEnd(after fired: Int64) -> Int64? {
        var best: Int64?
        for position in firstLive..<slices.count {
            guard let slice = slices[position] else { continue }
            if let best, best <= slice.key.end { break }
            var end = slice.key.firstWindow
            if end <= fired {
                let step = geometry.sliceMicros
                end += ((fired - end) / step + 1) * step
            }
            if end <= geometry.lastWindowEnd(sliceEnd: slice.key.end) { best = min(best ?? end, end) }
        }
        return best
    }

    /// The state of the window that ends at `end`; windows are asked for in ascending order.
    func state(ofWindowEnding end: Int64) throws -> GroupedState {
        let start = geometry.windowStart(end: end)
        var members: [Slice] = []
        for position in firstLive..<slices.count {
            guard let slice = slices[position] else { continue }
            if slice.key.end > end { break }
            if slice.key.end > start && slice.key.firstWindow <= end { members.append(slice) }
        }
        if geometry.isSingleSlice, let only = members.first { return only.state }
        let target = try running ?? makeState(true)
        if case .hop = geometry.shape, !target.canUnmerge {
            if members.count == 1 { return members[0].state }
            for slice in members { try target.merge(slice.state) }
            return target
        }
        running = target
        for slice in members where !slice.isMerged {
            try target.merge(slice.state)
            slice.isMerged = true
        }
        return target
    }

    /// Frees what no later window than the one ending at `end` needs.
    func release(through end: Int64) throws {
        var isBlockDone = false
        while firstLive < slices.count, let slice = slices[firstLive],
            geometry.lastWindowEnd(sliceEnd: slice.key.end) <= end
        {
            if slice.isMerged, case .hop = geometry.shape { try running?.unmerge(slice.state) }
            slices[firstLive] = nil
            firstLive += 1
            isBlockDone = true
        }
        // All slices of a block of CUMULATE end in its last window.
        if isBlockDone, case .cumulate = geometry.shape { running = nil }
        if firstLive == slices.count {
            slices.removeAll(keepingCapacity: true)
            firstLive = 0
            running = nil
        } else if firstLive >= 64 && firstLive * 2 >= slices.count {
            slices.removeFirst(firstLive)
            firstLive = 0
        }
    }
}
