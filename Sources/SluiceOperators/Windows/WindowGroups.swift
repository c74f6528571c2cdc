import SluiceColumns
import SluicePlan
import SluiceState

/// The state of each window and key: aggregates, what was said of them downstream, and marks.
final class WindowGroups {
    /// What is known of a group besides its rows.
    struct Marks: OptionSet {
        let rawValue: UInt8
        /// The group is in use.
        static let isKnown = Marks(rawValue: 1)
        /// The result at the window's end was given.
        static let hasEnded = Marks(rawValue: 2)
        /// A result before the end waits for the clock.
        static let hasEarlyTimer = Marks(rawValue: 4)
        /// A result after the end waits for the clock.
        static let hasLateTimer = Marks(rawValue: 8)
        /// Seen in the batch at hand.
        static let isTouched = Marks(rawValue: 16)
    }

    /// Rows that have found their groups.
    struct Entered {
        let rows: Batch
        /// The group of each row.
        let numbers: [UInt32]
        /// Each group once, in order of first appearance.
        let touched: [UInt32]
        /// Those that did not exist before.
        let new: [(group: UInt32, end: Int64)]
    }

    private let table: KeyTable
    private let states: AggregateStates
    /// The results that downstream has; nil where each group gives one only.
    private let results: RowStore?
    /// Per group the number of its result, `UInt32.max` where downstream has none.
    private var resultNumbers = GrowableLane<UInt32>()
    private var marks = GrowableLane<UInt8>()
    /// Per group how often its number was freed.
    private var lives = GrowableLane<UInt32>()
    /// What has changed since the last barrier.
    private var log = GroupChangeLog()

    /// Makes an empty state.
    ///
    /// - Parameter remembersResults: whether a group can give more than one result.
    init(keyTypes: [DataType], calls: [AggregateCall], isRetractable: Bool, remembersResults: Bool) throws {
        table = KeyTable(keyTypes: [.notNull(.bigint)] + keyTypes)
        states = try AggregateStates(calls, isRetractable: isRetractable)
        results = remembersResults ? RowStore(rowTypes: calls.map(\.resultType)) : nil
    }

    /// Bytes held.
    var byteCount: Int {
        table.byteCount + states.byteCount + (results?.byteCount ?? 0) + resultNumbers.byteCount + marks.byteCount
            + lives.byteCount + log.byteCount
    }

    // MARK: Marks

    /// Whether a group has a mark.
    func has(_ mark: Marks, _ group: UInt32) -> Bool { marks[Int(group)] & mark.rawValue != 0 }

    /// Gives a group a mark.
    func set(_ mark: Marks, _ group: UInt32) {
        marks[Int(group)] |= mark.rawValue
        log.change([group].span)
    }

    private func clear(_ mark: Marks, _ group: UInt32) { marks[Int(group)] &= ~mark.rawValue }

    /// Which life of its number a group has.
    func life(_ group: UInt32) -> UInt32 { lives[Int(group)] }

    // MARK: Rows

    /// Finds the groups of pairs of rows and windows; new ones are made.
    func enter(_ batch: Batch, keys: [Int], _ pairs: WindowRows.Pairs) -> Entered {
        let rows = batch.gathered(SelectionVector(pairs.rows))
        let ends = Column.of(pairs.ends.map { .integer($0) }, .notNull(.bigint))
        let columns = [ends] + keys.map { rows.columns[$0] }
        let hashes = RowHash.hashes(columns, rowCount: rows.rowCount)
        let numbers = table.insert(columns, hashes: hashes.readOnly).array
        makeRoom()
        let seen = note(numbers, ends: pairs.ends)
        return Entered(rows: rows, numbers: numbers, touched: seen.touched, new: seen.new)
    }

    private func makeRoom() {
        let bound = table.groupBound
        states.reserve(groupBound: bound)
        resultNumbers.resize(to: bound, filling: .max)
        marks.resize(to: bound, filling: 0)
        lives.resize(to: bound, filling: 0)
    }

    /// Marks the groups of a batch; gives each once, and which of them are new.
    private func note(
        _ groups: [UInt32],
        ends: [Int64]
    ) -> (touched: [UInt32], new: [(group: UInt32, end: Int64)]) {
        var touched: [UInt32] = []
        var new: [(group: UInt32, end: Int64)] = []
        for row in 0..<groups.count where !has(.isTouched, groups[row]) {
            if !has(.isKnown, groups[row]) { new.append((groups[row], ends[row])) }
            marks[Int(groups[row])] |= Marks.isTouched.rawValue | Marks.isKnown.rawValue
            touched.append(groups[row])
        }
        for group in touched { clear(.isTouched, group) }
        log.change(touched.span)
        return (touched, new)
    }

    /// Adds rows that have been entered; all of them, or some.
    func accumulate(_ entered: Entered, _ selected: [Int32]? = nil) throws {
        guard let selected else { return try accumulate(entered.rows, entered.numbers) }
        if selected.isEmpty { return }
        let rows = entered.rows.gathered(SelectionVector(selected))
        try accumulate(rows, selected.map { entered.numbers[Int($0)] })
    }

    private func accumulate(_ rows: Batch, _ numbers: [UInt32]) throws {
        var groups = MutableLane<UInt32>(count: numbers.count)
        do {
            var target = groups.span
            for row in numbers.indices { target[row] = numbers[row] }
        }
        try states.accumulate(rows, groups: groups)
    }

    /// Frees groups.
    func remove(_ groups: [UInt32]) {
        if groups.isEmpty { return }
        states.reset(groups.span)
        if log.isTracking { log.remove(groups.span) } else { table.remove(groups.span) }
        let given = groups.map { resultNumbers[Int($0)] }.filter { $0 != .max }
        results?.remove(given.span)
        for group in groups {
            resultNumbers[Int(group)] = .max
            marks[Int(group)] = 0
            lives[Int(group)] &+= 1
        }
    }

    // MARK: Results

    /// The ends of the windows of groups.
    func ends(of groups: [UInt32]) -> Column { table.keys(of: groups.span)[0].flattened() }

    /// The rows that lead from the results that downstream has to those that there are; nil where all are the same.
    ///
    /// - Parameter trailing: columns behind the results, a row for each group.
    func changes(of groups: [UInt32], _ trailing: [Column], emitsUpdateBefore: Bool) throws -> Batch? {
        let after = try states.results(groups.span)
        let existed = groups.map { resultNumbers[Int($0)] != .max }
        let exists = groups.map { states.exists($0) }
        let columns = GroupChanges.Columns(
            leading: Array(table.keys(of: groups.span).dropFirst()),
            before: before(groups, existed) ?? after,
            after: after,
            trailing: trailing
        )
        let changes = GroupChanges(emitsUpdateBefore: emitsUpdateBefore, emitsUnchanged: false)
        let batch = changes.batch(columns, existed: existed, exists: exists)
        remember(groups, exists, after)
        log.change(groups.span)
        return batch
    }

    /// The results that downstream has, a row for each group (any row where it has none); nil where it has none at all.
    private func before(_ groups: [UInt32], _ existed: [Bool]) -> [Column]? {
        guard let results, existed.contains(true) else { return nil }
        var numbers: [UInt32] = []
        var rows: [Int32] = []
        for (group, isThere) in zip(groups, existed) {
            if isThere { numbers.append(resultNumbers[Int(group)]) }
            rows.append(Int32(truncatingIfNeeded: max(0, numbers.count - 1)))
        }
        let selection = SelectionVector(rows)
        return results.columns(of: numbers.span).map { $0.gathered(selection) }
    }

    private func remember(_ groups: [UInt32], _ exists: [Bool], _ after: [Column]) {
        guard let results else { return }
        let given = groups.map { resultNumbers[Int($0)] }.filter { $0 != .max }
        results.remove(given.span)
        let there = groups.indices.filter { exists[$0] }
        let selection = SelectionVector(there.map { Int32(truncatingIfNeeded: $0) })
        let numbers = results.append(after.map { $0.gathered(selection) }, rowCount: there.count)
        for group in groups { resultNumbers[Int(group)] = .max }
        let span = numbers.readOnly
        for (position, index) in there.enumerated() { resultNumbers[Int(groups[index])] = span[position] }
    }
}

// MARK: Stored state

/// A group is stored as its keys and the end of its window; its state, marks, the times when it is due, and the result
/// that downstream has.
extension WindowGroups {
    /// When results of a group are due, microseconds since the epoch.
    struct DueTimes {
        var early: Int64?
        var late: Int64?
    }

    /// Whether the result at the end was given, when others are due, and whether downstream has one.
    private static let factTypes: [DataType] = [
        .notNull(.boolean), DataType(.bigint), DataType(.bigint), .notNull(.boolean),
    ]

    private var storedKeyTypes: [DataType] { Array(table.keyTypes.dropFirst() + table.keyTypes.prefix(1)) }

    private func storedKeys(of groups: Span<UInt32>) -> [Column] {
        let keys = table.keys(of: groups)
        return Array(keys.dropFirst() + keys.prefix(1))
    }

    /// The table of groups, and those of what they hold many of.
    var stateTables: [StateTable] {
        let scope = StateTable.Scope.keyed(columns: table.keyTypes.count - 1)
        let resultTypes = results?.rowTypes.map { $0.nullable(true) } ?? []
        let valueTypes = states.stateTypes + Self.factTypes + resultTypes
        return [StateTable("windows", keyTypes: storedKeyTypes, valueTypes: valueTypes, scope: scope)]
            + states.elementTables(keyTypes: storedKeyTypes, scope: scope)
    }

    /// Stores what has changed, in tables `firstTable` and following.
    func save(into snapshot: StateSnapshot, firstTable: Int, due: (UInt32) -> DueTimes) {
        let taken = log.take()
        taken.removed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            snapshot.remove(firstTable, keys: storedKeys(of: groups), rowCount: groups.count)
        }
        taken.changed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            let values = states.state(of: groups) + facts(groups, due)
            snapshot.put(firstTable, keys: storedKeys(of: groups), values: values, rowCount: groups.count)
        }
        states.saveElements(into: snapshot, firstTable: firstTable + 1, changes: taken) { storedKeys(of: $0) }
        if !taken.gone.isEmpty { table.remove(taken.gone.span) }
    }

    private func facts(_ groups: Span<UInt32>, _ due: (UInt32) -> DueTimes) -> [Column] {
        let numbers = groups.indices.map { groups[$0] }
        let times = numbers.map { due($0) }
        let existed = numbers.map { resultNumbers[Int($0)] != .max }
        let facts: [[Value]] = [
            numbers.map { .boolean(has(.hasEnded, $0)) }, times.map { $0.early.map { .integer($0) } ?? .null },
            times.map { $0.late.map { .integer($0) } ?? .null }, existed.map { .boolean($0) },
        ]
        let columns = zip(facts, Self.factTypes).map { Column.of($0, $1) }
        guard let results else { return columns }
        return columns
            + (before(numbers, existed)
                ?? results.rowTypes.map { .allNull($0.nullable(true), count: numbers.count) })
    }

    /// A group that was restored.
    struct Restored {
        var group: UInt32
        var end: Int64
        var due: DueTimes
    }

    /// Takes over what was stored, and notes from now on what changes.
    func restore(from reader: StateReader, firstTable: Int, _ body: (Restored) -> Void) throws {
        log.startTracking()
        states.startTracking()
        try reader.forEachChunk(of: firstTable) { keys, values, rowCount in
            let groups = find(Array(keys.suffix(1) + keys.dropLast()), rowCount)
            makeRoom()
            states.restore(values, groups: groups.span)
            log.restore(groups.span)
            let facts = Array(values.dropFirst(states.stateTypes.count))
            for (row, group) in groups.enumerated() {
                let hasEnded = facts[0].value(row) == .boolean(true)
                let early = facts[1].value(row).integerValue.map { Int64($0) }
                let late = facts[2].value(row).integerValue.map { Int64($0) }
                marks[Int(group)] = Marks.isKnown.rawValue | (hasEnded ? Marks.hasEnded.rawValue : 0)
                if early != nil { marks[Int(group)] |= Marks.hasEarlyTimer.rawValue }
                if late != nil { marks[Int(group)] |= Marks.hasLateTimer.rawValue }
                let end = keys[keys.count - 1].value(row).integerValue ?? 0
                body(Restored(group: group, end: Int64(end), due: DueTimes(early: early, late: late)))
            }
            restoreResults(groups, existed: facts[3], Array(facts.dropFirst(Self.factTypes.count)))
        }
        try states.restoreElements(from: reader, firstTable: firstTable + 1, keyCount: table.keyTypes.count) {
            find(Array($0.suffix(1) + $0.dropLast()), $1)
        }
    }

    /// The groups with the given keys, which are made where they are not there.
    private func find(_ keys: [Column], _ rowCount: Int) -> [UInt32] {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        return table.insert(keys, hashes: hashes.readOnly).array
    }

    private func restoreResults(_ groups: [UInt32], existed: Column, _ columns: [Column]) {
        guard let results else { return }
        let there = groups.indices.filter { existed.value($0) == .boolean(true) }
        let selection = SelectionVector(there.map { Int32(truncatingIfNeeded: $0) })
        let numbers = results.append(columns.map { $0.gathered(selection) }, rowCount: there.count)
        let span = numbers.readOnly
        for (position, row) in there.enumerated() { resultNumbers[Int(groups[row])] = span[position] }
    }
}

extension WindowGroups.Entered {
    /// The first row of each of some groups, and all other rows.
    struct Split {
        var first: [Int32] = []
        var rest: [Int32] = []
        /// Those of the groups that have other rows.
        var hasMore: Set<UInt32> = []
    }

    /// Takes the first rows of `fresh` apart from the others.
    func firstRows(of fresh: Set<UInt32>) -> Split {
        var split = Split()
        var seen: Set<UInt32> = []
        for (row, group) in numbers.enumerated() {
            let number = Int32(truncatingIfNeeded: row)
            if fresh.contains(group), seen.insert(group).inserted {
                split.first.append(number)
            } else {
                split.rest.append(number)
                if fresh.contains(group) { split.hasMore.insert(group) }
            }
        }
        return split
    }
}
