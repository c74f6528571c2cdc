import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A match to be given.
struct FoundMatch {
    /// The last node of its rows, held until it is given.
    var node: UInt32
    /// The step of the watermark that set it free.
    var step: Int
    /// What orders the matches of a step: the place of the partition's first row in it.
    var rank: Int
    /// Its event time.
    var micros: Int64
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
        /// The step of the row before, and where its first row stood.
        var step = -1
        var rank = 0
    }

    private let matcher: PatternMatcher
    private let history: MatchHistory
    private let store: RowStore
    /// Conditions that depend on what a match has taken, by variable.
    private let conditions: [(variable: Int, evaluation: MatchEvaluation)]
    private let conditionBits: UInt64
    private var steps = WatermarkSteps(after: .min)
    private(set) var found: [FoundMatch] = []

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
    }

    /// The matches that `run` and `expire` have found, in the order in which they are given.
    func takeFound() -> [FoundMatch] {
        let order = found.indices.sorted {
            (found[$0].step, found[$0].rank, $0) < (found[$1].step, found[$1].rank, $1)
        }
        let taken = order.map { found[$0] }
        found.removeAll(keepingCapacity: true)
        return taken
    }

    /// Takes rows, sorted by time, through the pattern, and lets go of them.
    ///
    /// Afterwards, when no more rows are due, `expire` ends what has become too old.
    func run(_ rows: [WaitingRow], steps: WatermarkSteps) throws {
        self.steps = steps
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
            for index in cursors.indices { try enter(&cursors[index], order, rows) }
            let truths = try self.truths(cursors, order, rows)
            var start = 0
            for index in cursors.indices {
                let count = matcher.ongoing(cursors[index].partition).count
                try take(&cursors[index], order, rows, truths.span.extracting(start..<start + count))
                start += count
            }
            cursors.removeAll { $0.next == $0.end }
        }
    }

    /// Ends the matches of a partition that are too old by the last step; no row of it may be due any more.
    func expire(_ partition: UInt32, steps: WatermarkSteps) throws {
        self.steps = steps
        try expire(partition, before: steps.marks.count)
    }

    private func expire(_ partition: UInt32, before end: Int) throws {
        while let deadline = matcher.deadline(partition), let step = steps.index(reaching: deadline), step < end {
            let mark = steps.marks[step]
            give(try matcher.advance(partition, to: mark), step: step, rank: .max, micros: mark)
        }
    }

    private func give(_ nodes: [UInt32], step: Int, rank: Int, micros: Int64) {
        for node in nodes { found.append(FoundMatch(node: node, step: step, rank: rank, micros: micros)) }
    }

    /// Moves the time of a partition to its next row.
    private func enter(_ cursor: inout Cursor, _ order: [Int], _ rows: [WaitingRow]) throws {
        let index = order[cursor.next]
        let micros = rows[index].micros
        let step = steps.index(reaching: micros) ?? steps.marks.count
        if step != cursor.step {
            try expire(cursor.partition, before: step)
            cursor.step = step
            cursor.rank = index
        }
        give(
            try matcher.advance(cursor.partition, to: micros),
            step: step,
            rank: cursor.rank,
            micros: micros
        )
    }

    /// What holds of the next row of each partition, for each match that meets it.
    private func truths(_ cursors: [Cursor], _ order: [Int], _ rows: [WaitingRow]) throws -> [UInt64] {
        var truths: [UInt64] = []
        var questions = conditions.map { _ in (places: [Int](), nodes: [UInt32](), micros: [Int64]()) }
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
        for (question, condition) in zip(questions, conditions) where !question.nodes.isEmpty {
            let bit: UInt64 = 1 << UInt64(condition.variable)
            let holding = try condition.evaluation.selection(
                question.nodes,
                micros: question.micros,
                history,
                store
            )
            if let holding {
                for index in 0..<holding.count { truths[question.places[Int(holding.rows[index])]] |= bit }
            } else {
                for place in question.places { truths[place] |= bit }
            }
            for node in question.nodes { history.release(node) }
        }
        return truths
    }

    /// Gives a partition its next row.
    private func take(
        _ cursor: inout Cursor,
        _ order: [Int],
        _ rows: [WaitingRow],
        _ truths: Span<UInt64>
    ) throws {
        let row = rows[order[cursor.next]]
        give(
            try matcher.process(cursor.partition, row: row.row, micros: row.micros, truths: truths),
            step: cursor.step,
            rank: cursor.rank,
            micros: row.micros
        )
        history.releaseRow(row.row)
        cursor.next += 1
    }
}
