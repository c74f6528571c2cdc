import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// What FROM gives: rows and what their columns are called.
struct BoundTable {
    var plan: LogicalPlan
    var scope: Scope
}

extension QueryBinder {
    /// Binds one table reference of FROM.
    func bindFrom(_ reference: TableReference) throws -> BoundTable {
        switch reference.kind {
        case .table(let named):
            if let systemTime = named.systemTime {
                throw SQLError(
                    .unsupported,
                    "FOR SYSTEM_TIME AS OF stands on the right side of a join",
                    at: systemTime.span,
                    hint: "write FROM a JOIN b FOR SYSTEM_TIME AS OF a.time ON ..."
                )
            }
            return try bindTable(named.name, hints: named.hints)
        case .derived(let query, false):
            let plan = try bind(query)
            return BoundTable(plan: plan, scope: Scope(name: nil, fields: plan.fields))
        case .aliased(let inner, let alias): return try bindAliased(inner, alias)
        case .join(let join): return try bindJoin(join, reference.span)
        case .function(let call, _, _):
            if let table = FunctionTable(reference) { return try bindFunctionTable(table) }
            return try bindTableFunction(call)
        case .derived(_, true):
            throw SQLError(
                .unsupported,
                "LATERAL without a table to its left is not supported",
                at: reference.span,
                hint: "write a join"
            )
        case .unnest(let values, let withOrdinality):
            return try bindUnnest(UnnestReference(values, withOrdinality, alias: nil, at: reference.span))
        case .matchRecognize(let match): return try MatchBinder(self, match, at: reference.span).bind()
        case .sample:
            throw SQLError(
                .unsupported,
                "TABLESAMPLE is not supported",
                at: reference.span,
                hint: "filter with RAND() < 0.1"
            )
        }
    }

    private func bindAliased(_ inner: TableReference, _ alias: TableAlias) throws -> BoundTable {
        if case .unnest(let values, let withOrdinality) = inner.kind {
            return try bindUnnest(UnnestReference(values, withOrdinality, alias: alias, at: inner.span))
        }
        if var table = FunctionTable(inner) {
            table.alias = alias
            return try bindFunctionTable(table)
        }
        var table = try bindFrom(inner)
        if !alias.columns.isEmpty { table.plan = try Self.renamed(table.plan, alias.columns, at: alias.span) }
        let hidden = table.scope.entries.reduce(into: Set<Int>()) { $0.formUnion($1.hidden) }
        table.scope = Scope(name: alias.name.text, fields: table.plan.fields, hidden: hidden)
        return table
    }

    /// Binds a table, a view, or a name of WITH.
    func bindTable(_ name: ObjectName, hints: [Hint] = []) throws -> BoundTable {
        if name.parts.count == 1, let plan = commonTables[name.text] {
            return BoundTable(plan: plan, scope: Scope(name: name.text, fields: plan.fields))
        }
        switch try catalog.resolve(name) {
        case .table(let table): return try bindStored(table, name, hints)
        case .view(let view): return try bindView(view, name)
        }
    }

    private func bindView(_ view: CatalogView, _ name: ObjectName) throws -> BoundTable {
        guard viewDepth < 64 else {
            throw SQLError(.invalidDefinition, "views are nested too deep", at: name.span)
        }
        var inside = catalog
        inside.currentCatalog = view.catalog
        inside.currentDatabase = view.database
        var binder = QueryBinder(context, inside)
        binder.viewDepth = viewDepth + 1
        do {
            let body = try binder.bind(view.query)
            guard body.fields.count == view.fields.count else {
                throw SQLError(.invalidDefinition, "its columns have changed", at: name.span)
            }
            let plan = LogicalPlan.calc(
                LogicalCalc(body, projections: body.allColumns, names: view.fields.map(\.name))
            )
            return BoundTable(
                plan: plan,
                scope: Scope(name: view.path.object, path: view.path, fields: plan.fields)
            )
        } catch let error as SQLError {
            // The place inside the view's text means nothing to the reader of this statement.
            throw SQLError(
                error.code,
                "in the view '\(name.text)': \(error.message)",
                at: name.span,
                hint: error.hint
            )
        }
    }

    private func bindStored(_ table: CatalogTable, _ name: ObjectName, _ hints: [Hint]) throws -> BoundTable {
        let options = try hintedOptions(table, hints)
        let plan = try TableExpansion(context, catalog).plan(table, options: options, at: name.span)
        let hidden = hiddenColumns(table)
        return BoundTable(
            plan: plan,
            scope: Scope(name: table.path.object, path: table.path, fields: plan.fields, hidden: hidden)
        )
    }

    /// The table's options with those of OPTIONS hints over them.
    func hintedOptions(_ table: CatalogTable, _ hints: [Hint]) throws -> [String: String] {
        var options = table.options
        for hint in hints where hint.name.text.uppercased() == "OPTIONS" {
            guard context.configuration.boolean("table.dynamic-table-options.enabled") else {
                throw SQLError(
                    .unsupported,
                    "OPTIONS hints are switched off",
                    at: hint.span,
                    hint: "SET 'table.dynamic-table-options.enabled' = 'true'"
                )
            }
            for case .option(let entry) in hint.arguments { options[entry.key.value] = entry.value.value }
        }
        return options
    }

    /// Columns that `*` leaves out by `table.column-expansion-strategy`.
    private func hiddenColumns(_ table: CatalogTable) -> Set<Int> {
        let strategies = (context.configuration.text("table.column-expansion-strategy") ?? "").uppercased()
        var hidden: Set<Int> = []
        for (index, column) in table.columns.enumerated() {
            guard case .metadata(let key, true) = column.kind else { continue }
            let strategy =
                key == nil
                ? "EXCLUDE_DEFAULT_VIRTUAL_METADATA_COLUMNS" : "EXCLUDE_ALIASED_VIRTUAL_METADATA_COLUMNS"
            if strategies.contains(strategy) { hidden.insert(index) }
        }
        return hidden
    }
}
