import SluiceColumns

/// What becomes of the results of groups: the rows that lead from one result of each to the next.
struct GroupChanges {
    /// Whether the old row of an update is wanted.
    let emitsUpdateBefore: Bool
    /// Whether a group whose result is the same is given all the same.
    let emitsUnchanged: Bool

    /// The columns of the groups, a row each.
    struct Columns {
        /// Those in front of the results, which do not change.
        var leading: [Column]
        /// The results that downstream has; of no meaning where it has none.
        var before: [Column]
        /// The results that there are now; of no meaning where the group is gone.
        var after: [Column]
        /// Those behind the results, which do not change.
        var trailing: [Column] = []
        /// The watermark before the row that changed each group; nil where nobody asks.
        var runningWatermarks: Column? = nil
    }

    /// The rows, group by group; nil where nothing changes.
    ///
    /// - Parameters:
    ///   - existed: for each group whether downstream has it.
    ///   - exists: for each group whether there is one now.
    func batch(_ groups: Columns, existed: [Bool], exists: [Bool]) -> Batch? {
        let groupCount = existed.count
        var same = MutableBitmap(count: groupCount, repeating: true)
        for (old, new) in zip(groups.before, groups.after) { Column.clearWhereDifferent(old, new, in: &same) }
        // Row i of the combined columns is the old form of group i, row count + i the new one.
        var rows: [Int32] = []
        var kinds: [RowKind] = []
        for index in 0..<groupCount {
            let old = Int32(index)
            let new = Int32(groupCount + index)
            switch (existed[index], exists[index]) {
            case (false, false): continue
            case (false, true):
                rows.append(new)
                kinds.append(.insert)
            case (true, false):
                rows.append(old)
                kinds.append(.delete)
            case (true, true):
                if same[index] && !emitsUnchanged { continue }
                if emitsUpdateBefore {
                    rows.append(old)
                    kinds.append(.updateBefore)
                }
                rows.append(new)
                kinds.append(.updateAfter)
            }
        }
        if rows.isEmpty { return nil }
        let selection = SelectionVector(rows)
        let columns = zip(
            groups.leading + groups.before + groups.trailing,
            groups.leading + groups.after + groups.trailing
        )
        .map { Column.concatenated([$0, $1]).gathered(selection) }
        let isInsertOnly = kinds.allSatisfy { $0 == .insert }
        let causes = groups.runningWatermarks.map { marks in
            marks.gathered(SelectionVector(rows.map { $0 < groupCount ? $0 : $0 - Int32(groupCount) }))
        }
        return Batch(
            columns: columns,
            rowCount: rows.count,
            rowKinds: isInsertOnly ? nil : RowKinds(kinds),
            runningWatermarks: causes
        )
    }
}
