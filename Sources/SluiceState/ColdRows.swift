import SluiceColumns

/// The rows of an operator's state that are stored and not in memory: which rows become some of them, and how they come
/// back.
///
/// Where checkpoints are stored, a row that is stored as it is may be forgotten at any barrier. Otherwise rows are
/// written to a storage that need not survive the process, as they go (`StateSpill`). Single-threaded: it belongs to
/// one operator on one shard.
package final class ColdRows {
    /// Gives rows back.
    package let reader: StateReader
    /// Takes rows that go; nil where checkpoints have stored them.
    package let spill: StateSpill?
    /// Whether there is any such row: else nobody needs to ask.
    package private(set) var hasAny: Bool
    /// What has happened so far.
    package private(set) var counters = ColdCounters()
    /// The number that is looked at next.
    private var hand = 0

    /// Makes the account of an operator whose state is stored in checkpoints; `hasAny` says whether there is any.
    package init(_ reader: StateReader, hasAny: Bool) {
        self.reader = reader
        self.hasAny = hasAny
        spill = nil
    }

    /// Makes the account of an operator that puts rows into `spill`.
    package init(_ spill: StateSpill) {
        reader = spill.reader
        hasAny = false
        self.spill = spill
    }

    /// When rows have to go.
    package var policy: EvictionPolicy { reader.eviction }

    /// Looks for rows of a table; each key once.
    ///
    /// - Parameter isCounted: whether these are not the keys of an earlier call in another table.
    package func rows(
        of table: Int,
        keys: [Column],
        rowCount: Int,
        isCounted: Bool = true
    ) throws -> StateReader.FoundRows {
        let found = try reader.rows(of: table, keys: keys, rowCount: rowCount)
        if isCounted { noteRead(rowCount, found: found.rows.count) }
        counters.bytesRead += found.byteCount
        return found
    }

    /// Notes that keys were looked for, and how many of them were there.
    package func noteRead(_ count: Int, found: Int) {
        counters.lookups += count
        counters.found += found
    }

    /// Notes that rows were needed and in memory.
    package func noteHits(_ count: Int) { counters.hits += count }

    /// Notes that rows have gone.
    package func noteEvicted(_ count: Int) {
        counters.evictions += count
        hasAny = true
    }

    /// What is to become of a number that the hand has come to.
    package enum Verdict {
        /// It stays, also the next time.
        case stays
        /// It goes, unless it is used until the hand comes again.
        case waits
        /// It goes.
        case goes
    }

    /// Chooses numbers below `bound`, `wanted` at most, by second chance: the hand goes on from where it was, twice
    /// around at most.
    package func choose(_ wanted: Int, below bound: Int, _ judge: (_ number: Int) -> Verdict) -> [UInt32] {
        var chosen: [UInt32] = []
        if wanted <= 0 || bound == 0 { return chosen }
        var number = hand < bound ? hand : 0
        var rest = 2 * bound
        while rest > 0, chosen.count < wanted {
            if case .goes = judge(number) { chosen.append(UInt32(truncatingIfNeeded: number)) }
            number = number + 1 == bound ? 0 : number + 1
            rest -= 1
        }
        hand = number
        return chosen
    }
}

/// What became of rows that need not be in memory.
package struct ColdCounters: Sendable, Hashable {
    /// Rows that were needed and in memory.
    package var hits = 0
    /// Rows that were looked for in the storage.
    package var lookups = 0
    /// Those of them that were there.
    package var found = 0
    /// Rows that left memory.
    package var evictions = 0
    /// Bytes of the rows that were read back.
    package var bytesRead = 0

    /// Makes empty counters.
    package init() {}

    /// Those of two operators or shards.
    package static func + (one: ColdCounters, other: ColdCounters) -> ColdCounters {
        var sum = one
        sum.hits += other.hits
        sum.lookups += other.lookups
        sum.found += other.found
        sum.evictions += other.evictions
        sum.bytesRead += other.bytesRead
        return sum
    }
}
