import SluicePlan

/// Groups by the end of their window, least first.
struct WindowCalendar {
    /// Ascending.
    private var ends: [Int64] = []
    private var groups: [Int64: [UInt32]] = [:]
    private var groupCount = 0

    /// The least end.
    var firstEnd: Int64? { ends.first }

    /// Bytes held, about.
    var byteCount: Int { ends.count * 48 + groupCount * 4 }

    /// Files a group.
    mutating func add(_ group: UInt32, end: Int64) {
        groupCount += 1
        if groups[end, default: []].isEmpty {
            var position = ends.count
            while position > 0 && ends[position - 1] > end { position -= 1 }
            ends.insert(end, at: position)
        }
        groups[end, default: []].append(group)
    }

    /// Takes out the groups of the least end.
    mutating func removeFirst() -> [UInt32] {
        let taken = groups.removeValue(forKey: ends.removeFirst()) ?? []
        groupCount -= taken.count
        return taken
    }
}

/// Groups whose result waits for the wall clock; all wait equally long, so the first to come is the first to be due.
struct DelayedResults {
    /// A group that waits, with which of its lives it was.
    struct Entry {
        var group: UInt32
        var life: UInt32
        var dueMicros: Int64
    }
    private let delayMicros: Int64
    private var entries: [Entry] = []
    private var first = 0

    /// Makes an empty queue for results that are given now and then; for others it stays empty.
    init(_ firing: EmitStrategy.Firing?) {
        if case .periodic(let micros)? = firing { delayMicros = micros } else { delayMicros = 0 }
    }

    /// When the first is due, microseconds since the epoch; nil where none waits.
    var dueMicros: Int64? { first < entries.count ? entries[first].dueMicros : nil }

    /// Bytes held.
    var byteCount: Int { entries.capacity * MemoryLayout<Entry>.stride }

    /// Adds a group at a time that never goes back.
    mutating func add(_ group: UInt32, life: UInt32, nowMicros: Int64) {
        entries.append(Entry(group: group, life: life, dueMicros: nowMicros + delayMicros))
    }

    /// When the groups are due that wait in one of the lives that `life` gives; for those that wait twice, the last.
    func dueTimes(life: (UInt32) -> UInt32) -> [UInt32: Int64] {
        var times: [UInt32: Int64] = [:]
        for entry in entries[first...] where life(entry.group) == entry.life { times[entry.group] = entry.dueMicros }
        return times
    }

    /// Takes over groups that waited before a restart, with when they are due.
    mutating func restore(_ waiting: [Entry]) {
        entries = waiting.sorted { $0.dueMicros < $1.dueMicros }
        first = 0
    }

    /// Takes out what is due.
    mutating func takeDue(nowMicros: Int64) -> ArraySlice<Entry> {
        var end = first
        while end < entries.count, entries[end].dueMicros <= nowMicros { end += 1 }
        let due = entries[first..<end]
        first = end
        if first > 1_024 && first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return due
    }
}
