import SluiceColumns
import SluiceConnect

/// What is known of a query's result before its first row.
package struct QueryResult: Sendable {
    /// The columns.
    package var fields: [RowField]
    /// The row kinds that will come.
    package var mode: ChangelogMode
    /// Whether rows come as fast as they can and end by themselves: every source is bounded and none is throttled.
    package var isPrompt: Bool
    /// The session's time zone, in which TIMESTAMP_LTZ is shown.
    package var timeZone: String
    /// `table.display.max-column-width`: characters of a text value that a printed table shows.
    package var columnWidthMax: Int
    /// Makes a description.
    package init(
        fields: [RowField],
        mode: ChangelogMode,
        isPrompt: Bool = true,
        timeZone: String = "UTC",
        columnWidthMax: Int = 30
    ) {
        self.fields = fields
        self.mode = mode
        self.isPrompt = isPrompt
        self.timeZone = timeZone
        self.columnWidthMax = columnWidthMax
    }
}

/// Takes what a statement gives.
///
/// Called by one thread at a time, but not always the same.
package protocol StatementOutput: Sendable {
    /// A statement without a result has been carried out.
    func done() throws
    /// What people should know about a job that is about to run; often nothing.
    func warnings(_ lines: [String]) throws
    /// The lines of SHOW, DESCRIBE, EXPLAIN.
    func text(_ lines: [String]) throws
    /// A query is about to run; calls `begin(_ fields:)` unless implemented.
    func begin(_ result: QueryResult) throws
    /// The columns of a query, before its first rows.
    func begin(_ fields: [RowField]) throws
    /// Rows of a query: a changelog.
    func rows(_ batch: Batch) throws
    /// A query has come to its end.
    func end() throws
}

extension StatementOutput {
    /// Passes over them.
    package func warnings(_ lines: [String]) throws {}
    /// Hands on the columns.
    package func begin(_ result: QueryResult) throws { try begin(result.fields) }
    /// Takes nothing.
    package func begin(_ fields: [RowField]) throws {}
}
