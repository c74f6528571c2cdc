/// Numbers in the order of their times, those of equal time in the order in which they came.
///
/// It holds sorted runs, each much longer than the next one, so that a number is moved a logarithm of the count times,
/// however much disorder there is.
struct TimeRuns {
    /// A number with its time.
    struct Entry: BitwiseCopyable {
        var micros: Int64
        var number: UInt32
        /// Place among those that were added together.
        var position: UInt32

        init(_ micros: Int64, _ number: UInt32, position: Int) {
            self.micros = micros
            self.number = number
            self.position = UInt32(truncatingIfNeeded: position)
        }
    }

    private struct Run {
        var entries: [Entry]
        /// The first that is still waiting.
        var first = 0

        var count: Int { entries.count - first }
    }

    /// Older runs first.
    private var runs: [Run] = []

    /// Numbers waiting.
    var count: Int { runs.reduce(0) { $0 + $1.count } }

    /// Bytes held.
    var byteCount: Int { runs.reduce(0) { $0 + $1.entries.count * MemoryLayout<Entry>.stride } }

    /// Adds numbers, in any order of their times; their positions ascend.
    mutating func push(_ entries: [Entry]) {
        if entries.isEmpty { return }
        var sorted = entries
        if !Self.isSorted(sorted) { sorted.sort { ($0.micros, $0.position) < ($1.micros, $1.position) } }
        runs.append(Run(entries: sorted))
        while runs.count > 1, runs[runs.count - 1].count * 2 >= runs[runs.count - 2].count {
            let younger = runs.removeLast()
            let older = runs.removeLast()
            runs.append(Run(entries: Self.merged(older.entries[older.first...], younger.entries[younger.first...])))
        }
    }

    private static func isSorted(_ entries: [Entry]) -> Bool {
        for index in 1..<max(1, entries.count) where entries[index].micros < entries[index - 1].micros { return false }
        return true
    }

    /// Takes out all numbers whose time is at most `micros`, in order.
    mutating func take(through micros: Int64) -> [Entry] {
        var due: [Entry] = []
        for index in runs.indices {
            let end = Self.end(of: runs[index].entries, from: runs[index].first, through: micros)
            if end == runs[index].first { continue }
            let part = runs[index].entries[runs[index].first..<end]
            due = due.isEmpty ? Array(part) : Self.merged(due[...], part)
            runs[index].first = end
        }
        runs.removeAll { $0.count == 0 }
        for index in runs.indices where runs[index].first * 2 > runs[index].entries.count {
            runs[index].entries.removeFirst(runs[index].first)
            runs[index].first = 0
        }
        return due
    }

    /// Index of the first entry from `start` on that is later than `micros`.
    private static func end(of entries: [Entry], from start: Int, through micros: Int64) -> Int {
        var low = start
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].micros <= micros { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Both in order; at equal times the older come first.
    private static func merged(_ older: ArraySlice<Entry>, _ younger: ArraySlice<Entry>) -> [Entry] {
        guard let last = older.last, let first = younger.first else { return Array(older) + younger }
        var result: [Entry] = []
        result.reserveCapacity(older.count + younger.count)
        if last.micros <= first.micros { return result + older + younger }
        var left = older.startIndex
        var right = younger.startIndex
        while left < older.endIndex && right < younger.endIndex {
            if younger[right].micros < older[left].micros {
                result.append(younger[right])
                right += 1
            } else {
                result.append(older[left])
                left += 1
            }
        }
        result += older[left...]
        result += younger[right...]
        return result
    }
}
