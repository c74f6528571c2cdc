/// When the windows of GROUP BY give results besides the one at their end: the settings `table.exec.emit.*`.
package struct EmitStrategy: Sendable, Hashable {
    /// When a result is given.
    package enum Firing: Sendable, Hashable {
        /// As soon as rows change it.
        case everyChange
        /// So long after the first row, then again and again, by the wall clock.
        case periodic(micros: Int64)
    }
    /// Before the end of a window; nil is never.
    package var early: Firing?
    /// After the end of a window, for rows that come late; nil is never.
    package var late: Firing?
    /// How long after its end a window still takes rows.
    package var allowedLatenessMicros: Int64

    /// Makes a strategy.
    package init(early: Firing?, late: Firing?, allowedLatenessMicros: Int64) {
        self.early = early
        self.late = late
        self.allowedLatenessMicros = allowedLatenessMicros
    }
}
