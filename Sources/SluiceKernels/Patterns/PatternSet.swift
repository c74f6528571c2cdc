import SluiceColumns

/// Who of many wants to see which rows: each names conditions, and gets the rows of which at least one holds.
///
/// All patterns over one text are searched for in one pass, and values of one text are looked up together. A row that
/// nobody wants costs the same for ten as for ten thousand. Not `Sendable`: it belongs to one operator.
package final class PatternSet {
    /// The texts that are looked at: what `find` gets the values of.
    package let texts: [ScalarExpression]
    /// What it did so far.
    package private(set) var counters = PatternCounters()

    private let probes: [Probe]
    /// Who gets every row, because Hyperscan does not take one of the patterns.
    private let unbounded: [Int]
    private let hasSeveralTexts: [Bool]
    private var rows: [[Int32]]
    private var wanting: [Int] = []

    /// Why patterns cannot be searched for together on this machine; nil where they can.
    package static var failure: String? { PatternDatabase.failure }

    /// - Parameter wishes: the conditions of each who wants rows.
    /// - Parameter folder: where compiled patterns are kept; nil for nowhere.
    /// - Throws: `EvaluationError` where patterns cannot be searched for here.
    package init(_ wishes: [[PatternCondition]], folder: String?) throws {
        var texts: [ScalarExpression] = []
        var places: [ScalarExpression: Int] = [:]
        var drafts: [Probe.Draft] = []
        for (owner, conditions) in wishes.enumerated() {
            for condition in conditions {
                let place = places[condition.text] ?? texts.count
                if place == texts.count {
                    texts.append(condition.text)
                    places[condition.text] = place
                    drafts.append(Probe.Draft())
                }
                drafts[place].add(condition.test, owner)
            }
        }
        self.texts = texts
        probes = try drafts.map { try Probe($0, folder: folder) }
        unbounded = Set(probes.flatMap(\.unbounded)).sorted()
        hasSeveralTexts = wishes.map { Set($0.map(\.text)).count > 1 }
        rows = Array(repeating: [], count: wishes.count)
        for probe in probes {
            counters.patternCount += probe.patternCount
            counters.valueCount += probe.valueCount
            counters.byteCount += probe.database?.byteCount ?? 0
            counters.databaseCount += probe.database == nil ? 0 : 1
            counters.readCount += probe.database?.isFromFile == true ? 1 : 0
        }
    }

    /// Finds who wants which of `rowCount` rows, given the values of `texts`; calls `give` for each who wants some, in
    /// order.
    ///
    /// `give` gets nil for all rows.
    package func find(
        _ columns: [Column],
        rowCount: Int,
        _ give: (_ owner: Int, _ rows: SelectionVector?) throws -> Void
    ) throws {
        for (probe, column) in zip(probes, columns) { try search(column, rowCount, probe) }
        if !unbounded.isEmpty { wanting = Array(Set(wanting).union(unbounded)) }
        wanting.sort()
        defer {
            for owner in wanting { rows[owner].removeAll(keepingCapacity: true) }
            wanting.removeAll(keepingCapacity: true)
        }
        let everything = Set(unbounded)
        for owner in wanting {
            if everything.contains(owner) {
                try give(owner, nil)
                continue
            }
            if hasSeveralTexts[owner] { rows[owner] = Set(rows[owner]).sorted() }
            counters.rowCount += rows[owner].count
            try give(owner, rows[owner].count == rowCount ? nil : SelectionVector(rows[owner]))
        }
    }

    private func search(_ column: Column, _ rowCount: Int, _ probe: Probe) throws {
        if column.type.lane == .null { return }
        let texts = column.strings
        if column.isConstant {
            if column.isNull(0) { return }
            for row in 0..<rowCount { try search(texts[0], row, probe) }
            return
        }
        counters.textCount += rowCount
        guard let validity = column.validity else {
            for row in 0..<rowCount { try search(texts[row], row, probe) }
            return
        }
        for row in 0..<rowCount where validity[row] { try search(texts[row], row, probe) }
    }

    @inline(__always)
    private func search(_ text: Span<UInt8>, _ row: Int, _ probe: Probe) throws {
        if let database = probe.database {
            let count = try database.search(text)
            for index in 0..<count { note(row, probe.ownersOfPattern[database.found(index)]) }
        }
        if probe.valueCount > 0, let owners = probe.ownersOfValue(text) { note(row, owners) }
    }

    private func note(_ row: Int, _ owners: [Int32]) {
        let row = Int32(truncatingIfNeeded: row)
        for owner in owners {
            let owner = Int(owner)
            if rows[owner].isEmpty { wanting.append(owner) }
            if rows[owner].last != row { rows[owner].append(row) }
        }
    }
}

/// What a pattern set did.
package struct PatternCounters: Sendable, Hashable {
    /// Patterns, values, and automata.
    package var patternCount = 0, valueCount = 0, databaseCount = 0
    /// Automata that were found in files.
    package var readCount = 0
    /// Bytes of all automata.
    package var byteCount = 0
    /// Texts that were looked at.
    package var textCount = 0
    /// Rows that were given, counted for each who got them.
    package var rowCount = 0

    /// The counters of two shards: both have all patterns.
    package static func + (left: PatternCounters, right: PatternCounters) -> PatternCounters {
        var sum = left
        sum.readCount = max(left.readCount, right.readCount)
        sum.byteCount += right.byteCount
        sum.textCount += right.textCount
        sum.rowCount += right.rowCount
        return sum
    }
}

/// All that is looked for in one text.
private final class Probe {
    /// What is looked for and by whom, while it is collected.
    struct Draft {
        var patterns: [[UInt8]] = []
        var ownersOfPattern: [[Int32]] = []
        var ownersOfValue: [[UInt8]: [Int32]] = [:]
        private var places: [[UInt8]: Int] = [:]

        init() {}

        mutating func add(_ test: PatternCondition.Test, _ owner: Int) {
            let owner = Int32(truncatingIfNeeded: owner)
            switch test {
            case .equals(let value): ownersOfValue[value, default: []].append(owner)
            case .fits(let pattern):
                if let place = places[pattern] { return ownersOfPattern[place].append(owner) }
                places[pattern] = patterns.count
                patterns.append(pattern)
                ownersOfPattern.append([owner])
            }
        }
    }

    /// The patterns; nil where there are none.
    let database: PatternDatabase?
    let ownersOfPattern: [[Int32]]
    let patternCount: Int
    let valueCount: Int
    /// Who looks for a pattern that Hyperscan does not take.
    let unbounded: [Int]
    private let hashes: ProbeSet<UInt64>
    private let ownersByHash: [UInt64: [Int32]]

    init(_ draft: Draft, folder: String?) throws {
        database = draft.patterns.isEmpty ? nil : try PatternDatabase(draft.patterns, folder: folder)
        ownersOfPattern = draft.ownersOfPattern
        patternCount = draft.patterns.count
        valueCount = draft.ownersOfValue.count
        unbounded = (database?.refused ?? []).flatMap { draft.ownersOfPattern[$0].map { Int($0) } }
        var owners: [UInt64: [Int32]] = [:]
        // Two values with one hash share their owners, who look at the value themselves.
        for (value, list) in draft.ownersOfValue { owners[RowHash.mix(value.span), default: []] += list }
        ownersByHash = owners.mapValues { Set($0).sorted() }
        hashes = ProbeSet(Array(owners.keys))
    }

    /// Who looks for this value, and perhaps for others; nil where nobody does.
    @inline(__always)
    func ownersOfValue(_ text: Span<UInt8>) -> [Int32]? {
        let hash = RowHash.mix(text)
        return hashes.contains(hash) ? ownersByHash[hash] : nil
    }
}
