import SluiceColumns

/// What groups hold many of, stored element by element: the values of a list, a multiset or a set.
///
/// Which elements change is noted from `startTracking` on. Elements of a group that was reset are not reported as gone:
/// whoever resets a group takes all of its stored elements away.
package protocol GroupElements: AnyObject {
    /// Types of the columns that tell an element from the others of its group.
    var elementKeyTypes: [DataType] { get }
    /// Types of its other columns.
    var elementValueTypes: [DataType] { get }
    /// Notes from now on which elements change.
    func startTracking()
    /// The elements that have changed since the last call.
    func takeChanges() -> ElementChanges
    /// Adds elements that were stored, in any order; each once.
    func restore(groups: Span<UInt32>, keys: [Column], values: [Column])
    /// All elements of the given groups have been restored.
    func endRestoring(groups: [UInt32])
}

extension GroupElements {
    package func endRestoring(groups: [UInt32]) {}
}

/// Elements of groups that have changed: those that are there with what they are now, and those that are not.
package struct ElementChanges {
    /// The group of each element that is there.
    package var groups: [UInt32] = []
    /// The columns that identify it.
    package var keys: [Column] = []
    /// Its other columns.
    package var values: [Column] = []
    /// The group of each element that is gone.
    package var goneGroups: [UInt32] = []
    /// The columns that identify it.
    package var goneKeys: [Column] = []

    /// Makes changes.
    package init(
        groups: [UInt32],
        keys: [Column],
        values: [Column],
        goneGroups: [UInt32],
        goneKeys: [Column]
    ) {
        self.groups = groups
        self.keys = keys
        self.values = values
        self.goneGroups = goneGroups
        self.goneKeys = goneKeys
    }
}

/// Notes of which elements of which groups have changed, each about once.
struct ElementLog<Key: Comparable> {
    private struct Entry: Comparable {
        var group: UInt32
        var key: Key

        static func < (lhs: Entry, rhs: Entry) -> Bool {
            lhs.group == rhs.group ? lhs.key < rhs.key : lhs.group < rhs.group
        }
    }

    private var entries: [Entry] = []
    private var limit = ElementLog.leastLimit
    private(set) var isTracking = false

    private static var leastLimit: Int { 4_096 }

    /// Notes from now on.
    mutating func start() { isTracking = true }

    /// Notes that an element has changed; does nothing before `start`.
    mutating func note(_ group: Int, _ key: @autoclosure () -> Key) {
        guard isTracking else { return }
        entries.append(Entry(group: UInt32(truncatingIfNeeded: group), key: key()))
        guard entries.count >= limit else { return }
        // An element that changes all the time takes no more room than two of the others.
        removeRepeated()
        limit = max(Self.leastLimit, 2 * entries.count)
    }

    private mutating func removeRepeated() {
        entries.sort()
        var kept = 0
        for index in entries.indices where index == 0 || entries[index] != entries[kept - 1] {
            entries[kept] = entries[index]
            kept += 1
        }
        entries.removeSubrange(kept...)
    }

    /// Hands out what was noted, each element once, by group and key; nothing is noted then.
    mutating func take(_ body: (_ group: UInt32, _ key: Key) -> Void) {
        removeRepeated()
        for entry in entries { body(entry.group, entry.key) }
        entries.removeAll(keepingCapacity: entries.count <= Self.leastLimit)
        limit = Self.leastLimit
    }

    /// Bytes held.
    var byteCount: Int { entries.capacity * MemoryLayout<Entry>.stride }
}
