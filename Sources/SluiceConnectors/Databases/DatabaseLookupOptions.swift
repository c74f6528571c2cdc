import SluiceConnect

/// How a table of a database is looked up: the `lookup.` options of Flink's `jdbc` connector.
struct DatabaseLookupOptions: Sendable, Hashable {
    /// Keys whose rows are kept; 0 keeps nothing.
    var cacheKeyCountMax = 0
    /// How long rows are kept after they were read; nil is for ever.
    var expiresAfterWriteMillis: Int64?
    /// How long rows are kept after they were asked for; nil is for ever.
    var expiresAfterAccessMillis: Int64?
    /// Whether it is kept too that a key has no rows.
    var keepsMissing = true
    /// How often a request is tried again after the connection was lost or the database was busy.
    var retryCountMax = 3
    /// The pause before the first try; each next one is that much longer.
    var retryPauseMillis: Int64 = 1_000

    private static let cache = "lookup.cache"
    private static let partial = "lookup.partial-cache."
    private static let keyCountDefault = 10_000

    /// What the options mean, for documentation and messages.
    static let descriptors: [OptionDescriptor] = [
        OptionDescriptor(
            cache,
            "NONE|PARTIAL",
            default: "NONE",
            "Looked up, whether rows that were read are kept in memory, by each shard."
        ),
        OptionDescriptor(
            partial + "max-rows",
            "integer",
            default: "\(keyCountDefault)",
            "With PARTIAL: keys whose rows are kept; beyond that the oldest are forgotten."
        ),
        OptionDescriptor(partial + "expire-after-write", "duration", "With PARTIAL: how long after it was read."),
        OptionDescriptor(
            partial + "expire-after-access",
            "duration",
            "With PARTIAL: how long after it was asked for last."
        ),
        OptionDescriptor(
            partial + "cache-missing-key",
            "boolean",
            default: "true",
            "With PARTIAL: whether it is kept too that a key has no rows."
        ),
        OptionDescriptor(
            "lookup.max-retries",
            "integer",
            default: "3",
            "How often a request is tried again when the connection was lost or the database was busy; the pauses "
                + "are 1 s, 2 s, 3 s and so on."
        ),
    ]

    /// The defaults.
    init() {}

    /// Reads the options; a table that is only written may have them too.
    init(_ options: inout OptionReader) throws(ConnectorError) {
        let kind = try options.choice(Self.cache, ["NONE", "PARTIAL", "FULL"]) ?? "NONE"
        if kind == "FULL" {
            throw ConnectorError(
                .user,
                "badOption",
                "'\(Self.cache)' = 'FULL': a table of a database is asked for keys and not read as a whole; "
                    + "expected NONE or PARTIAL",
                option: Self.cache
            )
        }
        let rows = try Self.count(&options, Self.partial + "max-rows")
        expiresAfterWriteMillis = try Self.duration(&options, Self.partial + "expire-after-write")
        expiresAfterAccessMillis = try Self.duration(&options, Self.partial + "expire-after-access")
        keepsMissing = try options.boolean(Self.partial + "cache-missing-key") ?? true
        retryCountMax = try Self.count(&options, "lookup.max-retries") ?? retryCountMax
        cacheKeyCountMax = kind == "PARTIAL" ? rows ?? Self.keyCountDefault : 0
    }

    private static func count(_ options: inout OptionReader, _ key: String) throws(ConnectorError) -> Int? {
        guard let value = try options.integer(key) else { return nil }
        guard let count = Int(exactly: value), count >= 0 else {
            throw ConnectorError(.user, "badOption", "'\(key)' = '\(value)': expected 0 or more", option: key)
        }
        return count
    }

    private static func duration(_ options: inout OptionReader, _ key: String) throws(ConnectorError) -> Int64? {
        guard let millis = try options.durationMillis(key) else { return nil }
        if millis > 0 { return millis }
        throw ConnectorError(.user, "badOption", "'\(key)' must be more than 0", option: key)
    }
}
