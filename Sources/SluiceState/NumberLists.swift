import SluiceColumns

/// A list of numbers for each group, all in one block: sorted rows of a partition, rows that wait under a key.
///
/// A list has room for a power of two of numbers; room that is outgrown is given to other lists. Single-threaded: it
/// belongs to one operator on one shard.
package struct NumberLists: ~Copyable {
    private var slots = GrowableLane<UInt32>()
    /// Per group where its list begins.
    private var starts = GrowableLane<UInt32>()
    private var counts = GrowableLane<UInt32>()
    /// Per group the power of two that its list has room for, or `noRoom`.
    private var rooms = GrowableLane<UInt8>()
    /// By power of two where there is room that no list uses.
    private var freeStarts = [[UInt32]](repeating: [], count: 32)

    private static let noRoom = UInt8.max

    /// Makes lists for no group.
    package init() {}

    /// Bytes held.
    package var byteCount: Int { slots.byteCount + starts.byteCount + counts.byteCount + rooms.byteCount }

    /// Makes empty lists for all groups below `groupBound` that have none.
    package mutating func reserve(groupBound: Int) {
        starts.resize(to: groupBound, filling: 0)
        counts.resize(to: groupBound, filling: 0)
        rooms.resize(to: groupBound, filling: Self.noRoom)
    }

    /// Numbers in the list of `group`.
    package func count(of group: UInt32) -> Int { Int(counts[Int(group)]) }

    /// The number at `index` of the list of `group`.
    package subscript(group: UInt32, index: Int) -> UInt32 {
        get {
            assert(index < count(of: group))
            return slots[Int(starts[Int(group)]) + index]
        }
        set {
            assert(index < count(of: group))
            slots[Int(starts[Int(group)]) + index] = newValue
        }
    }

    /// Puts a number in front of what is at `index`.
    package mutating func insert(_ number: UInt32, at index: Int, of group: UInt32) {
        let count = count(of: group)
        precondition(index <= count)
        if rooms[Int(group)] == Self.noRoom || count == 1 << Int(rooms[Int(group)]) { grow(group) }
        let start = Int(starts[Int(group)])
        var place = start + count
        while place > start + index {
            slots[place] = slots[place - 1]
            place -= 1
        }
        slots[place] = number
        counts[Int(group)] += 1
    }

    /// Takes the number at `index` out.
    package mutating func remove(at index: Int, of group: UInt32) {
        let count = count(of: group)
        precondition(index < count)
        let start = Int(starts[Int(group)])
        for place in start + index..<start + count - 1 { slots[place] = slots[place + 1] }
        counts[Int(group)] -= 1
    }

    /// Empties the list of `group` and gives its room back.
    package mutating func clear(_ group: UInt32) {
        let room = rooms[Int(group)]
        if room != Self.noRoom { freeStarts[Int(room)].append(starts[Int(group)]) }
        rooms[Int(group)] = Self.noRoom
        counts[Int(group)] = 0
    }

    private mutating func grow(_ group: UInt32) {
        let old = rooms[Int(group)]
        let room = old == Self.noRoom ? 0 : Int(old) + 1
        let start: UInt32
        if let free = freeStarts[room].popLast() {
            start = free
        } else {
            start = UInt32(truncatingIfNeeded: slots.count)
            slots.resize(to: slots.count + 1 << room, filling: 0)
        }
        let from = Int(starts[Int(group)])
        for index in 0..<count(of: group) { slots[Int(start) + index] = slots[from + index] }
        if old != Self.noRoom { freeStarts[Int(old)].append(starts[Int(group)]) }
        starts[Int(group)] = start
        rooms[Int(group)] = UInt8(truncatingIfNeeded: room)
    }
}
