/// Durations as Flink's configuration writes them.
public enum DurationText {
    /// Milliseconds of `10 s`, `5min`, `100 ms`, `1 d`; milliseconds where there is no unit; nil where malformed.
    public static func parseMillis(_ text: String) -> Int64? {
        guard let (number, unit) = splitNumber(text) else { return nil }
        switch unit {
        case "", "ms", "milli", "millis", "millisecond", "milliseconds": return number
        case "s", "sec", "secs", "second", "seconds": return scaled(number, 1_000)
        case "m", "min", "minute", "minutes": return scaled(number, 60_000)
        case "h", "hour", "hours": return scaled(number, 3_600_000)
        case "d", "day", "days": return scaled(number, 86_400_000)
        case "us", "µs", "micro", "micros", "microsecond", "microseconds": return number / 1_000
        case "ns", "nano", "nanos", "nanosecond", "nanoseconds": return number / 1_000_000
        default: return nil
        }
    }
}

/// Memory sizes as Flink's configuration writes them.
public enum MemorySizeText {
    /// Bytes of `64 kb`, `128mb`, `1g`; bytes where there is no unit; nil where malformed.
    ///
    /// 1 kb is 1,024 bytes.
    public static func parseBytes(_ text: String) -> Int? {
        guard let (number, unit) = splitNumber(text) else { return nil }
        let factor: Int64
        switch unit {
        case "", "b", "bytes": factor = 1
        case "k", "kb", "kib", "kibibytes": factor = 1 << 10
        case "m", "mb", "mib", "mebibytes": factor = 1 << 20
        case "g", "gb", "gib", "gibibytes": factor = 1 << 30
        case "t", "tb", "tib", "tebibytes": factor = 1 << 40
        default: return nil
        }
        return scaled(number, factor).map { Int($0) }
    }
}

/// Splits `10 min` into its number and its unit in lower case.
private func splitNumber(_ text: String) -> (Int64, String)? {
    let compact = text.filter { $0 != " " }.lowercased()
    let digits = compact.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits) else { return nil }
    return (number, String(compact.dropFirst(digits.count)))
}

private func scaled(_ number: Int64, _ factor: Int64) -> Int64? {
    let (value, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : value
}
