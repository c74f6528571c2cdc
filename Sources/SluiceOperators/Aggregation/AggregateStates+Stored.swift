import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The states of groups as rows: one row for each group, and tables of what groups hold many of.
extension AggregateStates {
    /// Types of the columns in which a group's state is stored, its elements aside.
    var stateTypes: [DataType] {
        (isRetractable ? [.notNull(.bigint)] : []) + accumulators.flatMap(\.stateTypes)
    }

    /// The state of groups, a row each.
    func state(of groups: Span<UInt32>) -> [Column] {
        var columns = isRetractable ? [rowCounts(of: groups)] : []
        for accumulator in accumulators { columns += accumulator.state(of: groups) }
        return columns
    }

    /// Gives empty groups, each once, the state that `state(of:)` gave.
    func restore(_ columns: [Column], groups: Span<UInt32>) {
        var first = 0
        if isRetractable {
            restoreRowCounts(columns[0], groups)
            first = 1
        }
        for accumulator in accumulators {
            let end = first + accumulator.stateTypes.count
            accumulator.restore(Array(columns[first..<end]), groups: groups)
            first = end
        }
    }

    /// What groups hold many of: one for each table that `elementTables` gives.
    var elements: [any GroupElements] { accumulators.compactMap(\.elements) + distinctSets }

    /// A table for the elements of each call that has any, and for each set of DISTINCT values.
    ///
    /// - Parameters:
    ///   - keyTypes: what identifies a group.
    ///   - scope: that of the table of groups.
    func elementTables(keyTypes: [DataType], scope: StateTable.Scope) -> [StateTable] {
        let names =
            zip(calls, accumulators).filter { $1.elements != nil }.map { "values of \($0.0.function.name)" }
            + distinctSets.map { _ in "distinct values" }
        return zip(names, elements).map { name, source in
            StateTable(
                name,
                keyTypes: keyTypes + source.elementKeyTypes,
                valueTypes: source.elementValueTypes,
                scope: scope
            )
        }
    }

    /// Notes from now on which elements change.
    func startTracking() {
        for source in elements { source.startTracking() }
    }

    /// Stores the elements that have changed, in tables `firstTable` and following.
    ///
    /// - Parameters:
    ///   - changes: what has happened to their groups.
    ///   - keys: the columns that identify groups.
    func saveElements(
        into snapshot: StateSnapshot,
        firstTable: Int,
        changes: GroupChangeLog.Changes,
        keys: (Span<UInt32>) -> [Column]
    ) {
        let gone = Set(changes.gone)
        for (place, source) in elements.enumerated() {
            let table = firstTable + place
            if !changes.cleared.isEmpty {
                let cleared = changes.cleared
                snapshot.removeAll(table, keysBeginningWith: keys(cleared.span), rowCount: cleared.count)
            }
            let changed = source.takeChanges()
            Self.forEachPart(changed.groups, changed.keys + changed.values, without: gone) { groups, columns in
                let own = Array(columns.prefix(changed.keys.count))
                let values = Array(columns.dropFirst(changed.keys.count))
                snapshot.put(table, keys: keys(groups.span) + own, values: values, rowCount: groups.count)
            }
            Self.forEachPart(changed.goneGroups, changed.goneKeys, without: gone) { groups, own in
                snapshot.remove(table, keys: keys(groups.span) + own, rowCount: groups.count)
            }
        }
    }

    /// Hands out the rows of groups that are not gone, by the batch.
    private static func forEachPart(
        _ groups: [UInt32],
        _ columns: [Column],
        without gone: Set<UInt32>,
        _ body: (_ groups: [UInt32], _ columns: [Column]) -> Void
    ) {
        let kept = gone.isEmpty ? Array(groups.indices) : groups.indices.filter { !gone.contains(groups[$0]) }
        var start = 0
        while start < kept.count {
            let part = kept[start..<min(start + storedBatchRowCount, kept.count)]
            let rows = SelectionVector(part.map { Int32(truncatingIfNeeded: $0) })
            body(part.map { groups[$0] }, columns.map { $0.gathered(rows) })
            start += storedBatchRowCount
        }
    }

    /// Rows of a batch that is stored, at most.
    static let storedBatchRowCount = 4_096

    /// Takes over elements of groups that have been restored: rows of the table at `place` of `elementTables`.
    ///
    /// - Parameter groups: the group of each row; `UInt32.max` where there is none.
    func restoreElements(_ place: Int, groups: [UInt32], keys: ArraySlice<Column>, values: [Column]) {
        let kept = groups.indices.filter { groups[$0] != .max }
        let rows = SelectionVector(kept.map { Int32(truncatingIfNeeded: $0) })
        let chosen = kept.map { groups[$0] }
        elements[place].restore(
            groups: chosen.span,
            keys: keys.map { $0.gathered(rows) },
            values: values.map { $0.gathered(rows) }
        )
    }

    /// All elements of the given groups have been taken over.
    func endRestoring(groups: [UInt32]) {
        for source in elements { source.endRestoring(groups: groups) }
    }

    /// Takes over all elements of groups of one table, from tables `firstTable` and following.
    ///
    /// - Parameters:
    ///   - keyCount: how many columns identify a group.
    ///   - groups: the groups with the given keys; `UInt32.max` where there is none.
    func restoreElements(
        from reader: StateReader,
        firstTable: Int,
        keyCount: Int,
        groups: (_ keys: [Column], _ rowCount: Int) throws -> [UInt32]
    ) throws {
        var restored: Set<UInt32> = []
        for place in elements.indices {
            try reader.forEachChunk(of: firstTable + place) { keys, values, rowCount in
                let numbers = try groups(Array(keys.prefix(keyCount)), rowCount)
                restoreElements(place, groups: numbers, keys: keys.dropFirst(keyCount), values: values)
                restored.formUnion(numbers)
            }
        }
        restored.remove(.max)
        endRestoring(groups: restored.sorted())
    }

    /// Takes over the elements of groups of one table that have come back, from tables `firstTable` and following.
    ///
    /// - Parameters:
    ///   - keys: the columns that identify them.
    ///   - find: the groups with the given keys.
    func recallElements(
        of groups: [UInt32],
        keys: [Column],
        from reader: StateReader,
        firstTable: Int,
        find: (_ keys: [Column], _ rowCount: Int) -> [UInt32]
    ) throws {
        for place in elements.indices {
            try reader.forEachChunk(
                of: firstTable + place,
                keysBeginningWith: keys,
                rowCount: groups.count
            ) { stored, values, rowCount in
                let numbers = find(Array(stored.prefix(keys.count)), rowCount)
                restoreElements(place, groups: numbers, keys: stored.dropFirst(keys.count), values: values)
            }
        }
        endRestoring(groups: groups)
    }
}

extension [UInt32] {
    /// Hands out the numbers in order, at most `count` a time.
    func forEachSlice(of count: Int, _ body: (Span<UInt32>) throws -> Void) rethrows {
        var start = 0
        while start < self.count {
            let end = Swift.min(start + count, self.count)
            try body(span.extracting(start..<end))
            start = end
        }
    }
}

extension GrowableLane where Value == Int64 {
    /// The values at `indexes` as a column.
    borrowing func column(of indexes: Span<UInt32>, _ type: DataType) -> Column {
        var lane = MutableLane<Int64>(count: indexes.count)
        do {
            var target = lane.span
            let source = span
            for row in 0..<indexes.count { target[row] = source[Int(indexes[row])] }
        }
        return Column(type: type, count: indexes.count, values: lane.finish())
    }
}
