import SluiceConnect
import SluiceSQL

/// `STATE_TTL('table' = '1 h')` behind SELECT: how long the state of an aggregation keeps what nobody touches.
enum StateTTLHint {
    /// The time for an aggregation over `scope`, in milliseconds (0 is for ever); nil without the hint.
    ///
    /// - Throws: where the hint names no table of FROM, or its value is no duration.
    static func millis(_ hints: [Hint], _ scope: Scope) throws -> Int64? {
        var result: Int64?
        for hint in hints where hint.name.text.uppercased() == "STATE_TTL" {
            for argument in hint.arguments {
                guard case .option(let entry) = argument else {
                    throw SQLError(
                        .invalidDefinition,
                        "STATE_TTL takes pairs of a table and a time",
                        at: hint.span,
                        hint: "write STATE_TTL('t' = '1 h')"
                    )
                }
                try check(entry, scope)
                guard let millis = DurationText.parseMillis(entry.value.value) else {
                    throw SQLError(
                        .invalidDefinition,
                        "'\(entry.value.value)' is no time",
                        at: entry.value.span,
                        hint: "write for example '1 h'"
                    )
                }
                if scope.entries.count == 1 { result = millis }
            }
        }
        return result
    }

    private static func check(_ entry: OptionEntry, _ scope: Scope) throws {
        let names = scope.entries.compactMap(\.name)
        guard !names.contains(entry.key.value) else { return }
        throw SQLError(
            .unknownTable,
            "STATE_TTL names '\(entry.key.value)', which is no table of FROM",
            at: entry.key.span,
            hint: NearestName.hint(for: entry.key.value, in: names)
        )
    }
}
