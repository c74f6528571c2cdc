/// Row numbers ordered by a time, from which those that are due come out, earliest first.
///
/// Rows of equal times come out in the order they went in. An entry takes 16 bytes.
struct TimeQueue {
    /// One row.
    struct Entry: Comparable {
        var micros: Int64
        var number: UInt32
        /// Counts entries, and wraps around.
        var order: UInt32

        static func < (lhs: Entry, rhs: Entry) -> Bool {
            lhs.micros != rhs.micros ? lhs.micros < rhs.micros : Int32(bitPattern: lhs.order &- rhs.order) < 0
        }
    }

    private var entries = BinaryHeap<Entry>()
    private var nextOrder: UInt32 = 0

    /// Makes an empty queue.
    init() {}

    /// Bytes held.
    var byteCount: Int { entries.byteCount }

    /// Entries.
    var count: Int { entries.count }

    /// The earliest time; nil where there is none.
    var earliest: Int64? { entries.first?.micros }

    /// Adds a row.
    mutating func insert(_ number: UInt32, at micros: Int64) {
        entries.append(Entry(micros: micros, number: number, order: nextOrder))
        nextOrder &+= 1
    }

    /// Takes the earliest row out, where its time is not after `micros`.
    mutating func popFirst(through micros: Int64) -> UInt32? {
        guard let first = entries.first, first.micros <= micros else { return nil }
        entries.removeFirst()
        return first.number
    }
}
