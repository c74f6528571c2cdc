import SluiceConnect

/// A table of the catalog as a query sees it: scan, computed columns and watermark as one unit.
///
/// Rules look at it as a leaf, so that no filter moves below a watermark and so that all its readers, in all INSERTs of
/// a statement set, can share one scan. `SharedTables` takes it apart in the end.
package struct LogicalTable: Sendable, Hashable {
    /// What makes two of them the same.
    package var source: LogicalScan.Source
    /// The rows, with all the columns of the table.
    package var plan: LogicalPlan
    /// Makes a table.
    package init(source: LogicalScan.Source, plan: LogicalPlan) {
        self.source = source
        self.plan = plan
    }
}
