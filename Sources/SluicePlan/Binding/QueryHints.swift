import SluiceConnect
import SluiceSQL

/// The hints of one SELECT: which there are, whether they make sense, and what they say about state.
///
/// The names are Flink's. Hints about how a join is executed are checked and have no effect.
struct QueryHints {
    /// STATE_TTL: by table or alias how long state lives that nobody touches, milliseconds; 0 is for ever.
    private var stateTTLMillis: [String: Int64] = [:]
    /// LOOKUP: tables or aliases that may be read as a whole for each row that asks.
    private var scannedTables: Set<String> = []
    /// What hints name, with the place of the name.
    private var named: [(name: String, hint: Hint, span: SourceSpan)] = []

    private static let strategies: Set<String> = [
        "BROADCAST", "SHUFFLE_HASH", "SHUFFLE_MERGE", "NEST_LOOP", "MULTI_JOIN",
    ]

    /// No hints.
    init() {}

    /// Reads hints.
    init(_ hints: [Hint]) throws {
        for hint in hints {
            let name = hint.name.text.uppercased()
            switch name {
            case "STATE_TTL": try readStateTTL(hint)
            case "LOOKUP":
                let (table, allowsScan) = try LookupHint.read(hint)
                named.append((table.value, hint, table.span))
                if allowsScan { scannedTables.insert(table.value) }
            case _ where Self.strategies.contains(name): try readStrategy(hint)
            default:
                throw SQLError(
                    .invalidHint,
                    "there is no hint '\(hint.name.text)'",
                    at: hint.name.span,
                    hint: NearestName.hint(for: name, in: Self.strategies + ["LOOKUP", "STATE_TTL"])
                )
            }
        }
    }

    /// Refuses hints about tables that FROM does not read.
    func check(_ scope: Scope) throws {
        let names = Set(scope.entries.compactMap(\.name))
        for (name, hint, span) in named where !names.contains(name) {
            throw SQLError(
                .unknownTable,
                "the hint \(hint.name.text) names '\(name)', which FROM does not read",
                at: span,
                hint: NearestName.hint(for: name, in: names)
            )
        }
    }

    /// What STATE_TTL says about one side of a join; nil where it says nothing, or where the side is a join itself.
    func stateTTLMillis(of scope: Scope) -> Int64? {
        guard scope.entries.count == 1, let name = scope.entries[0].name else { return nil }
        return stateTTLMillis[name]
    }

    /// Whether LOOKUP lets a lookup read the whole table on one side of a join for each row.
    func allowsScan(of scope: Scope) -> Bool {
        guard scope.entries.count == 1, let name = scope.entries[0].name else { return false }
        return scannedTables.contains(name)
    }

    private mutating func readStrategy(_ hint: Hint) throws {
        for argument in hint.arguments {
            guard case .name(let table) = argument else {
                throw Self.problem(hint, "takes names of tables")
            }
            named.append((table.text, hint, table.span))
        }
        if hint.arguments.isEmpty { throw Self.problem(hint, "needs the name of a table") }
    }

    private mutating func readStateTTL(_ hint: Hint) throws {
        for argument in hint.arguments {
            guard case .option(let entry) = argument else {
                throw Self.problem(hint, "takes 'table' = 'duration'")
            }
            guard let millis = DurationText.parseMillis(entry.value.value), millis >= 0 else {
                throw Self.problem(
                    hint,
                    "takes durations such as '1 d', this is '\(entry.value.value)'",
                    at: entry.value.span
                )
            }
            stateTTLMillis[entry.key.value] = millis
            named.append((entry.key.value, hint, entry.key.span))
        }
        if hint.arguments.isEmpty { throw Self.problem(hint, "needs 'table' = 'duration'") }
    }

    /// A hint that does not make sense, or a part of it at `span`.
    static func problem(_ hint: Hint, _ what: String, at span: SourceSpan? = nil) -> SQLError {
        SQLError(.invalidHint, "the hint \(hint.name.text) \(what)", at: span ?? hint.span)
    }
}

/// The options of the hint LOOKUP.
///
/// A table in memory answers at once and answers a second time as the first, until it is read anew: asking
/// asynchronously or again changes nothing. The options are checked nevertheless. `scan` is ours: it lets a lookup
/// without an equality or an index read the whole table for each row.
private enum LookupHint {
    private enum Form { case text([String]), boolean, duration, positive }

    private static let forms: [String: Form] = [
        "async": .boolean, "output-mode": .text(["ordered", "allow_unordered"]), "capacity": .positive,
        "timeout": .duration, "retry-predicate": .text(["lookup_miss"]), "retry-strategy": .text(["fixed_delay"]),
        "fixed-delay": .duration, "max-attempts": .positive, "shuffle": .boolean,
        "scan": .boolean,
    ]
    private static let retryOptions = ["retry-predicate", "retry-strategy", "fixed-delay", "max-attempts"]

    /// The table that the hint is about and whether it may be scanned; the options are checked.
    static func read(_ hint: Hint) throws -> (table: StringText, allowsScan: Bool) {
        var options: [String: OptionEntry] = [:]
        for argument in hint.arguments {
            guard case .option(let entry) = argument else {
                throw QueryHints.problem(hint, "takes 'option' = 'value'")
            }
            options[entry.key.value.lowercased()] = entry
        }
        guard let table = options.removeValue(forKey: "table") else {
            throw QueryHints.problem(hint, "needs the option 'table'")
        }
        for (key, entry) in options.sorted(by: { $0.key < $1.key }) { try check(key, entry, hint) }
        let retries = retryOptions.filter { options[$0] != nil }
        guard retries.isEmpty || retries.count == retryOptions.count else {
            let missing = retryOptions.filter { options[$0] == nil }.joined(separator: "', '")
            throw QueryHints.problem(hint, "asks for retries without '\(missing)'")
        }
        return (table.value, options["scan"]?.value.value.lowercased() == "true")
    }

    private static func check(_ key: String, _ entry: OptionEntry, _ hint: Hint) throws {
        let value = entry.value.value
        guard let form = forms[key] else {
            throw SQLError(
                .invalidHint,
                "the hint LOOKUP has no option '\(key)'",
                at: entry.key.span,
                hint: NearestName.hint(for: key, in: forms.keys.sorted())
            )
        }
        let isFine =
            switch form {
            case .text(let choices): choices.contains(value.lowercased())
            case .boolean: ["true", "false"].contains(value.lowercased())
            case .duration: (DurationText.parseMillis(value) ?? 0) > 0
            case .positive: (Int64(value) ?? 0) > 0
            }
        if !isFine { throw QueryHints.problem(hint, "cannot have '\(key)' = '\(value)'", at: entry.value.span) }
    }
}
