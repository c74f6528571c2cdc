import SluiceColumns

/// The processing time of one operator: the wall clock in whole milliseconds, kept from going back.
struct ProcessingTime {
    private let clock: @Sendable () -> Int64
    /// The last time that was read or told, microseconds since the epoch.
    private(set) var nowMicros = Int64.min

    /// Makes it over a clock that gives microseconds since the epoch.
    init(_ clock: @escaping @Sendable () -> Int64) { self.clock = clock }

    /// Reads the clock.
    mutating func read() { move(to: clock()) }

    /// Notes that the clock shows `micros`.
    mutating func move(to micros: Int64) { nowMicros = max(nowMicros, WindowGeometry.floor(micros, 1_000, 0)) }

    /// What fires windows in place of the watermark: a window fires when the clock shows its end.
    var watermark: Watermark { nowMicros == .min ? .none : Watermark(micros: nowMicros - 1_000) }

    /// When the clock passes `watermark`.
    static func micros(passing watermark: Int64) -> Int64 { watermark + 1_000 }
}
