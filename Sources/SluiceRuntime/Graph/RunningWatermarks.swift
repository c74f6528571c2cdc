import SluiceColumns

/// What becomes of the running watermarks of a batch where several inputs meet.
enum RunningWatermarks {
    /// The batch with each running watermark brought into `floor...ceiling`.
    ///
    /// A row that comes in beside other inputs is as late as the least of them says, so `ceiling` is the least
    /// watermark of the others, nil where none is active; `floor` is the aligned watermark, which cannot be taken back
    /// any more.
    static func bounded(_ batch: Batch, floor: Watermark, ceiling: Watermark?) -> Batch {
        guard let column = batch.runningWatermarks?.flattened(), batch.rowCount > 0 else { return batch }
        let marks = column.int64s
        let low = floor.micros
        let high = max((ceiling ?? .end).micros, low)
        var isChanged = false
        for row in 0..<marks.count { isChanged = isChanged || marks[row] > high || marks[row] < low }
        guard isChanged else { return batch }
        var lane = MutableLane<Int64>(count: marks.count)
        do {
            var target = lane.span
            for row in 0..<marks.count { target[row] = max(min(marks[row], high), low) }
        }
        var result = batch
        result.runningWatermarks = Column(type: column.type, count: marks.count, values: lane.finish())
        return result
    }
}
