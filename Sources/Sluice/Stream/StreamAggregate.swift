/// An aggregate over the rows of a group.
public struct StreamAggregate: Sendable {
    private let call: String
    private let name: String
    private var condition: String?

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
