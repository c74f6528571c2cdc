/// How the rows of a stream are cut into windows of event time.
public struct StreamWindow: Sendable {
    let function: String
    /// Sizes in milliseconds, in the order of the SQL function's arguments.
    let sizesMillis: [Int64]
    let offsetMillis: Int64

    /// Windows of `size`, one after the other.
    public static func tumbling(_ size: Duration, offset: Duration = .zero) -> StreamWindow {
        StreamWindow(function: "TUMBLE", sizesMillis: [millis(size)], offsetMillis: millis(offset))
    }

    /// Windows of `size`, one every `slide`.
    public static func hopping(_ size: Duration, every slide: Duration, offset: Duration = .zero) -> StreamWindow {
        StreamWindow(function: "HOP", sizesMillis: [millis(slide), millis(size)], offsetMillis: millis(offset))
    }

    /// Windows that grow by `step` until they reach `size` and start again.
    public static func cumulating(_ size: Duration, every step: Duration, offset: Duration = .zero) -> StreamWindow {
        StreamWindow(function: "CUMULATE", sizesMillis: [millis(step), millis(size)], offsetMillis: millis(offset))
    }

    private static func millis(_ duration: Duration) -> Int64 {
        let parts = duration.components
        return parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000
    }

    /// The window table function over `table`.
    func sqlText(table: String, timeColumn: String) -> String {
        let arguments = (sizesMillis + (offsetMillis == 0 ? [] : [offsetMillis])).map(Self.interval)
        return "TABLE(\(function)(TABLE \(table), DESCRIPTOR(\(SQLText.identifier(timeColumn))), "
            + arguments.joined(separator: ", ") + "))"
    }

    /// An interval literal that holds any number of milliseconds.
    private static func interval(_ millis: Int64) -> String {
        let sign = millis < 0 ? "-" : ""
        let magnitude = millis.magnitude
        let fraction = String(magnitude % 1_000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        let (days, rest) = (magnitude / 1_000).quotientAndRemainder(dividingBy: 86_400)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "INTERVAL '\(sign)\(days) \(clock.joined(separator: ":")).\(padded)' DAY(6) TO SECOND(3)"
    }
}

/// An aggregate over the rows of a group.
public struct StreamAggregate: Sendable {
    let call: String
    let name: String
    var condition: String?

    init(_ call: String, _ name: String) {
        self.call = call
        self.name = name
    }

    /// The number of rows.
    public static func count(as name: String) -> StreamAggregate { StreamAggregate("COUNT(*)", name) }
    /// The number of different values of an expression.
    public static func countDistinct(_ expression: String, as name: String) -> StreamAggregate {
        StreamAggregate("COUNT(DISTINCT \(expression))", name)
    }
    /// The sum of an expression.
    public static func sum(_ expression: String, as name: String) -> StreamAggregate {
        StreamAggregate("SUM(\(expression))", name)
    }
    /// The mean of an expression.
    public static func average(_ expression: String, as name: String) -> StreamAggregate {
        StreamAggregate("AVG(\(expression))", name)
    }
    /// The least value of an expression.
    public static func min(_ expression: String, as name: String) -> StreamAggregate {
        StreamAggregate("MIN(\(expression))", name)
    }
    /// The greatest value of an expression.
    public static func max(_ expression: String, as name: String) -> StreamAggregate {
        StreamAggregate("MAX(\(expression))", name)
    }
    /// Any aggregate call of SQL, such as `STDDEV_POP(price)`.
    public static func sql(_ call: String, as name: String) -> StreamAggregate { StreamAggregate(call, name) }

    /// The same aggregate over the rows for which `condition` holds.
    public func filter(_ condition: String) -> StreamAggregate {
        var copy = self
        copy.condition = condition
        return copy
    }

    var sqlText: String {
        call + (condition.map { " FILTER (WHERE \($0))" } ?? "") + " AS " + SQLText.identifier(name)
    }
}

/// Pieces of SQL text.
enum SQLText {
    /// A quoted identifier.
    static func identifier(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    /// A string literal.
    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// A `WITH` clause.
    static func options(_ options: [String: String]) -> String {
        options.sorted { $0.key < $1.key }.map { "\(literal($0.key)) = \(literal($0.value))" }.joined(separator: ", ")
    }
}
