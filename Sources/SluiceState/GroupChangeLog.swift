import SluiceColumns

/// Which groups of a key table have changed since the last barrier, and which of them are gone.
///
/// A group that is gone keeps its number until the barrier, so that its key can still be had: whoever owns the table
/// takes it out when `take` names it. Where the key comes again before, the group goes on under its number. Nothing is
/// noted before `startTracking`, so that jobs without stored state pay nothing. Single-threaded: it belongs to one
/// operator on one shard.
package struct GroupChangeLog: ~Copyable {
    /// Whether changes are noted.
    package private(set) var isTracking = false
    /// Per group the bits below.
    private var marks = GrowableLane<UInt8>()
    /// The groups that have changed, each once.
    private var groups: [UInt32] = []

    private static let isChanged: UInt8 = 1
    private static let isGone: UInt8 = 2
    /// It has begun anew since the last barrier.
    private static let isCleared: UInt8 = 4
    /// The storage has it.
    private static let isStored: UInt8 = 8

    /// Makes an empty log.
    package init() {}

    /// Bytes held.
    package var byteCount: Int { isTracking ? marks.byteCount + groups.capacity * 4 : 0 }

    /// Groups that have changed since the last barrier.
    package var count: Int { groups.count }

    /// What has happened since the last barrier.
    package struct Changes {
        /// Groups that are there and are to be stored.
        package var changed: [UInt32] = []
        /// Groups that are not there any more and are stored.
        package var removed: [UInt32] = []
        /// Groups that are stored and have begun anew, or are gone: what else is stored for them is of no use.
        package var cleared: [UInt32] = []
        /// Groups that are not there any more, stored or not: their numbers can be given out again.
        package var gone: [UInt32] = []
    }

    /// Notes from now on what changes.
    package mutating func startTracking() { isTracking = true }

    /// Notes that groups are there and have changed.
    package mutating func change(_ numbers: Span<UInt32>) {
        guard isTracking else { return }
        for index in 0..<numbers.count { note(numbers[index], adding: 0, taking: Self.isGone) }
    }

    /// Notes that groups have begun anew under their numbers.
    package mutating func clear(_ numbers: Span<UInt32>) {
        guard isTracking else { return }
        for index in 0..<numbers.count { note(numbers[index], adding: Self.isCleared, taking: Self.isGone) }
    }

    /// Notes that groups are gone.
    package mutating func remove(_ numbers: Span<UInt32>) {
        guard isTracking else { return }
        for index in 0..<numbers.count { note(numbers[index], adding: Self.isGone | Self.isCleared, taking: 0) }
    }

    /// Notes that the storage has groups as they are.
    package mutating func restore(_ numbers: Span<UInt32>) {
        for index in 0..<numbers.count {
            marks.resize(to: Int(numbers[index]) + 1, filling: 0)
            marks[Int(numbers[index])] = Self.isStored
        }
    }

    @inline(__always)
    private mutating func note(_ number: UInt32, adding: UInt8, taking: UInt8) {
        marks.resize(to: Int(number) + 1, filling: 0)
        let old = marks[Int(number)]
        if old & Self.isChanged == 0 { groups.append(number) }
        marks[Int(number)] = (old | Self.isChanged | adding) & ~taking
    }

    /// Whether a group is gone since the last barrier.
    package func isGone(_ number: UInt32) -> Bool {
        Int(number) < marks.count && marks[Int(number)] & Self.isGone != 0
    }

    /// Whether a group has changed since the last barrier.
    package func hasChanged(_ number: UInt32) -> Bool {
        Int(number) < marks.count && marks[Int(number)] & Self.isChanged != 0
    }

    /// Whether the storage has a group as it was at the last barrier and still is.
    package func isClean(_ number: UInt32) -> Bool {
        Int(number) < marks.count && marks[Int(number)] & (Self.isStored | Self.isChanged) == Self.isStored
    }

    /// Notes that numbers belong to no group any more.
    package mutating func forget(_ numbers: Span<UInt32>) {
        for index in 0..<numbers.count where Int(numbers[index]) < marks.count { marks[Int(numbers[index])] = 0 }
    }

    /// Whether the storage has a group.
    package func isStored(_ number: UInt32) -> Bool {
        Int(number) < marks.count && marks[Int(number)] & Self.isStored != 0
    }

    /// What has happened since the last call; what is there counts as stored from now on.
    package mutating func take() -> Changes {
        var changes = Changes()
        for number in groups {
            let mark = marks[Int(number)]
            let isGone = mark & Self.isGone != 0
            if mark & Self.isStored != 0 && mark & Self.isCleared != 0 { changes.cleared.append(number) }
            if isGone {
                if mark & Self.isStored != 0 { changes.removed.append(number) }
                changes.gone.append(number)
            } else {
                changes.changed.append(number)
            }
            marks[Int(number)] = isGone ? 0 : Self.isStored
        }
        groups.removeAll(keepingCapacity: groups.count < 1 << 16)
        return changes
    }
}
