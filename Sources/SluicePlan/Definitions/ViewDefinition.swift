import SluiceColumns
import SluiceSQL

/// Turns CREATE VIEW into a view of the catalog.
struct ViewDefinition {
    let context: PlanningContext
    let catalog: Catalog

    init(_ context: PlanningContext, _ catalog: Catalog) {
        self.context = context
        self.catalog = catalog
    }

    /// The view; its query is bound once to check it.
    func bind(
        _ query: Query,
        path: ObjectPath,
        columns: [CreateView.Column],
        comment: String?,
        isTemporary: Bool
    ) throws -> CatalogView {
        let bound = QueryPlanner.withUniqueNames(try QueryBinder(context, catalog).bind(query))
        var fields = bound.fields
        if !columns.isEmpty {
            guard columns.count == fields.count else {
                throw SQLError(
                    .invalidDefinition,
                    "the view has \(columns.count) column names, its query \(fields.count) columns: "
                        + fields.map(\.name).joined(separator: ", "),
                    at: columns[0].name.span
                )
            }
            for (index, column) in columns.enumerated() {
                fields[index].name = column.name.text
                fields[index].comment = column.comment?.value
            }
        }
        return CatalogView(
            path: path,
            query: try ViewExpansion(context, catalog).expand(query),
            fields: fields,
            comment: comment,
            isTemporary: isTemporary,
            catalog: catalog.currentCatalog,
            database: catalog.currentDatabase
        )
    }
}
