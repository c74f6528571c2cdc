import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

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
        /// Whether it was there at a barrier.
        var isStored = false

        init(key: SliceKey, state: GroupedState) {
            self.key = key
            self.state = state
        }

        /// What tells its groups from those of others where they are stored.
        var marks: [Int64] { [key.end, key.firstWindow] }
    }

    private let geometry: WindowGeometry
    private let makeState: (_ isMerged: Bool) throws -> GroupedState
    /// Ascending by key; those before `firstLive` are expired and gone.
    private var slices: [Slice?] = []
    private var firstLive = 0
    private var running: GroupedState?
    private var isTracking = false
    /// Slices that were freed since the last barrier and may be stored.
    private var freed: [Slice] = []

    /// Makes an empty store; `makeState` is told whether the state is one that others are merged into.
    init(_ geometry: WindowGeometry, makeState: @escaping (_ isMerged: Bool) throws -> GroupedState) {
        self.geometry = geometry
        self.makeState = makeState
    }

    /// Bytes held.
    var byteCount: Int {
        let held = slices.reduce(running?.byteCount ?? 0) { $0 + ($1?.state.byteCount ?? 0) }
        return freed.reduce(held) { $0 + $1.state.byteCount }
    }

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
        if isTracking { slice.state.startTracking() }
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
            if !geometry.isGroupWindow, !target.mergesInOrder {
                members.sort { $0.key.isMergedBackwards(before: $1.key) }
            }
            for slice in members { try target.merge(slice.state) }
            return target
        }
        running = target
        // After a restart all of them are merged at once, in the order in which they were merged before.
        for slice in members.filter({ !$0.isMerged }).sorted(by: { $0.key.isMerged(before: $1.key) }) {
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
            if slice.isStored { freed.append(slice) }
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

// MARK: Stored state

/// Slices lie in one table, with their end and the first window that they count in behind the keys of the groups.
///
/// The merged state of overlapping windows is not stored: it is made of the slices again.
extension SliceStore {
    private static let markTypes: [DataType] = [.notNull(.bigint), .notNull(.bigint)]

    /// The table of groups, and those of what they hold many of.
    func stateTables(scope: StateTable.Scope) throws -> [StateTable] {
        try makeState(false).stateTables("slices", markTypes: Self.markTypes, scope: scope)
    }

    /// Stores what has changed, in tables `firstTable` and following; a slice that comes and goes between two barriers
    /// is never stored.
    func save(into snapshot: StateSnapshot, firstTable: Int) {
        for slice in freed { slice.state.removeStored(from: snapshot, firstTable: firstTable, marks: slice.marks) }
        freed = []
        for case let slice? in slices {
            slice.state.save(into: snapshot, firstTable: firstTable, marks: slice.marks)
            slice.isStored = true
        }
    }

    /// Takes over what was stored, and notes from now on what changes.
    ///
    /// - Parameters:
    ///   - tableCount: how many tables there are.
    ///   - keyCount: how many columns identify a group.
    func restore(from reader: StateReader, firstTable: Int, tableCount: Int, keyCount: Int) throws {
        isTracking = true
        for place in 0..<tableCount {
            try reader.forEachChunk(of: firstTable + place) { keys, values, rowCount in
                for (key, rows) in Self.slices(keys[keyCount], keys[keyCount + 1], rowCount) {
                    let chosen = SelectionVector(rows)
                    let own = keys.map { $0.gathered(chosen) }
                    let rest = values.map { $0.gathered(chosen) }
                    let slice = try slice(key)
                    slice.isStored = true
                    let names = Array(own.prefix(keyCount))
                    if place == 0 {
                        slice.state.restore(keys: names, values: rest, rowCount: rows.count)
                    } else {
                        let elementKeys = own.dropFirst(keyCount + 2)
                        slice.state.restoreElements(
                            place - 1,
                            keys: names,
                            elementKeys: elementKeys,
                            values: rest,
                            rows.count
                        )
                    }
                }
            }
        }
        for case let slice? in slices { slice.state.endRestoring() }
    }

    /// The rows of each slice.
    private static func slices(_ ends: Column, _ firsts: Column, _ rowCount: Int) -> [SliceKey: [Int32]] {
        let (end, first) = (ends.flattened(), firsts.flattened())
        var rows: [SliceKey: [Int32]] = [:]
        for row in 0..<rowCount {
            let key = SliceKey(end: end.int64s[row], firstWindow: first.int64s[row])
            rows[key, default: []].append(Int32(truncatingIfNeeded: row))
        }
        return rows
    }
}

extension SliceKey {
    /// The order in which Flink merges the slices of the table function HOP: from the last to the first, which shows in
    /// lists.
    fileprivate func isMergedBackwards(before other: SliceKey) -> Bool {
        end == other.end ? firstWindow < other.firstWindow : end > other.end
    }

    /// The order in which slices are merged into a window that grows: by the window that counts them first.
    fileprivate func isMerged(before other: SliceKey) -> Bool {
        (firstWindow, end) < (other.firstWindow, other.end)
    }
}
