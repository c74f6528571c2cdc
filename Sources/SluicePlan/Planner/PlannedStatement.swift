import SluiceColumns
import SluiceSQL

/// What is to be done about one statement.
package enum PlannedStatement: Sendable {
    /// It is done: the catalog or the configuration has changed, or nothing had to.
    case done
    /// It is done, and this is its answer, line by line.
    case text([String])
    /// A SELECT: run the plan, whose last node collects rows of these columns.
    case query(PhysicalPlan, columns: [RowField])
    /// INSERTs: run the plan, which has one sink node each.
    case insert(PhysicalPlan)
    /// The answer to EXPLAIN.
    case explain(String)
}
