import Glibc

/// The machine's clocks.
public enum MachineClock {
    /// Microseconds since the epoch, UTC; may jump.
    public static func wallMicros() -> Int64 { nanos(of: CLOCK_REALTIME) / 1_000 }

    /// Nanoseconds since some fixed moment; never goes back.
    public static func monotonicNanos() -> Int64 { nanos(of: CLOCK_MONOTONIC) }

    private static func nanos(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
