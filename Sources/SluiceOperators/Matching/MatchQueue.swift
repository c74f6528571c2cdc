/// A match that has begun: how far it has got.
struct PartialMatch: Hashable {
    /// The state that waits for a row.
    var state: Int
    /// The row taken last, as a node of the history; `MatchHistory.none` where there is none yet.
    var node: UInt32
    /// Number of the first row in the order of its partition; `UInt64.max` where there is none yet.
    var start: UInt64
    /// Time of the first row.
    var startMicros: Int64

    /// Whether no row has been taken.
    var isFresh: Bool { start == .max }

    /// A match without any row, in the start state.
    static func fresh(_ state: Int) -> PartialMatch {
        PartialMatch(state: state, node: MatchHistory.none, start: .max, startMicros: .max)
    }
}

/// Matches by their first row, earliest first.
///
/// A binary heap: of matches that begin with the same row it decides which one is looked at first, and so which one is
/// given where the others are skipped. It therefore moves its elements exactly as the priority queue does that Flink
/// uses.
struct MatchQueue {
    /// The matches as they lie in the heap.
    private(set) var items: [PartialMatch] = []

    init() {}

    /// Makes a heap whose matches lie as they lay in another one.
    init(items: [PartialMatch]) { self.items = items }

    /// The earliest.
    var first: PartialMatch? { items.first }

    mutating func append(_ match: PartialMatch) {
        items.append(match)
        var place = items.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            if match.start >= items[parent].start { break }
            items[place] = items[parent]
            place = parent
        }
        items[place] = match
    }

    /// Takes the earliest out.
    mutating func removeFirst() {
        let last = items.removeLast()
        if !items.isEmpty { sink(last, from: 0) }
    }

    /// Takes out all matches for which `isGone`.
    mutating func removeAll(where isGone: (PartialMatch) -> Bool) {
        let before = items.count
        items.removeAll(where: isGone)
        guard items.count < before else { return }
        for place in stride(from: items.count / 2 - 1, through: 0, by: -1) { sink(items[place], from: place) }
    }

    /// Puts `match` at `start` or below, where it belongs.
    private mutating func sink(_ match: PartialMatch, from start: Int) {
        var place = start
        while place < items.count / 2 {
            var child = 2 * place + 1
            if child + 1 < items.count, items[child].start > items[child + 1].start { child += 1 }
            if match.start <= items[child].start { break }
            items[place] = items[child]
            place = child
        }
        items[place] = match
    }
}
