import SluiceColumns

/// Gives each row as often as its last column, a BIGINT NOT NULL, says; that column is left out.
package struct LogicalReplicate: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Makes the node.
    package init(_ input: LogicalPlan) { self.input = input }

    /// The input's columns without the last.
    package var fields: [RowField] { input.fields.dropLast() }
}
