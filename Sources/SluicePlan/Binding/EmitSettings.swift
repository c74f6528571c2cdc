import SluiceSQL

/// Reads the settings `table.exec.emit.*`, which say when windows give results.
enum EmitSettings {
    private static let prefix = "table.exec.emit."

    /// The strategy that is configured; nil where each window is emitted once.
    static func strategy(_ configuration: Configuration, at span: SourceSpan) throws -> EmitStrategy? {
        let early = try firing("early-fire", configuration, span)
        let late = try firing("late-fire", configuration, span)
        guard early != nil || late != nil else { return nil }
        guard late != nil else { return EmitStrategy(early: early, late: nil, allowedLatenessMicros: 0) }
        let lateness =
            configuration.positiveDurationMillis(prefix + "allow-lateness")
            ?? configuration.positiveDurationMillis("table.exec.state.ttl")
        guard let lateness else {
            throw SQLError(
                .invalidConfiguration,
                "results for late rows need to know how long windows are kept",
                at: span,
                hint: "SET '\(prefix)allow-lateness' or 'table.exec.state.ttl' to a time"
            )
        }
        return EmitStrategy(early: early, late: late, allowedLatenessMicros: lateness * 1_000)
    }

    private static func firing(
        _ kind: String,
        _ configuration: Configuration,
        _ span: SourceSpan
    ) throws -> EmitStrategy.Firing? {
        guard configuration.boolean("\(prefix)\(kind).enabled") else { return nil }
        let key = "\(prefix)\(kind).delay"
        guard configuration.text(key) != nil else {
            throw SQLError(
                .invalidConfiguration,
                "'\(prefix)\(kind).enabled' needs '\(key)'",
                at: span,
                hint: "SET '\(key)' to a time; '0 s' gives a result for each change"
            )
        }
        return configuration.positiveDurationMillis(key).map { .periodic(micros: $0 * 1_000) } ?? .everyChange
    }
}
