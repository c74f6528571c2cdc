/// ALTER.
extension Printer {
    mutating func writeAlteration(_ kind: Statement.Kind) {
        switch kind {
        case .alterTable(let alter):
            write(alter.ifExists ? "ALTER TABLE IF EXISTS " : "ALTER TABLE ")
            write(alter.name)
            write(alter.action)
        case .alterMaterializedTable(let alter):
            write("ALTER MATERIALIZED TABLE ")
            write(alter.name)
            write(alter.action)
        case .alterView(let alter):
            write("ALTER VIEW ")
            write(alter.name)
            switch alter.action {
            case .rename(let name): writeRename(name)
            case .asQuery(let query): writeQuery(" AS ", query)
            }
        case .alterDatabase(let name, let options):
            write("ALTER DATABASE ")
            write(name)
            write(" SET ")
            write(options)
        case .alterCatalog(let name, let action):
            write("ALTER CATALOG ")
            write(name)
            write(action)
        case .alterFunction(let function): write(function)
        case .alterModel(let alter): write("MODEL", alter)
        case .alterConnection(let alter): write("CONNECTION", alter)
        default: break
        }
    }

    private mutating func writeRename(_ name: ObjectName) {
        write(" RENAME TO ")
        write(name)
    }

    private mutating func write(_ action: AlterCatalogAction) {
        switch action {
        case .set(let options): writeSet(options)
        case .reset(let keys): writeReset(keys)
        case .comment(let comment): writeComment(comment)
        }
    }

    private mutating func writeSet(_ options: [OptionEntry]) {
        write(" SET ")
        write(options)
    }

    private mutating func writeReset(_ keys: [StringText]) {
        write(" RESET ")
        write(keys)
    }

    private mutating func write(_ function: AlterFunction) {
        write("ALTER \(Self.scope(function.isTemporary, function.isSystem))FUNCTION ")
        if function.ifExists { write("IF EXISTS ") }
        write(function.name)
        write(" AS ")
        write(function.className)
        if let language = function.language { write(" LANGUAGE \(language.rawValue)") }
    }

    private mutating func write(_ kind: String, _ alter: AlterModel) {
        write("ALTER \(kind) ")
        if alter.ifExists { write("IF EXISTS ") }
        write(alter.name)
        switch alter.action {
        case .rename(let name): writeRename(name)
        case .set(let options): writeSet(options)
        case .reset(let keys): writeReset(keys)
        }
    }

    private mutating func write(_ action: AlterMaterializedTable.Action) {
        switch action {
        case .suspend: write(" SUSPEND")
        case .resume(let options):
            write(" RESUME")
            writeOptional(options)
        case .refresh(let partition):
            write(" REFRESH")
            writePartition(partition)
        case .asQuery(let query): writeQuery(" AS ", query)
        case .setFreshness(let interval): writeClause(" SET FRESHNESS = ", interval)
        case .setRefreshMode(let mode): write(" SET REFRESH_MODE = \(mode.rawValue)")
        case .table(let action): write(action)
        }
    }

    private mutating func write(_ action: AlterTableAction) {
        switch action {
        case .rename(let name): writeRename(name)
        case .renameColumn(let column, let name):
            write(" RENAME ")
            write(column)
            write(" TO ")
            write(name)
        case .set(let options): writeSet(options)
        case .reset(let keys): writeReset(keys)
        case .add(let elements): write(" ADD (", elements)
        case .modify(let elements): write(" MODIFY (", elements)
        case .dropColumns(let columns):
            write(" DROP (")
            writeList(columns) { $0.write($1) }
            write(")")
        case .dropConstraint(let name):
            write(" DROP CONSTRAINT ")
            write(name)
        case .dropPrimaryKey: write(" DROP PRIMARY KEY")
        case .dropWatermark: write(" DROP WATERMARK")
        case .dropDistribution: write(" DROP DISTRIBUTION")
        default: writePartitionAction(action)
        }
    }

    private mutating func write(_ prefix: String, _ elements: [AlterTableElement]) {
        write(prefix)
        writeList(elements) { $0.write($1) }
        write(")")
    }

    private mutating func writePartitionAction(_ action: AlterTableAction) {
        switch action {
        case .addPartitions(let additions, let ifNotExists):
            write(ifNotExists ? " ADD IF NOT EXISTS" : " ADD")
            for addition in additions {
                writePartition(addition.partition)
                writeOptional(addition.options)
            }
        case .dropPartitions(let partitions, let ifExists):
            write(ifExists ? " DROP IF EXISTS" : " DROP")
            writeList(partitions, separator: ",") { $0.writePartition($1) }
        default: break
        }
    }
}
