import SluiceColumns
import SluiceSQL

/// Keeps the first rows of each partition in a given order.
///
/// Columns: the input's, then the rank where it is asked for.
package struct LogicalRank: Sendable, Hashable {
    /// What bounds the state and says when a row is given.
    package enum Scope: Sendable, Hashable {
        /// Nothing: a changelog of what is among the first rows now.
        case unbounded
        /// The partition keys hold the bounds of a window, whose end is in this column: its rows are given once.
        case window(end: Int, timeZone: String?)
        /// The row with the least time in this rowtime attribute, given when the watermark reaches it.
        case firstByTime(Int)
    }
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Input columns of PARTITION BY.
    package var partitionKeys: [Int]
    /// The order; without any it is that of arrival.
    package var order: [SortField]
    /// What decides between rows that are equal in the order.
    package var ties: RankTies
    /// Which ranks are kept.
    package var range: RankRange
    /// The name of the column with the rank; nil where nobody reads it.
    package var rankName: String?
    /// When rows are given.
    package var scope: Scope
    /// Where the statement asks for the order.
    package var span: SourceSpan
    /// Makes the node.
    package init(
        _ input: LogicalPlan,
        partitionKeys: [Int] = [],
        order: [SortField],
        ties: RankTies = .firstArrived,
        range: RankRange,
        rankName: String? = nil,
        scope: Scope = .unbounded,
        at span: SourceSpan
    ) {
        self.input = input
        self.partitionKeys = partitionKeys
        self.order = order
        self.ties = ties
        self.range = range
        self.rankName = rankName
        self.scope = scope
        self.span = span
    }

    /// The input's columns, then the rank.
    package var fields: [RowField] { input.fields + (rankName.map { [RowField($0, LogicalRank.rankType)] } ?? []) }

    /// The type of a rank.
    package static let rankType = DataType.notNull(.bigint)
}

/// Gives the rows of a stream in the order of event time.
package struct LogicalSort: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// The order; the first field is the rowtime attribute, ascending.
    package var order: [SortField]
    /// Where the statement asks for the order.
    package var span: SourceSpan
    /// Makes the node.
    package init(_ input: LogicalPlan, order: [SortField], at span: SourceSpan) {
        self.input = input
        self.order = order
        self.span = span
    }
}
