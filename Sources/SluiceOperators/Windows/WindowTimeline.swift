import SluiceColumns
import SluiceKernels
import SluicePlan

/// Between the windows' own time and the watermark: which watermark fires a window, and which one makes it late.
///
/// Windows over TIMESTAMP have the watermark's time. Windows over TIMESTAMP_LTZ are aligned in the session's local
/// time, so their ends are moved to UTC before they are compared.
struct WindowTimeline {
    private let zone: TimeZoneRules?

    /// Makes the timeline of a specification.
    init(_ window: WindowSpecification) throws { try self.init(timeZone: window.timeZone) }

    /// Makes the timeline of windows aligned in the local time of `timeZone`; nil for windows over TIMESTAMP.
    init(timeZone: String?) throws {
        zone = try timeZone.flatMap { $0 == "UTC" ? nil : try TimeZoneRules(named: $0) }
    }

    /// The watermark that fires a window ending at `end`: one millisecond before the end.
    ///
    /// Where the end comes twice because the clocks go back, a window is open until the second time.
    func firingWatermark(end: Int64) -> Int64 {
        guard let zone else { return end - 1_000 }
        return zone.passingMillis(localMillis: end / 1_000 - 1) * 1_000
    }

    /// The time that the results of a window ending at `end` have: one millisecond before the end.
    func resultTime(end: Int64) -> Int64 {
        guard let zone else { return end - 1_000 }
        return zone.utcMillis(localMillis: end / 1_000 - 1) * 1_000
    }

    /// The event time of a row in the windows' own time.
    func local(_ micros: Int64) -> Int64 {
        guard let zone else { return micros }
        // Towards the past, so that the last microseconds before a window's start stay before it.
        return zone.localMillis(utcMillis: WindowGeometry.floor(micros, 1_000, 0) / 1_000) * 1_000
    }

    /// Whether `local` changes anything.
    var isShifted: Bool { zone != nil }

    /// The event times of a batch in the windows' own time, a slot per row.
    ///
    /// - Throws: `RuntimeError` where one is NULL.
    func times(_ batch: Batch, _ timeColumn: Int) throws -> Column {
        try batch.checkTimes(timeColumn)
        let times = batch.columns[timeColumn].flattened()
        guard isShifted else { return times }
        var lane = MutableLane<Int64>(count: times.count)
        do {
            var target = lane.span
            let micros = times.int64s
            for row in 0..<micros.count { target[row] = local(micros[row]) }
        }
        return Column(type: .notNull(.bigint), count: times.count, values: lane.finish())
    }
}

extension Batch {
    /// Refuses a batch with a NULL in its event-time column.
    func checkTimes(_ timeColumn: Int) throws {
        let times = columns[timeColumn]
        let hasNull = times.type.lane == .null || times.validity.map { !$0.isAllSet } ?? false
        guard hasNull else { return }
        throw RuntimeError(.user, "nullRowtime", "the event-time column of a row is NULL")
    }

    /// The watermark in force before row `row`: the running one where the batch carries it, else `current`.
    func watermark(before row: Int, _ current: Watermark) -> Int64 {
        guard let runningWatermarks else { return current.micros }
        return runningWatermarks.int64s[runningWatermarks.isConstant ? 0 : row]
    }
}
