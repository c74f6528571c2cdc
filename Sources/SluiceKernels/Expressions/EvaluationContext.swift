/// What an expression may know besides its arguments.
///
/// Fixed for the life of a job on one shard.
package struct EvaluationContext: Sendable {
    /// IANA name of the session's time zone (`table.local-time-zone`).
    package var timeZone: String
    /// The wall clock, microseconds since the epoch, UTC; a test passes its own.
    package var clock: @Sendable () -> Int64
    /// A seed for RAND or UUID without one; asked once for each call in the statement on each shard, so that no two
    /// give the same numbers.
    package var makeSeed: @Sendable () -> UInt64

    /// `table.exec.legacy-cast-behaviour` = ENABLED: casts to text write booleans in lower case and rows without
    /// blanks, and cut nothing.
    package var usesLegacyCasts = false

    /// Makes a context.
    package init(
        timeZone: String = "UTC",
        makeSeed: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) },
        clock: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.timeZone = timeZone
        self.makeSeed = makeSeed
        self.clock = clock
    }
}

/// A value that an expression cannot compute: division by zero, a text that is no number.
///
/// Fails the job.
package struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable code, for example `divisionByZero`, `badCast`.
    package var code: String
    /// What happened, with the value at fault.
    package var message: String
    /// Makes an error.
    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
    /// Reads `code: message`.
    package var description: String { "\(code): \(message)" }
}
