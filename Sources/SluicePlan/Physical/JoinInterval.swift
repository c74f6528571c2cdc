/// How far apart the times of two joined rows may be: left minus right lies in `lowerMicros ... upperMicros`.
///
/// Empty where the lower bound is above the upper one: nothing is joined then.
package struct JoinInterval: Sendable, Hashable {
    /// Index of the left input's time: TIMESTAMP or TIMESTAMP_LTZ in microseconds.
    package var leftTime: Int
    /// Index of the right input's time.
    package var rightTime: Int
    /// The least difference, inclusive.
    package var lowerMicros: Int64
    /// The greatest difference, inclusive.
    package var upperMicros: Int64
    /// Whether the watermark says what is over; the wall clock does otherwise.
    package var isEventTime: Bool
    /// Makes an interval.
    package init(leftTime: Int, rightTime: Int, lowerMicros: Int64, upperMicros: Int64, isEventTime: Bool) {
        self.leftTime = leftTime
        self.rightTime = rightTime
        self.lowerMicros = lowerMicros
        self.upperMicros = upperMicros
        self.isEventTime = isEventTime
    }
}
