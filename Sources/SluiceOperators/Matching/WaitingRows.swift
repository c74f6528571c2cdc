/// A row that waits for the watermark.
///
/// Rows are ordered by time, and as they came where that is the same.
struct WaitingRow: Comparable {
    /// Event time, or the wall clock, in microseconds.
    var micros: Int64
    /// Counts the rows as they came.
    var arrival: UInt64
    /// Number of the partition.
    var partition: UInt32
    /// Number in the row store.
    var row: UInt32
    /// The conditions that hold and depend on the row alone, a bit for each variable.
    var truths: UInt64

    static func < (lhs: WaitingRow, rhs: WaitingRow) -> Bool {
        (lhs.micros, lhs.arrival) < (rhs.micros, rhs.arrival)
    }
}

/// When a partition must be looked at although no row of its own has come.
struct MatchTimer: Comparable {
    /// Event time in microseconds.
    var micros: Int64
    /// Number of the partition.
    var partition: UInt32

    static func < (lhs: MatchTimer, rhs: MatchTimer) -> Bool { lhs.micros < rhs.micros }
}

/// The watermarks through which time moves between two calls, ascending.
///
/// A row is taken through the pattern when the watermark reaches it. What then comes out has the watermark before as
/// its running one, so that these must be known although many of them come with one batch.
struct WatermarkSteps {
    /// The watermark before the first step.
    private(set) var before: Int64
    private(set) var marks: [Int64] = []

    init(after before: Int64) { self.before = before }

    /// Adds a watermark where it is later than all so far.
    mutating func append(_ mark: Int64) {
        if mark > marks.last ?? before { marks.append(mark) }
    }

    /// The last watermark before the first one that reaches `micros`.
    func mark(before micros: Int64) -> Int64 {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle] < micros { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? before : marks[low - 1]
    }
}
