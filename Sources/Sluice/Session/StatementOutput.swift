import SluiceColumns

/// Takes what a statement gives. Called by one thread at a time, but not always the same.
package protocol StatementOutput: Sendable {
    /// A statement without a result has been carried out.
    func done() throws
    /// The lines of SHOW, DESCRIBE, EXPLAIN.
    func text(_ lines: [String]) throws
    /// The columns of a query, before its first rows.
    func begin(_ fields: [RowField]) throws
    /// Rows of a query: a changelog.
    func rows(_ batch: Batch) throws
    /// A query has come to its end.
    func end() throws
}
