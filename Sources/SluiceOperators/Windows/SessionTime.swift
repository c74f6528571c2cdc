import SluiceColumns
import SluiceKernels
import SluicePlan

/// Where the rows of sessions get their time from: a column, or the wall clock.
final class SessionTime {
    private let timeColumn: Int?
    private var processingTime: ProcessingTime?

    /// Makes it for SESSION windows.
    init(_ window: WindowSpecification, _ context: EvaluationContext) throws {
        switch window.time {
        case .rowtime(let column): timeColumn = column
        case .proctime:
            timeColumn = nil
            processingTime = ProcessingTime(context.clock)
        case .attached: throw RuntimeError(.internal, "sessionTime", "attached sessions are not tracked")
        }
    }

    /// Whether the wall clock ends sessions, not the watermark.
    var isProcessing: Bool { processingTime != nil }

    /// Reads the clock.
    ///
    /// - Returns: what it has passed; nil in event time.
    func readClock() -> Watermark? {
        processingTime?.read()
        return processingTime?.watermark
    }

    /// Notes what the clock shows.
    ///
    /// - Returns: what it has passed; nil in event time.
    func moveClock(to micros: Int64) -> Watermark? {
        processingTime?.move(to: micros)
        return processingTime?.watermark
    }

    /// The times of a batch in the windows' own time, a slot per row.
    ///
    /// - Throws: `RuntimeError` where one is NULL.
    func times(_ batch: Batch, _ timeline: WindowTimeline) throws -> Column {
        if let timeColumn { return try timeline.times(batch, timeColumn) }
        let now = timeline.local(processingTime?.nowMicros ?? 0)
        return Column.constant(.integer(now), .notNull(.bigint), count: batch.rowCount).flattened()
    }
}
