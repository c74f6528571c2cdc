import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// Plans INSERTs, all those of a statement set in one graph.
struct InsertPlanner {
    let context: PlanningContext
    let catalog: Catalog

    init(_ context: PlanningContext, _ catalog: Catalog) {
        self.context = context
        self.catalog = catalog
    }

    private struct Target {
        var insert: InsertRequest
        var table: CatalogTable
        var options: [String: String]
        var plan: LogicalPlan
    }

    /// The plan of all INSERTs together.
    func plan(_ inserts: [InsertRequest]) throws -> PhysicalPlan {
        let targets = try inserts.map { try bind($0) }
        let lateRows = try LateRows(context, catalog, for: targets.map(\.plan))
        try checkLateRows(lateRows, targets)
        let optimized = try Optimizer.optimize(
            targets.map(\.plan),
            context.evaluation,
            lateRows: lateRows,
            keepsWatermarks: inserts.contains { $0.onConflict == .nothing || $0.onConflict == .error },
            reordersJoins: context.configuration.boolean("table.optimizer.join-reorder-enabled")
        )
        var builder = PlanBuilder(context, lateRows: lateRows)
        for (target, plan) in zip(targets, optimized) { try add(target, plan, to: &builder) }
        try builder.addLateSink()
        let finished = try builder.finished()
        try checkSinks(finished, targets)
        return finished
    }

    private func add(_ target: Target, _ plan: LogicalPlan, to builder: inout PlanBuilder) throws {
        let span = target.insert.table.span
        let sink = try TableAccess(context, at: span).sink(target.table, options: target.options)
        let isBatch = context.configuration.text("execution.runtime-mode")?.uppercased() == "BATCH"
        guard !target.insert.isOverwrite || isBatch else {
            throw SQLError(
                .unsupported,
                "a streaming job cannot overwrite '\(target.insert.table.text)'",
                at: target.insert.span,
                hint: "SET 'execution.runtime-mode' = 'BATCH', or write INSERT INTO"
            )
        }
        guard !target.insert.isOverwrite || sink.supportsOverwrite else {
            throw SQLError(
                .unsupported,
                "INSERT OVERWRITE is not supported by '\(target.insert.table.text)'",
                at: target.insert.span,
                hint: "write INSERT INTO"
            )
        }
        let written = target.table.writtenColumns.map { target.table.columns[$0] }
        let notNull = written.indices.filter { !written[$0].type.isNullable }
        let operation = SinkOperation(
            tableName: target.table.path.description,
            table: sink,
            isOverwrite: target.insert.isOverwrite,
            notNullColumns: notNull,
            dropsNulls: context.configuration.text("table.exec.sink.not-null-enforcer")?.uppercased() == "DROP"
        )
        let keys = SinkKeys(context, target.insert, target.table, sink)
        try keys.checkConflictClause(target.plan)
        let root = try keys.prepare(try builder.build(plan), of: plan, in: &builder)
        let fields = written.map { RowField($0.name, $0.type) }
        _ = builder.add(.sink(operation), [root], fields: fields)
    }

    /// Refuses sinks that cannot take what their query gives.
    private func checkSinks(_ plan: PhysicalPlan, _ targets: [Target]) throws {
        var index = 0
        for node in plan.nodes {
            // The sink of late rows comes last and only gets new rows.
            guard case .sink(let sink) = node.operation, index < targets.count else { continue }
            let target = targets[index]
            index += 1
            let input = plan.nodes[node.inputs[0].node]
            let given = input.mode
            if given != .insertOnly && sink.table.acceptedMode(for: given) == .insertOnly {
                throw SQLError(
                    .unsupported,
                    "'\(target.insert.table.text)' only takes new rows, and this query also changes rows",
                    at: target.insert.table.span,
                    hint: "aggregate in windows, or write into a table that takes updates, such as 'print'"
                )
            }
        }
    }

    /// Two writers of one table in one job would not know of each other's files.
    private func checkLateRows(_ lateRows: LateRows?, _ targets: [Target]) throws {
        guard let lateRows, let target = targets.first(where: { $0.table.path == lateRows.table.path }) else { return }
        throw LateRows.problem(
            .unsupported,
            "'\(target.insert.table.text)' takes the result already",
            at: target.insert.table.span,
            hint: "name another table for the late rows"
        )
    }

    // MARK: Binding

    private func bind(_ insert: InsertRequest) throws -> Target {
        guard case .table(let table) = try catalog.resolve(insert.table) else {
            throw SQLError(.unsupported, "'\(insert.table.text)' is a view", at: insert.table.span)
        }
        let binder = QueryBinder(context, catalog, isOutermost: true)
        let options = try binder.hintedOptions(table, insert.hints)
        var valuesBinder = binder
        valuesBinder.takesUntypedNulls = true
        let source = try valuesBinder.bind(insert.source)
        let plan = try fitted(source, table, insert)
        return Target(insert: insert, table: table, options: options, plan: plan)
    }

    /// The query's columns in the order and types of the table's.
    private func fitted(_ source: LogicalPlan, _ table: CatalogTable, _ insert: InsertRequest) throws -> LogicalPlan {
        let written = table.writtenColumns.map { table.columns[$0] }
        let constants = try partitionConstants(insert, table)
        let targets = try targetColumns(insert, written, constants)
        guard targets.count == source.fields.count else {
            throw SQLError(
                .sinkMismatch,
                "the query has \(source.fields.count) columns, '\(insert.table.text)' takes \(targets.count): "
                    + targets.map { written[$0].name }.joined(separator: ", "),
                at: insert.source.span
            )
        }
        var projections: [ScalarExpression] = []
        for (index, column) in written.enumerated() {
            if let constant = constants[column.name] {
                projections.append(constant)
            } else if let place = targets.firstIndex(of: index) {
                projections.append(try cast(source.column(place), to: column, source.fields[place], insert))
            } else {
                guard column.type.isNullable else {
                    throw SQLError(
                        .sinkMismatch,
                        "the column '\(column.name)' is NOT NULL and gets no value",
                        at: insert.table.span
                    )
                }
                projections.append(.literal(.null, column.type))
            }
        }
        return .calc(LogicalCalc(source, projections: projections, names: written.map(\.name)))
    }

    private func targetColumns(
        _ insert: InsertRequest,
        _ written: [CatalogColumn],
        _ constants: [String: ScalarExpression]
    ) throws -> [Int] {
        guard !insert.columns.isEmpty else {
            return written.indices.filter { constants[written[$0].name] == nil }
        }
        var targets: [Int] = []
        for name in insert.columns {
            guard name.parts.count == 1, let index = written.firstIndex(where: { $0.name == name.text }) else {
                throw SQLError(
                    .unknownColumn,
                    "no column '\(name.text)' to write in '\(insert.table.text)'",
                    at: name.span,
                    hint: NearestName.hint(for: name.text, in: written.map(\.name))
                )
            }
            guard !targets.contains(index), constants[name.text] == nil else {
                throw SQLError(.invalidDefinition, "the column '\(name.text)' stands twice", at: name.span)
            }
            targets.append(index)
        }
        return targets
    }

    private func partitionConstants(_ insert: InsertRequest, _ table: CatalogTable) throws -> [String: ScalarExpression]
    {
        var constants: [String: ScalarExpression] = [:]
        for entry in insert.partition {
            guard table.partitionKeys.contains(entry.column.text), let index = table.index(of: entry.column.text) else {
                throw SQLError(
                    .unknownColumn,
                    "'\(entry.column.text)' is no partition column",
                    at: entry.column.span,
                    hint: NearestName.hint(for: entry.column.text, in: table.partitionKeys)
                )
            }
            guard let value = entry.value else { continue }
            let literal = try LiteralBinder.bind(value, at: entry.span)
            let type = table.columns[index].type
            constants[entry.column.text] =
                Coercion.agree(literal.type, type) ? literal : .cast(literal, to: type, .cast)
        }
        return constants
    }

    /// Whether a sink takes values of a type, as Flink has it.
    ///
    /// These are what can be cast unasked, but no text of any length into a fixed one and no day into a time stamp;
    /// beyond that approximate numbers into decimals, and half of a time stamp.
    static func canStore(_ from: DataType, in to: DataType) -> Bool {
        switch (from.logical, to.logical) {
        case (.varchar, .char), (.varbinary, .binary), (.date, .timestamp), (.date, .timestampLTZ): return false
        case (.float, .decimal), (.double, .decimal), (.timestamp, .date), (.timestamp, .time): return true
        default: return CommonType.canImplicitlyCast(from: from, to: to)
        }
    }

    private func cast(
        _ value: ScalarExpression,
        to column: CatalogColumn,
        _ field: RowField,
        _ insert: InsertRequest
    ) throws -> ScalarExpression {
        guard value.type.logical == .null || Self.canStore(value.type, in: column.type) else {
            throw SQLError(
                .sinkMismatch,
                "the query's column '\(field.name)' is \(value.type.logical), "
                    + "the table's '\(column.name)' is \(column.type.logical)",
                at: insert.source.span,
                hint: "write CAST(\(field.name) AS \(column.type.logical))"
            )
        }
        return Coercion.cast(value, to: column.type)
    }
}

/// One INSERT, written as such or as CREATE TABLE AS.
struct InsertRequest {
    var isOverwrite: Bool
    var table: ObjectName
    var hints: [Hint]
    var partition: [PartitionEntry]
    /// Empty for all columns.
    var columns: [ObjectName]
    var source: Query
    var onConflict: Insert.ConflictStrategy?
    var span: SourceSpan

    /// An INSERT statement.
    init(_ insert: Insert) {
        isOverwrite = insert.isOverwrite
        table = insert.table
        hints = insert.hints
        partition = insert.partition
        columns = insert.columns
        source = insert.source
        onConflict = insert.onConflict
        span = insert.span
    }

    /// What fills a table that CREATE TABLE AS has made.
    init(filling table: ObjectName, columns: [String], from query: Query, span: SourceSpan) {
        isOverwrite = false
        self.table = table
        hints = []
        partition = []
        self.columns = columns.map { ObjectName(Identifier($0, span: table.span)) }
        source = query
        self.span = span
    }
}
