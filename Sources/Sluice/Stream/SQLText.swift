/// Pieces of SQL text.
enum SQLText {
    /// A quoted identifier.
    static func identifier(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    /// Quoted identifiers with commas between.
    static func identifiers(_ names: [String]) -> String { names.map(identifier).joined(separator: ", ") }

    /// A string literal.
    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// A `WITH` clause.
    static func options(_ options: [String: String]) -> String {
        options.sorted { $0.key < $1.key }.map { "\(literal($0.key)) = \(literal($0.value))" }.joined(separator: ", ")
    }

    /// An interval literal of any number of milliseconds.
    static func interval(millis: Int64) -> String {
        let sign = millis < 0 ? "-" : ""
        let magnitude = millis.magnitude
        let fraction = String(magnitude % 1_000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        let (days, rest) = (magnitude / 1_000).quotientAndRemainder(dividingBy: 86_400)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "INTERVAL '\(sign)\(days) \(clock.joined(separator: ":")).\(padded)' DAY(6) TO SECOND(3)"
    }

    /// An interval literal, in whole milliseconds.
    static func interval(_ duration: Duration) -> String { interval(millis: duration.wholeMillis) }
}

extension Duration {
    /// Milliseconds, cut off.
    var wholeMillis: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
