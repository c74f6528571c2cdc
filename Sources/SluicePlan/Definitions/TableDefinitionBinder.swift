import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Turns CREATE TABLE into a table of the catalog: types resolved, expressions checked.
struct TableDefinitionBinder {
    let context: PlanningContext
    let catalog: Catalog

    init(_ context: PlanningContext, _ catalog: Catalog) {
        self.context = context
        self.catalog = catalog
    }

    /// The table that the statement defines; `base` is what LIKE brings along.
    func bind(_ create: CreateTable, path: ObjectPath, base: CatalogTable?) throws -> CatalogTable {
        var table = base ?? CatalogTable(path: path, columns: [], options: [:])
        table.path = path
        table.isTemporary = create.isTemporary
        table.comment = create.comment?.value ?? table.comment
        try refuseDuplicates(create, base)
        for definition in create.columns where !definition.isComputed { try add(definition, to: &table) }
        var ofQuery: [RowField] = []
        if let query = create.query { ofQuery = try addColumns(of: query, to: &table, create) }
        let queryNames = ofQuery.map(\.name)
        try addComputed(create.columns, to: &table, base, queryNames)
        try refuseSharedMetadata(table, at: create.span)
        try addConstraints(create, to: &table, inherited: (base?.columns.map(\.name) ?? []) + queryNames)
        try refuseNulls(of: ofQuery, in: table, at: create.span)
        if let watermark = create.watermark { table.watermark = try bindWatermark(watermark, table) }
        if !create.partitionedBy.isEmpty { table.partitionKeys = try partitionKeys(create.partitionedBy, table) }
        if let distribution = create.distribution { table.distribution = try checked(distribution, table) }
        for entry in create.options { table.set(entry, textNumber: context.textNumber) }
        return table
    }

    // MARK: Columns

    private func refuseDuplicates(_ create: CreateTable, _ base: CatalogTable?) throws {
        var seen: Set<String> = []
        for definition in create.columns {
            guard seen.insert(definition.name.text).inserted else {
                throw SQLError(
                    .invalidDefinition,
                    "the column '\(definition.name.text)' stands twice",
                    at: definition.name.span
                )
            }
            let overwrites = create.like.map {
                LikeMerge.strategy(of: definition.isMetadata ? .metadata : .generated, $0)
            }
            guard let index = base?.index(of: definition.name.text), let inherited = base?.columns[index].kind else {
                continue
            }
            let isOverwritten = overwrites == .overwriting && definition.isSameKind(as: inherited)
            if !isOverwritten {
                throw SQLError(
                    .invalidDefinition,
                    "the column '\(definition.name.text)' is in the base table already",
                    at: definition.name.span
                )
            }
        }
    }

    private func add(_ definition: ColumnDefinition, to table: inout CatalogTable) throws {
        guard let column = try stored(definition) else { return }
        place(column, in: &table)
    }

    private func place(_ column: CatalogColumn, in table: inout CatalogTable) {
        if let index = table.index(of: column.name) {
            table.columns[index] = column
        } else {
            table.columns.append(column)
        }
    }

    /// A physical or metadata column; nil for the others.
    func stored(_ definition: ColumnDefinition) throws -> CatalogColumn? {
        let comment = definition.comment?.value
        switch definition.kind {
        case .physical(let type, _):
            return CatalogColumn(definition.name.text, try TypeBinder.bind(type), comment: comment)
        case .metadata(let type, let key, let isVirtual):
            return CatalogColumn(
                definition.name.text,
                try TypeBinder.bind(type),
                kind: .metadata(key: key?.value, isVirtual: isVirtual),
                comment: comment
            )
        case .computed, .nameOnly: return nil
        }
    }

    /// Refuses two columns of one key of metadata.
    func refuseSharedMetadata(_ table: CatalogTable, at span: SourceSpan) throws {
        var columns: [String: String] = [:]
        for column in table.columns {
            guard case .metadata(let named, _) = column.kind else { continue }
            let key = named ?? column.name
            if let other = columns.updateValue(column.name, forKey: key) {
                throw SQLError(
                    .invalidDefinition,
                    "the columns '\(other)' and '\(column.name)' are the same metadata '\(key)'",
                    at: span,
                    hint: "make one of them a computed column: \(column.name) AS \(other)"
                )
            }
        }
    }

    /// Computed columns see the stored ones, wherever they stand; the order of the statement is kept.
    private func addComputed(
        _ definitions: [ColumnDefinition],
        to table: inout CatalogTable,
        _ base: CatalogTable?,
        _ ofQuery: [String]
    ) throws {
        guard definitions.contains(where: \.isComputed) else { return }
        for definition in definitions {
            guard case .computed(let expression) = definition.kind else { continue }
            place(try computed(definition.name.text, expression, definition.comment?.value, table), in: &table)
        }
        let inherited = base?.columns.map(\.name) ?? []
        let own = definitions.map(\.name.text).filter { !inherited.contains($0) && !ofQuery.contains($0) }
        let order = inherited + own + ofQuery
        table.columns.sort { lhs, rhs in
            (order.firstIndex(of: lhs.name) ?? 0) < (order.firstIndex(of: rhs.name) ?? 0)
        }
    }

    /// A computed column over the stored columns of `table`.
    func computed(
        _ name: String,
        _ expression: Expression,
        _ comment: String?,
        _ table: CatalogTable
    ) throws -> CatalogColumn {
        let fields = table.columns.filter(\.isStored).map { RowField($0.name, $0.type) }
        let binder = ExpressionBinder(context, scope: Scope(name: table.path.object, fields: fields))
        let bound = try binder.bindTyped(expression)
        return CatalogColumn(name, bound.type, kind: .computed(expression), comment: comment)
    }

    /// A column that the query may leave NULL cannot be declared NOT NULL.
    private func refuseNulls(of query: [RowField], in table: CatalogTable, at span: SourceSpan) throws {
        for field in query where field.type.isNullable {
            guard let index = table.index(of: field.name), !table.columns[index].type.isNullable else { continue }
            throw SQLError(
                .sinkMismatch,
                "the column '\(field.name)' is NOT NULL, and the query's column is nullable",
                at: span,
                hint: "select COALESCE(\(field.name), ...), or declare the column nullable"
            )
        }
    }

    /// CREATE TABLE AS: adds the columns of the query, in the order that names alone may give, and gives them.
    private func addColumns(
        of query: Query,
        to table: inout CatalogTable,
        _ create: CreateTable
    ) throws -> [RowField] {
        let fields = try QueryPlanner.withUniqueNames(QueryBinder(context, catalog).bind(query)).fields
        var columns = fields.map { CatalogColumn($0.name, $0.type.withoutTimeAttribute) }
        let names = create.columns.compactMap { definition -> Identifier? in
            if case .nameOnly = definition.kind { definition.name } else { nil }
        }
        if !names.isEmpty {
            guard names.count == columns.count, Set(names.map(\.text)) == Set(columns.map(\.name)) else {
                throw SQLError(
                    .invalidDefinition,
                    "the names must be those of the query: "
                        + columns.map(\.name).joined(separator: ", "),
                    at: create.span
                )
            }
            columns = names.compactMap { name in columns.first { $0.name == name.text } }
        }
        for definition in create.columns where columns.contains(where: { $0.name == definition.name.text }) {
            switch definition.kind {
            case .computed, .metadata(_, _, isVirtual: true):
                throw SQLError(
                    .invalidDefinition,
                    "the column '\(definition.name.text)' comes from the query and cannot be computed",
                    at: definition.span
                )
            default: break
            }
        }
        let declared = table.columns
        table.columns = declared.filter { column in !columns.contains { $0.name == column.name } }
        for column in columns {
            let explicit = declared.first { $0.name == column.name }
            table.columns.append(explicit ?? column)
        }
        return columns.map { RowField($0.name, $0.type) }
    }

    // MARK: Constraints

    /// What LIKE or a query brings along, `inherited`, must be NOT NULL already to be a key; own columns become so.
    private func addConstraints(_ create: CreateTable, to table: inout CatalogTable, inherited: [String]) throws {
        var constraints = create.constraints
        for definition in create.columns {
            if case .physical(_, let constraint?) = definition.kind { constraints.append(constraint) }
        }
        for constraint in constraints {
            guard table.primaryKey == nil || create.like != nil && constraints.count == 1 else {
                throw SQLError(.invalidDefinition, "a table has one PRIMARY KEY", at: constraint.span)
            }
            let own = create.columns.map(\.name.text)
            for name in constraint.columns where inherited.contains(name.text) && !own.contains(name.text) {
                guard let index = table.index(of: name.text), table.columns[index].type.isNullable else { continue }
                throw SQLError(
                    .invalidDefinition,
                    "the key column '\(name.text)' is nullable",
                    at: name.span,
                    hint: "declare it with its type and NOT NULL"
                )
            }
            try addKey(constraint, to: &table)
        }
    }

    /// Sets the primary key and makes its columns NOT NULL.
    func addKey(_ constraint: TableConstraint, to table: inout CatalogTable) throws {
        guard constraint.kind == .primaryKey else {
            throw SQLError(
                .unsupported,
                "UNIQUE is not supported",
                at: constraint.span,
                hint: "use PRIMARY KEY ... NOT ENFORCED"
            )
        }
        guard constraint.isEnforced == false else {
            throw SQLError(
                .unsupported,
                "a PRIMARY KEY is not checked here and must say so",
                at: constraint.span,
                hint: "write PRIMARY KEY (...) NOT ENFORCED"
            )
        }
        if let repeated = constraint.columns.repeatedName {
            throw SQLError(.invalidDefinition, "the key names '\(repeated.text)' twice", at: repeated.span)
        }
        for name in constraint.columns {
            guard let index = table.index(of: name.text) else {
                throw SQLError(
                    .unknownColumn,
                    "no column '\(name.text)'",
                    at: name.span,
                    hint: NearestName.hint(for: name.text, in: table.columns.map(\.name))
                )
            }
            guard case .physical = table.columns[index].kind else {
                throw SQLError(
                    .invalidDefinition,
                    "the key column '\(name.text)' must be a physical column",
                    at: name.span
                )
            }
            table.columns[index].type.isNullable = false
        }
        table.primaryKey = CatalogKey(name: constraint.name?.text, columns: constraint.columns.map(\.text))
    }

    /// Checks a watermark against the columns of `table`.
    func bindWatermark(_ definition: WatermarkDefinition, _ table: CatalogTable) throws -> CatalogWatermark {
        let name = definition.column
        guard name.parts.count == 1, let index = table.index(of: name.text) else {
            throw SQLError(
                .unknownColumn,
                "no column '\(name.text)' for the watermark",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: table.columns.map(\.name))
                    ?? (name.parts.count > 1 ? "declare a computed column with the field first" : nil)
            )
        }
        let type = table.columns[index].type
        try requireTime(type, name.text, at: name.span)
        let binder = ExpressionBinder(context, scope: Scope(name: table.path.object, fields: table.fields))
        let bound = try binder.bind(definition.expression)
        switch (type.logical, bound.type.logical) {
        case (.timestamp, .timestamp), (.timestampLTZ, .timestampLTZ): break
        default:
            throw SQLError(
                .typeMismatch,
                "the watermark of '\(name.text)' is \(bound.type.logical), not \(type.logical)",
                at: definition.expression.span
            )
        }
        return CatalogWatermark(column: name.text, expression: definition.expression)
    }

    private func requireTime(_ type: DataType, _ name: String, at span: SourceSpan) throws {
        switch type.logical {
        case .timestamp(0...3), .timestampLTZ(0...3): return
        default:
            throw SQLError(
                .typeMismatch,
                "the time attribute '\(name)' must be TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p to 3, "
                    + "it is \(type.logical)",
                at: span,
                hint: "declare a computed column with CAST(\(name) AS TIMESTAMP(3))"
            )
        }
    }

    private func partitionKeys(_ names: [Identifier], _ table: CatalogTable) throws -> [String] {
        for name in names where !table.columns.contains(where: { $0.name == name.text && $0.isStored }) {
            throw SQLError(
                .unknownColumn,
                "no physical column '\(name.text)' to partition by",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: table.columns.map(\.name))
            )
        }
        return names.map(\.text)
    }

    /// Checks DISTRIBUTED BY.
    func checked(_ distribution: Distribution, _ table: CatalogTable) throws -> Distribution {
        for name in distribution.columns where !table.columns.contains(where: { $0.name == name.text && $0.isStored }) {
            throw SQLError(
                .unknownColumn,
                "no physical column '\(name.text)' to distribute by",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: table.columns.map(\.name))
            )
        }
        if let count = distribution.bucketCount, count <= 0 {
            throw SQLError(.invalidDefinition, "the number of buckets must be positive", at: distribution.span)
        }
        return distribution
    }
}

extension [Identifier] {
    /// The first name that stands there a second time.
    fileprivate var repeatedName: Identifier? {
        var seen: Set<String> = []
        return first { !seen.insert($0.text).inserted }
    }
}

extension ColumnDefinition {
    /// Whether it is computed, or metadata, as a column of the catalog is: OVERWRITING replaces like by like.
    fileprivate func isSameKind(as kind: CatalogColumn.Kind) -> Bool {
        switch kind {
        case .physical: false
        case .metadata: isMetadata
        case .computed: isComputed
        }
    }

    /// `name type PRIMARY KEY NOT ENFORCED`.
    var hasConstraint: Bool { if case .physical(_, _?) = kind { true } else { false } }
    /// `name AS expression`.
    var isComputed: Bool { if case .computed = kind { true } else { false } }
    /// `name type METADATA`.
    var isMetadata: Bool { if case .metadata = kind { true } else { false } }
}
