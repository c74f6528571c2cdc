import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A match to be given.
struct FoundMatch {
    /// The last node of its rows, held until it is given.
    var node: UInt32
    /// Its event time: that of the row that set it free, or when the match that held it up became too old.
    var micros: Int64
    /// The place of that row among those that were due together; `Int.max` where it was no row.
    var rank: Int
}

/// Feeds rows to the matcher in rounds: in each of them one row of every partition.
///
/// Partitions do not know of each other, so that the conditions that depend on what a match has taken can be computed
/// for all of them at once.
final class MatchRounds {
    /// How far a partition has got.
    private struct Cursor {
        var partition: UInt32
        /// Its rows among those sorted by partition.
        var next: Int
        var end: Int
    }

    private let matcher: PatternMatcher
    private let history: MatchHistory
    private let store: RowStore
    /// Conditions that depend on what a match has taken, by variable.
    private let conditions: [(variable: Int, evaluation: MatchEvaluation)]
    private let conditionBits: UInt64
    private(set) var found: [FoundMatch] = []
    /// Matches for which a condition must be computed.
    private struct Question {
        /// Where the answer goes.
        var places: [Int] = []
        /// The rows with the one in question behind them.
        var nodes: [UInt32] = []
        var micros: [Int64] = []
    }
    /// By condition; reused from round to round.
    private var questions: [Question]
    /// What holds of the rows of a round; reused.
    private var truths: [UInt64] = []

    init(
        _ matcher: PatternMatcher,
        _ store: RowStore,
        conditions: [(variable: Int, evaluation: MatchEvaluation)]
    ) {
        self.matcher = matcher
        self.store = store
        self.conditions = conditions
        history = matcher.history
        conditionBits = conditions.reduce(0) { $0 | 1 << UInt64($1.variable) }
        questions = conditions.map { _ in Question() }
    }

    /// The matches that `run` and `expire` have found, by time.
    func takeFound() -> [FoundMatch] {
        let order = found.indices.sorted {
            (found[$0].micros, found[$0].rank, $0) < (found[$1].micros, found[$1].rank, $1)
        }
        let taken = order.map { found[$0] }
        found.removeAll(keepingCapacity: true)
        return taken
    }

    /// Takes rows, sorted by time, through the pattern, and lets go of them.
    ///
    /// Afterwards, when no more rows are due, `expire` ends what has become too old.
    func run(_ rows: [WaitingRow]) throws {
        let order = rows.indices.sorted { (rows[$0].partition, $0) < (rows[$1].partition, $1) }
        var cursors: [Cursor] = []
        for (place, index) in order.enumerated() {
            let partition = rows[index].partition
            if cursors.last?.partition == partition {
                cursors[cursors.count - 1].end = place + 1
            } else {
                cursors.append(Cursor(partition: partition, next: place, end: place + 1))
            }
        }
        while !cursors.isEmpty {
            for cursor in cursors { try expire(cursor.partition, through: rows[order[cursor.next]].micros) }
            ask(cursors, order, rows)
            try answer()
            let holding = truths
            var start = 0
            for index in cursors.indices {
                let count = matcher.ongoing(cursors[index].partition).count
                try take(&cursors[index], order, rows, holding.span.extracting(start..<start + count))
                start += count
            }
            cursors.removeAll { $0.next == $0.end }
        }
    }

    /// Ends the matches of a partition that are too old at `micros`; no row before that may be due any more.
    func expire(_ partition: UInt32, through micros: Int64) throws {
        while let deadline = matcher.deadline(partition), deadline <= micros {
            give(try matcher.expireOldest(partition), micros: deadline, rank: .max)
        }
    }

    private func give(_ nodes: [UInt32], micros: Int64, rank: Int) {
        for node in nodes { found.append(FoundMatch(node: node, micros: micros, rank: rank)) }
    }

    /// Notes what holds of the next row of each partition, for each match that meets it, and what must be computed.
    private func ask(_ cursors: [Cursor], _ order: [Int], _ rows: [WaitingRow]) {
        truths.removeAll(keepingCapacity: true)
        for cursor in cursors {
            let row = rows[order[cursor.next]]
            for match in matcher.ongoing(cursor.partition) {
                let asked = matcher.automaton.conditionsAsked[match.state] & conditionBits
                if asked != 0 {
                    for (index, condition) in conditions.enumerated()
                    where asked & (1 << UInt64(condition.variable)) != 0 {
                        // As if the row had been taken: it is the last one of its variable.
                        let node = history.append(row.row, condition.variable, sequence: 0, behind: match.node)
                        questions[index].places.append(truths.count)
                        questions[index].nodes.append(node)
                        questions[index].micros.append(row.micros)
                    }
                }
                truths.append(row.truths)
            }
        }
    }

    /// Computes the conditions that were asked for, each for all matches at once.
    private func answer() throws {
        for (index, condition) in conditions.enumerated() where !questions[index].nodes.isEmpty {
            let question = questions[index]
            questions[index].places.removeAll(keepingCapacity: true)
            questions[index].nodes.removeAll(keepingCapacity: true)
            questions[index].micros.removeAll(keepingCapacity: true)
            let bit: UInt64 = 1 << UInt64(condition.variable)
            let holding = try condition.evaluation.selection(
                question.nodes,
                micros: question.micros,
                history,
                store
            )
            if let holding {
                for position in 0..<holding.count { truths[question.places[Int(holding.rows[position])]] |= bit }
            } else {
                for place in question.places { truths[place] |= bit }
            }
            for node in question.nodes { history.release(node) }
        }
    }

    /// Gives a partition its next row.
    private func take(
        _ cursor: inout Cursor,
        _ order: [Int],
        _ rows: [WaitingRow],
        _ truths: Span<UInt64>
    ) throws {
        let row = rows[order[cursor.next]]
        let given = try matcher.process(cursor.partition, row: row.row, micros: row.micros, truths: truths)
        give(given, micros: row.micros, rank: order[cursor.next])
        history.releaseRow(row.row)
        cursor.next += 1
    }
}
