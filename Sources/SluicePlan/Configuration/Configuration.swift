import SluiceConnect
import SluiceKernels
import SluiceSQL

/// The settings of a session: what SET and `-D` gave, over the defaults.
///
/// As in Flink a value is only read, and its form only checked, when a query is planned.
package struct Configuration: Sendable, Hashable {
    private var values: [String: String] = [:]
    /// What RESET goes back to: the settings that the session began with.
    private var initialValues: [String: String] = [:]

    /// Makes a configuration with the defaults.
    package init() {}

    /// The same settings as those that a session begins with: RESET goes back to them.
    package func asInitial() -> Configuration {
        var result = self
        result.initialValues = values
        return result
    }

    /// Sets a key.
    ///
    /// Keys in the engine's own name spaces must be known. Other keys belong to the user and are kept as they are,
    /// unless they look like a known key with a slip of the pen.
    package mutating func set(_ key: String, to value: String, at span: SourceSpan = .none) throws(SQLError) {
        guard let known = ConfigurationKey.byName[key] else {
            try Self.refuseUnknown(key, at: span)
            values[key] = value
            return
        }
        if case .refused(let reason) = known.effect, value.lowercased() != known.defaultValue?.lowercased() {
            let hint = known.defaultValue.map { "leave the key out or say '\($0)'" } ?? "leave the key out"
            throw SQLError(.unsupported, "'\(key)' = '\(value)' is not supported: \(reason)", at: span, hint: hint)
        }
        values[key] = value
    }

    /// Takes a setting back, or all of them, to what the session began with.
    package mutating func reset(_ key: String?) {
        guard let key else { return values = initialValues }
        values[key] = initialValues[key]
    }

    /// What is set, sorted by key.
    package var settings: [(key: String, value: String)] {
        values.map { (key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
    }

    /// Checks every value against its key's form.
    package func validate(at span: SourceSpan = .none) throws(SQLError) {
        for (key, value) in settings {
            if let complaint = ConfigurationKey.byName[key]?.complaint(about: value) {
                throw SQLError(.invalidConfiguration, complaint, at: span)
            }
        }
        do {
            _ = try TimeZoneRules(named: timeZone)
        } catch {
            throw SQLError(
                .invalidConfiguration,
                "'table.local-time-zone' = '\(timeZone)': \(error)",
                at: span,
                hint: "write a name such as 'America/Los_Angeles', an offset such as 'GMT-08:00', or 'UTC'"
            )
        }
    }

    /// The value of a key or its default.
    package func text(_ key: String) -> String? { values[key] ?? ConfigurationKey.byName[key]?.defaultValue }

    /// The value of a boolean key.
    package func boolean(_ key: String) -> Bool { text(key)?.lowercased() == "true" }

    /// The value of a whole-number key.
    package func integer(_ key: String) -> Int64? { text(key).flatMap { Int64($0) } }

    /// The value of a duration key in milliseconds; nil where it is unset or 0.
    package func positiveDurationMillis(_ key: String) -> Int64? {
        guard let text = text(key), let millis = DurationText.parseMillis(text), millis > 0 else { return nil }
        return millis
    }

    /// The value of a size key in bytes; nil where it is unset or 0.
    package func byteCount(_ key: String) -> Int? {
        guard let text = text(key), let bytes = MemorySizeText.parseBytes(text), bytes > 0 else { return nil }
        return bytes
    }

    /// Whether casts behave as they did in older versions.
    package var usesLegacyCasts: Bool { text("table.exec.legacy-cast-behaviour")?.uppercased() == "ENABLED" }

    /// The session's time zone, `UTC` by default.
    package var timeZone: String {
        guard let zone = text("table.local-time-zone"), zone != "default" else { return "UTC" }
        return zone
    }

    private static let ownSpaces = [
        "table.", "parallelism.", "pipeline.", "execution.", "state.", "sql-client.", "restart-strategy.",
    ]

    private static func refuseUnknown(_ key: String, at span: SourceSpan) throws(SQLError) {
        let nearest = NearestName.find(key, in: ConfigurationKey.all.map(\.key))
        guard nearest != nil || ownSpaces.contains(where: { key.hasPrefix($0) }) else { return }
        throw SQLError(
            .unknownConfiguration,
            "no configuration key '\(key)'",
            at: span,
            hint: nearest.map { "did you mean '\($0)'?" }
        )
    }
}

extension SQLError.Code {
    /// A key of SET that is not known.
    package static let unknownConfiguration = Self("unknownConfiguration")
    /// A value of SET of the wrong form.
    package static let invalidConfiguration = Self("invalidConfiguration")
}
