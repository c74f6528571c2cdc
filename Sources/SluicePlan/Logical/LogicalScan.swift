import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// Reads the stored columns of a table.
package struct LogicalScan: Sendable, Hashable {
    /// The table.
    package var table: CatalogTable
    /// The table's options with those of an OPTIONS hint over them.
    package var options: [String: String]
    /// The columns to produce.
    package var columns: [ProjectedColumn]
    /// Their names and types.
    package var fields: [RowField]
    /// Where the statement names the table.
    package var span: SourceSpan

    /// A scan of all stored columns.
    package init(_ table: CatalogTable, options: [String: String], at span: SourceSpan) {
        self.span = span
        self.table = table
        self.options = options
        let stored = table.columns.filter(\.isStored)
        columns = stored.enumerated().map { ProjectedColumn(index: $0.offset, type: $0.element.type) }
        fields = stored.map { RowField($0.name, $0.type) }
    }

    /// The same scan with the columns of the PRIMARY KEY that it leaves out behind its own.
    var withKey: LogicalScan {
        var wide = self
        for (index, column) in table.columns.filter(\.isStored).enumerated()
        where table.primaryKey?.columns.contains(column.name) == true && !columns.contains(where: { $0.index == index })
        {
            wide.columns.append(ProjectedColumn(index: index, type: column.type))
            wide.fields.append(RowField(column.name, column.type))
        }
        return wide
    }

    /// What its table and connector are, whatever the columns.
    package var source: Source { Source(table: table, options: options) }

    /// What two scans have in common that can be one.
    package struct Source: Sendable, Hashable {
        /// The table.
        package var table: CatalogTable
        /// The options.
        package var options: [String: String]
    }
}

/// A constant table.
package struct LogicalValues: Sendable, Hashable {
    /// The rows.
    package var rows: [[Value]]
    /// Names and types of the columns.
    package var fields: [RowField]
    /// Makes a constant table.
    package init(rows: [[Value]], fields: [RowField]) {
        self.rows = rows
        self.fields = fields
    }
    /// One row without columns: what a SELECT without FROM reads.
    package static let oneRow = LogicalValues(rows: [[]], fields: [])
}

/// Filters, then projects.
package struct LogicalCalc: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Keeps the rows for which it is TRUE; nil keeps all.
    package var predicate: ScalarExpression?
    /// The output columns over the input's.
    package var projections: [ScalarExpression]
    /// Their names and types.
    package var fields: [RowField]

    /// Makes a calc; names are given, types are those of the projections.
    package init(
        _ input: LogicalPlan,
        predicate: ScalarExpression? = nil,
        projections: [ScalarExpression],
        names: [String]
    ) {
        self.input = input
        self.predicate = predicate
        self.projections = projections
        fields = zip(names, projections).map { RowField($0, $1.type) }
    }

    /// A filter.
    package init(_ input: LogicalPlan, predicate: ScalarExpression) {
        self.init(input, predicate: predicate, projections: input.allColumns, names: input.fields.map(\.name))
    }

    /// Whether it passes all columns on as they are.
    package var isIdentity: Bool {
        guard projections.count == input.fields.count else { return false }
        for (index, projection) in projections.enumerated() {
            guard case .column(index, _) = projection else { return false }
        }
        return true
    }
}

/// Computes the watermark of every row.
package struct LogicalWatermark: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Index of the time attribute.
    package var timeColumn: Int
    /// The watermark over the input's columns.
    package var expression: ScalarExpression
    /// Makes a watermark.
    package init(_ input: LogicalPlan, timeColumn: Int, expression: ScalarExpression) {
        self.input = input
        self.timeColumn = timeColumn
        self.expression = expression
    }
}
