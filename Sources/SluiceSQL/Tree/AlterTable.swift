/// `ALTER TABLE [IF EXISTS] name action`.
package struct AlterTable: Sendable, Hashable {
    package var name: ObjectName
    package var ifExists: Bool
    package var action: AlterTableAction
    package var span: SourceSpan
}

/// What ALTER TABLE does.
package enum AlterTableAction: Sendable, Hashable {
    case rename(ObjectName)
    /// The old name may be dotted.
    case renameColumn(ObjectName, to: Identifier)
    case set([OptionEntry])
    case reset([StringText])
    case add([AlterTableElement])
    case modify([AlterTableElement])
    case dropColumns([ObjectName])
    case dropConstraint(Identifier)
    case dropPrimaryKey
    case dropWatermark
    case dropDistribution
    case addPartitions([PartitionAddition], ifNotExists: Bool)
    case dropPartitions([[PartitionEntry]], ifExists: Bool)
}

/// One thing ALTER TABLE adds or modifies.
package enum AlterTableElement: Sendable, Hashable {
    case column(ColumnDefinition, name: ObjectName, ColumnPosition?)
    case constraint(TableConstraint)
    case watermark(WatermarkDefinition)
    case distribution(Distribution)
}

/// Where a column goes.
package enum ColumnPosition: Sendable, Hashable {
    case first
    case after(ObjectName)
}

/// `PARTITION (...) [WITH (...)]`.
package struct PartitionAddition: Sendable, Hashable {
    package var partition: [PartitionEntry]
    package var options: [OptionEntry]
}

/// `ALTER MATERIALIZED TABLE name action`.
package struct AlterMaterializedTable: Sendable, Hashable {
    /// What is altered.
    package enum Action: Sendable, Hashable {
        case suspend
        case resume(options: [OptionEntry])
        case refresh(partition: [PartitionEntry])
        case asQuery(Query)
        case setFreshness(Expression)
        case setRefreshMode(CreateMaterializedTable.RefreshMode)
        /// SET, RESET, ADD, MODIFY and DROP as for tables.
        case table(AlterTableAction)
    }

    package var name: ObjectName
    package var action: Action
    package var span: SourceSpan
}
