import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Gives each row the results of functions over the rows around it.
///
/// Columns: the input's, then one per call. Any order can stand here: rules turn ranks into Top-N and deduplication,
/// and `CheckOver` refuses what is left and cannot be streamed.
package struct LogicalOver: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Input columns of PARTITION BY, ascending.
    package var partitionKeys: [Int]
    /// ORDER BY without constants, over the input's columns.
    package var order: [SortField]
    /// The rows that a row's results are computed from.
    package var frame: OverFrame
    /// The functions, with their arguments over the input's columns; `AggregateCall.ranking` tells the ranks.
    package var calls: [AggregateCall]
    /// Names of the calls' columns.
    package var names: [String]
    /// Whether its input is another window of the same SELECT: Flink computes only one of them.
    package var isFurtherWindow = false
    /// Where the statement writes the window.
    package var span = SourceSpan.none

    /// Makes the node.
    package init(
        _ input: LogicalPlan,
        partitionKeys: [Int],
        order: [SortField],
        frame: OverFrame,
        calls: [AggregateCall],
        names: [String]
    ) {
        self.input = input
        self.partitionKeys = partitionKeys
        self.order = order
        self.frame = frame
        self.calls = calls
        self.names = names
    }

    /// Index of the first call's column.
    package var firstCall: Int { input.fields.count }

    /// The input's columns, then the calls'.
    package var fields: [RowField] { input.fields + zip(names, calls).map { RowField($0, $1.resultType) } }
}

/// The rows of an OVER window that a row's results are computed from: from some rows before it to the row itself.
package struct OverFrame: Sendable, Hashable {
    /// How rows before the current one are counted.
    package enum Unit: String, Sendable, Hashable {
        /// By number. Rows that are equal in the order count in order of arrival.
        case rows = "ROWS"
        /// By the distance in the order. Rows that are equal in the order belong together.
        case range = "RANGE"
    }
    /// How they are counted.
    package var unit: Unit
    /// How far back it reaches, in rows or microseconds; nil is to the first row.
    package var preceding: Int64?

    /// Makes a frame that ends with the current row.
    package init(_ unit: Unit, preceding: Int64? = nil) {
        self.unit = unit
        self.preceding = preceding
    }
}

/// A function that numbers the rows of a partition.
package enum RankingFunction: String, Sendable, Hashable {
    case rowNumber = "ROW_NUMBER"
    case rank = "RANK"
    case denseRank = "DENSE_RANK"
}

extension AggregateCall {
    /// Which rank it is; nil for any other function.
    package var ranking: RankingFunction? { RankingFunction(rawValue: function.name) }
}
