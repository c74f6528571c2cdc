import SluicePlan

/// Runs the machine of a pattern over the rows of every partition, one row at a time.
///
/// Which matches are given, and in which order, is Flink's rule:
///
/// - Every row may begin a match. A row moves every match of its partition on, and a match that it fits nowhere ends.
/// - A complete match waits until no match that began earlier is still going on.
/// - When it is given, the matches that AFTER MATCH SKIP jumps over end, complete or not.
/// - A match that is older than WITHIN ends before the next row is looked at.
///
/// The caller tells what holds of a row, for each match anew.
final class PatternMatcher {
    /// The state of one partition.
    private struct Partition {
        /// Matches going on; empty stands for the fresh match alone.
        var ongoing = MatchQueue()
        /// Complete matches that wait for earlier ones.
        var complete = MatchQueue()
    }

    let automaton: PatternAutomaton
    let history: MatchHistory
    private let skip: MatchSpecification.Skip
    private let withinMicros: Int64?
    private let freshAlone: [PartialMatch]
    private var partitions: [Partition] = []
    private var nextSequence: UInt64 = 0

    init(_ specification: MatchSpecification, history: MatchHistory) {
        automaton = PatternAutomaton(specification.pattern)
        freshAlone = [.fresh(automaton.start)]
        self.history = history
        skip = specification.skip
        withinMicros = specification.withinMicros
    }

    /// Bytes held, about.
    var byteCount: Int {
        partitions.reduce(partitions.count * MemoryLayout<Partition>.stride) {
            $0 + ($1.ongoing.items.count + $1.complete.items.count) * MemoryLayout<PartialMatch>.stride
        }
    }

    /// Makes room for partitions `0 ..< bound`.
    func reserve(bound: Int) {
        while partitions.count < bound { partitions.append(Partition()) }
    }

    /// Whether a partition holds nothing that could become a match.
    func isIdle(_ partition: UInt32) -> Bool {
        partitions[Int(partition)].ongoing.items.isEmpty && partitions[Int(partition)].complete.items.isEmpty
    }

    /// The matches that the next row of a partition meets, the fresh one among them.
    func ongoing(_ partition: UInt32) -> [PartialMatch] {
        let items = partitions[Int(partition)].ongoing.items
        return items.isEmpty ? freshAlone : items
    }

    /// When the oldest match of a partition is too old; nil where none ever is.
    func deadline(_ partition: UInt32) -> Int64? {
        partitions[Int(partition)].ongoing.first.flatMap(deadline)
    }

    private func deadline(_ match: PartialMatch) -> Int64? {
        guard let withinMicros, !match.isFresh else { return nil }
        let (deadline, overflows) = match.startMicros.addingReportingOverflow(withinMicros)
        return overflows ? nil : deadline
    }

    /// Ends the oldest match of a partition, and all that are as old, and gives what waited for them.
    ///
    /// - Returns: the last nodes of the matches, each held for the caller.
    func expireOldest(_ partition: UInt32) throws -> [UInt32] {
        guard let oldest = deadline(partition) else { return [] }
        var kept = MatchQueue()
        for match in partitions[Int(partition)].ongoing.items {
            if let deadline = deadline(match), deadline <= oldest {
                history.release(match.node)
            } else {
                kept.append(match)
            }
        }
        return try settle(partition, &kept)
    }

    /// Moves every match of a partition on by one row.
    ///
    /// - Parameter truths: what holds of the row for each of `ongoing(partition)`, in that order.
    /// - Returns: the last nodes of the matches to be given, each held for the caller.
    func process(_ partition: UInt32, row: UInt32, micros: Int64, truths: Span<UInt64>) throws -> [UInt32] {
        let sequence = nextSequence
        nextSequence += 1
        var moved = MatchQueue()
        var finished = MatchQueue()
        // The fresh match goes into the queue at its turn, but not where it would be alone.
        var owesFresh = false
        let matches = ongoing(partition)
        for (index, match) in matches.enumerated() {
            let holding = truths[index]
            automaton.forEachTake(from: match.state, holding) { source, target in
                let variable = automaton.states[source].variable
                let node = history.append(row, variable, sequence: sequence, behind: match.node)
                let next = PartialMatch(
                    state: target,
                    node: node,
                    start: match.isFresh ? sequence : match.start,
                    startMicros: match.isFresh ? micros : match.startMicros
                )
                if target == PatternAutomaton.final {
                    finished.append(next)
                    return
                }
                if owesFresh {
                    moved.append(freshAlone[0])
                    owesFresh = false
                }
                moved.append(next)
                if automaton.isComplete(after: target, holding) {
                    history.retain(node)
                    finished.append(next)
                }
            }
            if match.isFresh {
                owesFresh = moved.items.isEmpty
                if !owesFresh { moved.append(match) }
            }
            history.release(match.node)
        }
        for match in finished.items { partitions[Int(partition)].complete.append(match) }
        return try settle(partition, &moved)
    }

    /// Gives the complete matches that no earlier one holds up, and makes `ongoing` the state of the partition.
    private func settle(_ partition: UInt32, _ ongoing: inout MatchQueue) throws -> [UInt32] {
        let index = Int(partition)
        var given: [UInt32] = []
        while let match = partitions[index].complete.first, match.start <= ongoing.first?.start ?? .max {
            partitions[index].complete.removeFirst()
            let last = try lastSkipped(match)
            prune(&ongoing, through: last)
            prune(&partitions[index].complete, through: last)
            given.append(match.node)
        }
        let isFreshAlone = ongoing.items.count == 1 && ongoing.items[0].isFresh
        partitions[index].ongoing = isFreshAlone ? MatchQueue() : ongoing
        return given
    }

    private func prune(_ queue: inout MatchQueue, through last: UInt64?) {
        guard let last else { return }
        queue.removeAll { match in
            guard !match.isFresh, match.start <= last else { return false }
            history.release(match.node)
            return true
        }
    }

    /// The last row with which no match may begin after `match`; nil where all may.
    private func lastSkipped(_ match: PartialMatch) throws -> UInt64? {
        let target: UInt32
        switch skip {
        case .toNextRow: return match.start
        case .pastLastRow: return history.sequence(match.node)
        case .toFirst(let variable): target = history.first(of: variable, in: match.node)
        case .toLast(let variable): target = history.last(of: variable, in: match.node)
        }
        guard target != MatchHistory.none else {
            throw RuntimeError(
                .user,
                "matchSkip",
                "AFTER MATCH SKIP TO names a variable that has no row in a match; let it be there at least once, or "
                    + "skip to the next row or past the last one"
            )
        }
        let sequence = history.sequence(target)
        guard sequence != match.start else {
            throw RuntimeError(
                .user,
                "matchSkip",
                "AFTER MATCH SKIP TO leads back to the first row of the match, which would be found for ever; skip to "
                    + "a later variable, to the next row or past the last one"
            )
        }
        return sequence == 0 ? nil : sequence - 1
    }
}

// MARK: - State

extension PatternMatcher {
    /// The matches of a partition that go on, and the complete ones, as they lie in their heaps.
    func queues(_ partition: UInt32) -> [[PartialMatch]] {
        [partitions[Int(partition)].ongoing.items, partitions[Int(partition)].complete.items]
    }

    /// Takes over the matches of a partition.
    func restore(_ partition: UInt32, ongoing: [PartialMatch], complete: [PartialMatch]) {
        partitions[Int(partition)].ongoing = MatchQueue(items: ongoing)
        partitions[Int(partition)].complete = MatchQueue(items: complete)
    }

    /// Counts on from behind the row with this number.
    func noteSequence(_ sequence: UInt64) { nextSequence = max(nextSequence, sequence + 1) }
}
