import SluiceConnect

/// The clock by which a job throttles sources, notices idle ones and takes checkpoints; no event time comes from it.
///
/// Waiting belongs to the clock, so that a job under a manual clock never waits for real.
package protocol RunClock: Sendable {
    /// Nanoseconds since some fixed moment; never goes back.
    func nowNanos() -> Int64
    /// Parks until woken, or until this clock shows `deadlineNanos`; nil is no deadline. May return early.
    func park(_ parker: Parker, untilNanos deadlineNanos: Int64?)
}

/// The monotonic clock of the system.
package struct SystemRunClock: RunClock {
    /// Makes the clock.
    package init() {}

    package func nowNanos() -> Int64 { MachineClock.monotonicNanos() }

    package func park(_ parker: Parker, untilNanos deadlineNanos: Int64?) { parker.park(untilNanos: deadlineNanos) }
}
