import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Joins each row of the left plan with the version of the right one that `FOR SYSTEM_TIME AS OF` names.
///
/// Columns: the left's, then the right's.
package struct LogicalTemporalJoin: Sendable, Hashable {
    /// Inputs, kind (inner or left) and condition.
    package var join: LogicalJoin
    /// Which version is meant.
    package var version: Version
    /// Where the right rows are those that a deduplication would keep the last of: the columns of its key.
    ///
    /// A row that comes behind a later one of its key is no version then.
    package var deduplicatedKey: [Int]?
    /// Whether a lookup may read the whole table for each row, as a hint says.
    package var allowsScan = false
    /// Where the statement names the right table.
    package var span: SourceSpan

    /// Which version of the right table a row sees.
    package enum Version: Sendable, Hashable {
        /// The one that was valid at the row's event time: columns of the left and of the right input.
        case eventTime(left: Int, right: Int)
        /// What the table holds when the row is processed; the right input is a scan, or a calc over one.
        case lookup
    }

    /// Makes the node.
    package init(_ join: LogicalJoin, version: Version, at span: SourceSpan) {
        self.join = join
        self.version = version
        self.span = span
    }

    /// The columns; those of the right are nullable in a left join.
    package var fields: [RowField] { join.fields }

    /// The same node around another join, whose inputs have their time columns where these have them.
    func around(_ join: LogicalJoin) -> LogicalTemporalJoin {
        var node = self
        node.join = join
        return node
    }
}
