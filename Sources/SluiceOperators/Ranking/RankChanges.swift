import SluiceColumns
import SluicePlan

/// What a batch changes in the ranges of some partitions: rows that leave, and rows that come.
///
/// The rows are numbers of a `RankedRows`, so it has to be emitted before that is swept.
struct RankChanges {
    private let outputsRank: Bool
    private let emitsUpdateBefore: Bool
    private var numbers: [UInt32] = []
    private var kinds: [RowKind] = []
    private var ranks: [Int64] = []
    /// Per change the row of the batch that caused it.
    private var causes: [Int32] = []

    /// Rows of an emitted batch.
    private static let rowLimit = 4_096

    /// Makes an empty list.
    init(outputsRank: Bool, emitsUpdateBefore: Bool) {
        self.outputsRank = outputsRank
        self.emitsUpdateBefore = emitsUpdateBefore
    }

    /// Adds a change.
    private mutating func add(_ kind: RowKind, _ number: UInt32, rank: Int, cause: Int32) {
        kinds.append(kind)
        numbers.append(number)
        ranks.append(Int64(rank))
        causes.append(cause)
    }

    /// Adds what is different, place by place; the first place has rank `firstRank`.
    mutating func addByPlace(_ old: ArraySlice<UInt32>, _ new: [UInt32], firstRank: Int, cause: Int32) {
        for place in 0..<max(old.count, new.count) {
            let before = place < old.count ? old[old.startIndex + place] : nil
            let after = place < new.count ? new[place] : nil
            if before == after { continue }
            let rank = firstRank + place
            switch (before, after) {
            case (let before?, let after?):
                if emitsUpdateBefore { add(.updateBefore, before, rank: rank, cause: cause) }
                add(.updateAfter, after, rank: rank, cause: cause)
            case (let before?, nil): add(.delete, before, rank: rank, cause: cause)
            case (nil, let after?): add(.insert, after, rank: rank, cause: cause)
            case (nil, nil): break
            }
        }
    }

    /// Adds the rows of `old` that are not in `new`, then those of `new` that are not in `old`.
    ///
    /// - Parameter marks: a slot per row number, all zero before and after.
    mutating func addByRow(
        _ old: ArraySlice<UInt32>,
        _ new: [UInt32],
        marks: inout GrowableLane<UInt8>,
        cause: Int32
    ) {
        for number in new { marks[Int(number)] = 1 }
        for number in old {
            if marks[Int(number)] == 0 { add(.delete, number, rank: 0, cause: cause) }
            marks[Int(number)] = 2
        }
        for number in new where marks[Int(number)] == 1 { add(.insert, number, rank: 0, cause: cause) }
        for number in old { marks[Int(number)] = 0 }
        for number in new { marks[Int(number)] = 0 }
    }

    /// Emits the changes, each with the running watermark of the row that caused it.
    func emit(from rows: borrowing RankedRows, causedBy batch: Batch, into output: borrowing Output) throws {
        for start in stride(from: 0, to: numbers.count, by: Self.rowLimit) {
            let part = start..<min(start + Self.rowLimit, numbers.count)
            var columns = rows.columns(of: Array(numbers[part]))
            if outputsRank { columns.append(Column.ranks(ranks[part])) }
            let isInsertOnly = kinds[part].allSatisfy { $0 == .insert }
            try output.emit(
                Batch(
                    columns: columns,
                    rowCount: part.count,
                    rowKinds: isInsertOnly ? nil : RowKinds(Array(kinds[part])),
                    runningWatermarks: batch.runningWatermarks?.gathered(SelectionVector(Array(causes[part])))
                )
            )
        }
    }
}

extension Column {
    /// A column of ranks.
    static func ranks(_ ranks: ArraySlice<Int64>) -> Column {
        var lane = MutableLane<Int64>(count: ranks.count)
        do {
            var target = lane.span
            for (index, rank) in ranks.enumerated() { target[index] = rank }
        }
        return Column(type: LogicalRank.rankType, count: ranks.count, values: lane.finish())
    }
}
