import SluicePlan

/// One row of a partition, outside of a batch.
struct ModelRow {
    var id: Int
    var micros: Int64
    /// Which conditions hold that depend on the row alone, by variable.
    var fits: [Bool]
    var value: Int64
}

/// MATCH_RECOGNIZE as plain code: all ways to read the rows, kept as lists of rows, nothing shared.
struct MatchModel {
    /// A way to read the rows from one of them on.
    private struct Reading {
        var start: Int
        var startMicros: Int64
        /// The variable in which it is, and how many rows that has.
        var variable: Int
        var count: Int
        /// All rows, with their variables.
        var rows: [(row: ModelRow, variable: Int)]
    }

    /// A match by its first and last row.
    struct Found: Hashable, Comparable {
        var first: Int
        var last: Int
        static func < (lhs: Found, rhs: Found) -> Bool { (lhs.first, lhs.last) < (rhs.first, rhs.last) }
    }

    let pattern: [PatternVariable]
    let withinMicros: Int64?
    let skipsPastLast: Bool
    /// Whether a variable's rows must also ascend in value.
    let ascending: Set<Int>

    /// The matches in rows that are in order.
    func matches(_ rows: [ModelRow], endsTime: Bool = true) -> [Found] {
        var readings: [Reading] = []
        var complete: [(start: Int, end: Int)] = []
        var found: [Found] = []
        func give() {
            while let first = complete.min(by: { $0.start < $1.start }),
                !readings.contains(where: { $0.start < first.start })
            {
                found.append(Found(first: rows[first.start].id, last: rows[first.end].id))
                let skipped = skipsPastLast ? first.end : first.start
                readings.removeAll { $0.start <= skipped }
                complete.removeAll { $0.start <= skipped }
            }
        }
        func expire(_ micros: Int64) {
            guard let withinMicros else { return }
            readings.removeAll { micros - $0.startMicros >= withinMicros }
            give()
        }
        for (index, row) in rows.enumerated() {
            expire(row.micros)
            var next: [Reading] = []
            let fresh = Reading(start: index, startMicros: row.micros, variable: -1, count: 0, rows: [])
            for reading in readings + [fresh] {
                for variable in takers(reading, row) {
                    var longer = reading
                    longer.count = variable == reading.variable ? reading.count + 1 : 1
                    longer.variable = variable
                    longer.rows.append((row, variable))
                    let canGoOn = !isOver(longer)
                    if canGoOn { next.append(longer) }
                    if isComplete(longer, before: reading, row) { complete.append((longer.start, index)) }
                }
            }
            readings = next
            give()
        }
        if endsTime { expire(Int64.max / 2) }
        return found
    }

    private func holds(_ variable: Int, _ reading: Reading, _ row: ModelRow) -> Bool {
        guard row.fits[variable] else { return false }
        guard ascending.contains(variable),
            let last = reading.rows.last(where: { $0.variable == variable })
        else { return true }
        return row.value > last.row.value
    }

    /// The variables that the row can be taken for.
    private func takers(_ reading: Reading, _ row: ModelRow) -> [Int] {
        var takers: [Int] = []
        var variable = reading.variable
        if variable >= 0 {
            let most = pattern[variable].maximum ?? .max
            if reading.count < most, holds(variable, reading, row) { takers.append(variable) }
            if reading.count < max(1, pattern[variable].minimum) { return takers }
        }
        // On to the variables behind, over those that may be missing.
        while variable + 1 < pattern.count {
            if variable >= 0, pattern[variable].isGreedy, holds(variable, reading, row) { break }
            variable += 1
            if holds(variable, reading, row) { takers.append(variable) }
            if pattern[variable].minimum > 0 { break }
        }
        return takers
    }

    /// Whether nothing can follow.
    private func isOver(_ reading: Reading) -> Bool {
        reading.variable == pattern.count - 1 && reading.count >= pattern[reading.variable].maximum ?? .max
    }

    /// Whether all that is missing may be missing.
    private func isComplete(_ reading: Reading, before: Reading, _ row: ModelRow) -> Bool {
        guard reading.count >= max(1, pattern[reading.variable].minimum) else { return false }
        var variable = reading.variable
        while variable + 1 < pattern.count {
            if pattern[variable].isGreedy, holds(variable, before, row) { return false }
            variable += 1
            if pattern[variable].minimum > 0 { return false }
        }
        return true
    }
}
