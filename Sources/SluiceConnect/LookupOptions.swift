/// The `lookup.` options of a table that is looked up in memory: when it is read anew.
///
/// The keys are Flink's. What they could say that a table in memory cannot do is refused.
public struct LookupOptions: Sendable, Hashable {
    /// The table is read again when so much time has passed since it was read last; nil is never.
    public var reloadMillis: Int64?

    private static let cache = "lookup.cache"
    private static let strategy = "lookup.full-cache.reload-strategy"
    private static let interval = "lookup.full-cache.periodic-reload.interval"
    private static let mode = "lookup.full-cache.periodic-reload.schedule-mode"

    /// What the options mean, for documentation and messages.
    public static let descriptors: [OptionDescriptor] = [
        OptionDescriptor(cache, "FULL", default: "FULL", "Looked up, the table is held in memory as a whole."),
        OptionDescriptor(
            strategy,
            "PERIODIC",
            default: "PERIODIC",
            "Looked up, the table is read again at intervals."
        ),
        OptionDescriptor(
            interval,
            "duration",
            "Looked up, the table is read again when it is that old; without it, it is read once."
        ),
        OptionDescriptor(
            mode,
            "FIXED_DELAY|FIXED_RATE",
            default: "FIXED_DELAY",
            "Taken for compatibility: the interval counts from the end of a reading to the next lookup after it."
        ),
    ]

    /// Reads the options; a table that is scanned or written may have them too.
    public init(_ options: inout OptionReader) throws(ConnectorError) {
        if let cache = try options.choice(Self.cache, ["NONE", "PARTIAL", "FULL"]), cache != "FULL" {
            throw Self.refusal(Self.cache, cache, "expected FULL: the table is held in memory as a whole")
        }
        if let strategy = try options.choice(Self.strategy, ["PERIODIC", "TIMED"]), strategy != "PERIODIC" {
            throw Self.refusal(Self.strategy, strategy, "expected PERIODIC")
        }
        _ = try options.choice(Self.mode, ["FIXED_DELAY", "FIXED_RATE"])
        reloadMillis = try options.durationMillis(Self.interval)
        if let reloadMillis, reloadMillis <= 0 {
            throw Self.refusal(Self.interval, "\(reloadMillis)", "expected more than 0")
        }
    }

    private static func refusal(_ key: String, _ value: String, _ reason: String) -> ConnectorError {
        ConnectorError(.user, "badOption", "'\(key)' = '\(value)': \(reason)", option: key)
    }
}
