import SluiceColumns

/// Row numbers ordered by a time: a heap from which those that are due come out, earliest first.
///
/// Rows of equal times come out in the order they went in. An entry takes 16 bytes.
struct TimeQueue: ~Copyable {
    /// One row.
    struct Entry: BitwiseCopyable {
        var micros: Int64
        var number: UInt32
        /// Counts entries, and wraps around.
        var order: UInt32

        func isBefore(_ other: Entry) -> Bool {
            micros != other.micros ? micros < other.micros : Int32(bitPattern: order &- other.order) < 0
        }
    }

    private var entries = GrowableLane<Entry>()
    private var nextOrder: UInt32 = 0

    /// Bytes held.
    var byteCount: Int { entries.byteCount }

    /// Entries.
    var count: Int { entries.count }

    /// The earliest time; nil where there is none.
    var earliest: Int64? { entries.count == 0 ? nil : entries[0].micros }

    /// Adds a row.
    mutating func insert(_ number: UInt32, at micros: Int64) {
        let entry = Entry(micros: micros, number: number, order: nextOrder)
        nextOrder &+= 1
        entries.append(entry)
        var place = entries.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            if !entry.isBefore(entries[parent]) { break }
            entries[place] = entries[parent]
            place = parent
        }
        entries[place] = entry
    }

    /// Takes the earliest row out, where its time is not after `micros`.
    mutating func popFirst(through micros: Int64) -> UInt32? {
        guard let earliest, earliest <= micros else { return nil }
        let number = entries[0].number
        let last = entries[entries.count - 1]
        entries.truncate(to: entries.count - 1)
        if entries.count > 0 { sink(last) }
        return number
    }

    private mutating func sink(_ entry: Entry) {
        var place = 0
        while true {
            var child = 2 * place + 1
            if child >= entries.count { break }
            if child + 1 < entries.count && entries[child + 1].isBefore(entries[child]) { child += 1 }
            if !entries[child].isBefore(entry) { break }
            entries[place] = entries[child]
            place = child
        }
        entries[place] = entry
    }
}
