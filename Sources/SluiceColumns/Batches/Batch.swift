/// About 4,096 rows in columns: the unit that travels along every edge of the dataflow.
///
/// Columns are dense: `columns[i].count == rowCount`. A batch of an insert-only stream has no row kinds.
///
/// Where lateness still has to be decided downstream, the batch carries the *running watermark*: for each row the
/// watermark that was in force just before the row, so that the answer never depends on where a batch ends.
public struct Batch: Sendable {
    /// One per field of the edge's row type.
    public var columns: [Column]
    /// Rows.
    public let rowCount: Int
    /// nil where every row is `+I`.
    public var rowKinds: RowKinds?
    /// Watermark in force before each row, microseconds since the epoch, `Watermark.none` before the first; nil where
    /// the operator's current watermark holds for all rows.
    ///
    /// Lane int64, no NULLs.
    public var runningWatermarks: Column?

    /// Makes a batch.
    public init(
        columns: [Column],
        rowCount: Int,
        rowKinds: RowKinds? = nil,
        runningWatermarks: Column? = nil
    ) {
        for column in columns { precondition(column.count == rowCount) }
        if let rowKinds { precondition(rowKinds.count == rowCount) }
        if let runningWatermarks { precondition(runningWatermarks.count == rowCount) }
        self.columns = columns
        self.rowCount = rowCount
        self.rowKinds = rowKinds
        self.runningWatermarks = runningWatermarks
    }

    /// Rows `selection` of every column, kind and running watermark, as a dense batch.
    public func gathered(_ selection: SelectionVector) -> Batch {
        Batch(
            columns: columns.map { $0.gathered(selection) },
            rowCount: selection.count,
            rowKinds: rowKinds?.gathered(selection),
            runningWatermarks: runningWatermarks?.gathered(selection)
        )
    }

    /// Rows `range` of every column, kind and running watermark.
    public func slice(_ range: Range<Int>) -> Batch {
        if range == 0..<rowCount { return self }
        var lane = MutableLane<Int32>(count: range.count)
        do {
            var span = lane.span
            for index in 0..<range.count { span[index] = Int32(truncatingIfNeeded: range.lowerBound + index) }
        }
        return gathered(SelectionVector(lane, count: range.count))
    }

    /// The same rows, kinds and watermarks with other columns.
    public func withColumns(_ columns: [Column]) -> Batch {
        Batch(columns: columns, rowCount: rowCount, rowKinds: rowKinds, runningWatermarks: runningWatermarks)
    }

    /// The kind of row `row`.
    @inlinable
    public func kind(_ row: Int) -> RowKind { rowKinds?[row] ?? .insert }

    /// The values of row `row`; for the edges and tests.
    public func row(_ row: Int) -> [Value] { columns.map { $0.value(row) } }
}

/// A point in event time: no row with an earlier or equal time is expected any more.
public struct Watermark: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01 00:00:00.
    public var micros: Int64
    /// Makes a watermark.
    @inlinable
    public init(micros: Int64) { self.micros = micros }
    /// Before any row.
    public static let none = Watermark(micros: .min)
    /// After the last row of a bounded input.
    public static let end = Watermark(micros: .max)
    /// By time.
    @inlinable
    public static func < (lhs: Watermark, rhs: Watermark) -> Bool { lhs.micros < rhs.micros }
}
