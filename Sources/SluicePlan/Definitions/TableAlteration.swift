import SluiceColumns
import SluiceSQL

/// ALTER TABLE: changes a table's definition and checks that it still holds together.
struct TableAlteration {
    let context: PlanningContext
    let catalog: Catalog
    let alter: AlterTable

    init(_ context: PlanningContext, _ catalog: Catalog, _ alter: AlterTable) {
        self.context = context
        self.catalog = catalog
        self.alter = alter
    }

    private var definitions: TableDefinitionBinder { TableDefinitionBinder(context, catalog) }

    /// Puts the changed table into `target`.
    func apply(to target: inout Catalog) throws -> PlannedStatement {
        let path = try catalog.path(alter.name)
        guard let object = try catalog.object(path) else {
            if alter.ifExists { return .done }
            _ = try catalog.resolve(alter.name)
            return .done
        }
        guard !object.isTemporary else {
            if alter.ifExists { return .done }
            throw problem(
                "'\(alter.name.text)' is temporary and stays as it is",
                alter.name.span,
                hint: "drop it, and create it anew"
            )
        }
        guard case .table(var table) = object else {
            throw SQLError(.unknownTable, "'\(alter.name.text)' is a view", at: alter.name.span, hint: "use ALTER VIEW")
        }
        if case .rename(let name) = alter.action {
            let renamed = try newPath(name)
            target.remove(path, isTemporary: false)
            table.path = renamed
            target.put(.table(table), at: renamed)
            return .done
        }
        try change(&table)
        target.put(.table(try checked(table)), at: path)
        return .done
    }

    private func newPath(_ name: ObjectName) throws -> ObjectPath {
        let path = try catalog.path(name)
        try catalog.requireDatabase(of: path, at: name.span)
        guard try catalog.object(path) == nil else {
            throw SQLError(.alreadyExists, "a table or view '\(name.text)' exists already", at: name.span)
        }
        return path
    }

    private func change(_ table: inout CatalogTable) throws {
        switch alter.action {
        case .rename: break
        case .renameColumn(let old, let new): try renameColumn(old, to: new, in: &table)
        case .set(let entries):
            for entry in entries { table.set(entry, textNumber: context.textNumber) }
        case .reset(let keys): try reset(keys, in: &table)
        case .add(let elements): for element in elements { try add(element, to: &table) }
        case .modify(let elements): for element in elements { try modify(element, in: &table) }
        case .dropColumns(let names): try dropColumns(names, in: &table)
        case .dropConstraint(let name):
            guard table.primaryKey?.name == name.text else {
                throw problem("there is no constraint '\(name.text)'", name.span)
            }
            table.primaryKey = nil
        case .dropPrimaryKey:
            guard table.primaryKey != nil else { throw problem("there is no primary key", alter.span) }
            table.primaryKey = nil
        case .dropWatermark:
            guard table.watermark != nil else { throw problem("there is no watermark", alter.span) }
            table.watermark = nil
        case .dropDistribution:
            guard table.distribution != nil else { throw problem("there is no distribution", alter.span) }
            table.distribution = nil
        case .addPartitions(let additions, let ifNotExists):
            try refusePartitionsInFiles(table)
            try table.add(additions, ifNotExists: ifNotExists, at: alter.span)
        case .dropPartitions(let partitions, let ifExists):
            try refusePartitionsInFiles(table)
            try table.drop(partitions, ifExists: ifExists, at: alter.span)
        }
    }

    /// The statement that a directory's file holds says nothing of partitions.
    private func refusePartitionsInFiles(_ table: CatalogTable) throws {
        guard catalog.catalogs[table.path.catalog]?.directory != nil else { return }
        throw SQLError(
            .unsupported,
            "a catalog in a directory keeps no list of partitions",
            at: alter.span,
            hint: "partitions are read and written without one"
        )
    }

    private func problem(_ message: String, _ span: SourceSpan, hint: String? = nil) -> SQLError {
        SQLError(.invalidDefinition, message, at: span, hint: hint)
    }

    private func index(of name: ObjectName, in table: CatalogTable) throws -> Int {
        guard name.parts.count == 1 else {
            throw SQLError(.unsupported, "fields of rows cannot be altered", at: name.span)
        }
        guard let index = table.index(of: name.text) else {
            throw SQLError(
                .unknownColumn,
                "no column '\(name.text)'",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: table.columns.map(\.name))
            )
        }
        return index
    }

    private func reset(_ keys: [StringText], in table: inout CatalogTable) throws {
        guard !keys.isEmpty else { throw problem("RESET needs the key of an option", alter.span) }
        for key in keys {
            guard key.value != "connector" else { throw problem("'connector' cannot be reset", key.span) }
            table.options[key.value] = nil
        }
    }

    private func renameColumn(_ old: ObjectName, to new: Identifier, in table: inout CatalogTable) throws {
        let index = try index(of: old, in: table)
        guard table.index(of: new.text) == nil else {
            throw problem("the column '\(new.text)' exists already", new.span)
        }
        try refuseReaders(of: old.text, in: table, old.span)
        table.columns[index].name = new.text
        if let key = table.primaryKey {
            table.primaryKey?.columns = key.columns.map { $0 == old.text ? new.text : $0 }
        }
    }

    private func refuseReaders(of name: String, in table: CatalogTable, _ span: SourceSpan) throws {
        if table.watermark?.column == name
            || table.watermark.map({ NameSearch.find(name, in: $0.expression) != nil }) == true
        {
            throw problem("the watermark reads the column '\(name)'", span, hint: "drop the watermark first")
        }
        for column in table.columns {
            if case .computed(let expression) = column.kind, NameSearch.find(name, in: expression) != nil {
                throw problem("the column '\(column.name)' is computed from '\(name)'", span)
            }
        }
        guard !table.partitionKeys.contains(name) else { throw problem("'\(name)' is a partition key", span) }
    }

    private func dropColumns(_ names: [ObjectName], in table: inout CatalogTable) throws {
        let dropped = Set(names.map(\.text))
        for name in names {
            let index = try index(of: name, in: table)
            var rest = table
            rest.columns.removeAll { dropped.contains($0.name) && $0.name != name.text }
            try refuseReaders(of: name.text, in: rest, name.span)
            guard table.primaryKey?.columns.contains(name.text) != true else {
                throw problem("'\(name.text)' is in the primary key", name.span)
            }
            table.columns.remove(at: index)
        }
    }

    // MARK: ADD and MODIFY

    private func add(_ element: AlterTableElement, to table: inout CatalogTable) throws {
        switch element {
        case .column(let definition, let name, let position):
            guard name.parts.count == 1 else {
                throw SQLError(.unsupported, "fields of rows cannot be altered", at: name.span)
            }
            guard table.index(of: name.text) == nil else {
                throw problem("the column '\(name.text)' exists already", name.span)
            }
            try place(try column(definition, table), position, in: &table)
            guard table.primaryKey == nil || !definition.hasConstraint else {
                throw problem("there is a primary key already", definition.span, hint: "use MODIFY")
            }
            try addKey(of: definition, to: &table)
        case .constraint(let constraint):
            guard table.primaryKey == nil else {
                throw problem("there is a primary key already", constraint.span, hint: "use MODIFY")
            }
            try definitions.addKey(constraint, to: &table)
        case .watermark(let watermark):
            guard table.watermark == nil else {
                throw problem("there is a watermark already", watermark.span, hint: "use MODIFY")
            }
            table.watermark = try definitions.bindWatermark(watermark, table)
        case .distribution(let distribution):
            guard table.distribution == nil else {
                throw problem("there is a distribution already", distribution.span, hint: "use MODIFY")
            }
            table.distribution = try definitions.checked(distribution, table)
        }
    }

    private func modify(_ element: AlterTableElement, in table: inout CatalogTable) throws {
        switch element {
        case .column(let definition, let name, let position):
            let index = try index(of: name, in: table)
            var column = try column(definition, table)
            column.comment = column.comment ?? table.columns[index].comment
            if table.primaryKey?.columns.contains(column.name) == true { column.type.isNullable = false }
            if position == nil {
                table.columns[index] = column
            } else {
                table.columns.remove(at: index)
                try place(column, position, in: &table)
            }
            try addKey(of: definition, to: &table)
        case .constraint(let constraint):
            guard table.primaryKey != nil else {
                throw problem("there is no primary key", constraint.span, hint: "use ADD")
            }
            try definitions.addKey(constraint, to: &table)
        case .watermark(let watermark):
            guard table.watermark != nil else {
                throw problem("there is no watermark", watermark.span, hint: "use ADD")
            }
            table.watermark = try definitions.bindWatermark(watermark, table)
        case .distribution(let distribution):
            guard table.distribution != nil else {
                throw problem("there is no distribution", distribution.span, hint: "use ADD")
            }
            table.distribution = try definitions.checked(distribution, table)
        }
    }

    private func addKey(of definition: ColumnDefinition, to table: inout CatalogTable) throws {
        guard case .physical(_, let constraint?) = definition.kind else { return }
        try definitions.addKey(constraint, to: &table)
    }

    private func column(_ definition: ColumnDefinition, _ table: CatalogTable) throws -> CatalogColumn {
        if let stored = try definitions.stored(definition) { return stored }
        guard case .computed(let expression) = definition.kind else {
            throw problem("the column '\(definition.name.text)' needs a type", definition.span)
        }
        return try definitions.computed(definition.name.text, expression, definition.comment?.value, table)
    }

    private func place(_ column: CatalogColumn, _ position: ColumnPosition?, in table: inout CatalogTable) throws {
        switch position {
        case .first: table.columns.insert(column, at: 0)
        case .after(let name): table.columns.insert(column, at: try index(of: name, in: table) + 1)
        case nil: table.columns.append(column)
        }
    }

    /// Binds what depends on columns again, so that types follow and nothing is left hanging.
    private func checked(_ table: CatalogTable) throws -> CatalogTable {
        var table = table
        try definitions.refuseSharedMetadata(table, at: alter.span)
        for (index, column) in table.columns.enumerated() {
            guard case .computed(let expression) = column.kind else { continue }
            table.columns[index] = try definitions.computed(column.name, expression, column.comment, table)
        }
        if let watermark = table.watermark {
            let type = table.index(of: watermark.column).map { table.columns[$0].type }
            switch type?.logical {
            case .timestamp(0...3)?, .timestampLTZ(0...3)?: break
            default:
                throw problem("the watermark's column '\(watermark.column)' must stay a TIMESTAMP(3)", alter.span)
            }
        }
        return table
    }
}
