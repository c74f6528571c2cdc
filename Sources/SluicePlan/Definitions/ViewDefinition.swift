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

    /// A view's columns have different names; only those that a star brings along twice get new ones.
    private func refuseRepeated(_ columns: [CreateView.Column], _ query: Query) throws {
        var names = columns.map(\.name)
        if names.isEmpty { names = Self.writtenNames(query.body) }
        var seen: Set<String> = []
        for name in names where !seen.insert(name.text).inserted {
            throw SQLError(
                .invalidDefinition,
                "the view has two columns '\(name.text)'",
                at: name.span,
                hint: "name one of them otherwise with AS"
            )
        }
    }

    /// The names that the items of SELECT have been given; none where a star stands among them.
    private static func writtenNames(_ body: QueryBody) -> [Identifier] {
        switch body.kind {
        case .select(let select):
            var names: [Identifier] = []
            for item in select.items {
                switch item.kind {
                case .star, .qualifiedStar: return []
                case .expression(_, let alias?): names.append(alias)
                case .expression(let expression, nil):
                    guard case .name(let parts) = expression.kind, let last = parts.last else { continue }
                    names.append(last)
                }
            }
            return names
        case .setOperation(let operation): return writtenNames(operation.left)
        case .nested(let query): return writtenNames(query.body)
        case .values, .table: return []
        }
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
        try refuseRepeated(columns, query)
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
