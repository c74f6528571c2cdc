import SluiceColumns
import SluiceKernels
import SluiceSQL

/// The table that takes the rows of window aggregations that every window of them has already fired for.
///
/// `table.exec.late-rows.table` names it. Its columns are found by name among those that a window is given.
struct LateRows {
    /// The key of the configuration.
    static let key = "table.exec.late-rows.table"

    /// The table.
    let table: CatalogTable
    /// Its columns that a sink writes, in order.
    let columns: [CatalogColumn]

    /// The table that the configuration names; nil where it names none, or where the plans have no windows.
    ///
    /// - Throws: `SQLError` where there is no such table.
    init?(_ context: PlanningContext, _ catalog: Catalog, for plans: [LogicalPlan]) throws {
        guard let text = context.configuration.text(Self.key), plans.contains(where: \.needsTime) else { return nil }
        let object: CatalogObject
        do {
            object = try catalog.resolve(Self.name(text))
        } catch {
            throw Self.problem(
                .unknownTable,
                error.message,
                hint: error.hint ?? "CREATE TABLE it first, or RESET '\(Self.key)'"
            )
        }
        guard case .table(let table) = object else {
            throw Self.problem(.unsupported, "'\(text)' is a view", hint: "name a table that can be written")
        }
        self.table = table
        columns = table.writtenColumns.map { table.columns[$0] }
    }

    /// A name as in SQL, so that quoted parts can hold dots; what is no name in SQL is one part.
    private static func name(_ text: String) -> ObjectName {
        guard let expression = try? Parser.parseExpression(text), case .name(let parts) = expression.kind else {
            return ObjectName(Identifier(text, span: .none))
        }
        return ObjectName(parts.map { Identifier($0.text, span: .none) }, span: .none)
    }

    /// A problem with the setting, with its key in front.
    static func problem(
        _ code: SQLError.Code,
        _ message: String,
        at span: SourceSpan = .none,
        hint: String
    ) -> SQLError {
        SQLError(code, "'\(key)': \(message)", at: span, hint: hint)
    }

    // MARK: Logical plan

    /// The plan with the table's columns kept for the inputs of all window aggregations that can have late rows.
    func kept(in plan: LogicalPlan) throws -> LogicalPlan {
        try plan.rewritten { node in
            guard case .windowAggregate(let aggregate) = node, try canBeLate(aggregate) else { return node }
            return .windowAggregate(try widened(aggregate))
        }
    }

    /// Whether rows can be late: those that windows and window joins have given never are.
    private func canBeLate(_ aggregate: LogicalWindowAggregate) throws -> Bool {
        if aggregate.window.isProcessingTime { return false }
        guard case .attached = aggregate.window.time else { return true }
        var input = aggregate.input
        var hasSets = false
        while true {
            switch input {
            case .calc(let calc): input = calc.input
            case .expand(let expand):
                hasSets = true
                input = expand.input
            case .windowTable(let table):
                guard !hasSets else { throw refused("GROUPING SETS, CUBE and ROLLUP", table.span) }
                if case .session = table.window.shape {
                    throw refused("a condition on the bounds of session windows", table.span)
                }
                return true
            default: return false
            }
        }
    }

    private func refused(_ what: String, _ span: SourceSpan) -> SQLError {
        Self.problem(
            .unsupported,
            "late rows cannot be kept with \(what)",
            at: span,
            hint: "RESET '\(Self.key)' for this statement"
        )
    }

    private func widened(_ aggregate: LogicalWindowAggregate) throws -> LogicalWindowAggregate {
        var calc = LogicalCalc(
            aggregate.input,
            projections: aggregate.input.allColumns,
            names: aggregate.input.fields.map(\.name)
        )
        if case .calc(let own) = aggregate.input { calc = own }
        let given = calc.input.fields
        var projections = calc.projections
        var names = calc.fields.map(\.name)
        var result = aggregate
        result.lateColumns = try columns.map { column in
            guard let index = given.firstIndex(where: { $0.name == column.name }) else {
                try checkNullable(column, aggregate)
                return nil
            }
            try checkType(given[index], column, aggregate)
            let value = calc.input.column(index)
            if let known = projections.firstIndex(of: value) { return known }
            projections.append(value)
            names.append(column.name)
            return projections.count - 1
        }
        guard result.lateColumns.contains(where: { $0 != nil }) else { throw nothingInCommon(given, aggregate) }
        result.input = .calc(
            LogicalCalc(calc.input, predicate: calc.predicate, projections: projections, names: names)
        )
        return result
    }

    private func checkNullable(_ column: CatalogColumn, _ aggregate: LogicalWindowAggregate) throws {
        guard !column.type.isNullable else { return }
        throw Self.problem(
            .sinkMismatch,
            "the column '\(column.name)' of '\(table.path.object)' is NOT NULL, and the window has no such column",
            at: aggregate.span,
            hint: "declare it without NOT NULL, or select '\(column.name)' in the query that the window reads"
        )
    }

    private func checkType(_ given: RowField, _ column: CatalogColumn, _ aggregate: LogicalWindowAggregate) throws {
        guard !InsertPlanner.canStore(given.type, in: column.type) else { return }
        throw Self.problem(
            .sinkMismatch,
            "the window's column '\(given.name)' is \(given.type.logical), "
                + "that of '\(table.path.object)' is \(column.type.logical)",
            at: aggregate.span,
            hint: "declare '\(column.name)' as \(given.type.logical)"
        )
    }

    private func nothingInCommon(_ given: [RowField], _ aggregate: LogicalWindowAggregate) -> SQLError {
        let wanted = given.map(\.name).filter { !$0.hasPrefix("$") }.joined(separator: ", ")
        return Self.problem(
            .sinkMismatch,
            "'\(table.path.object)' has no column in common with what the window reads",
            at: aggregate.span,
            hint: "declare columns of '\(table.path.object)' with the names of the window's: \(wanted)"
        )
    }

    // MARK: Physical plan

    /// The columns of the table over the columns of a window aggregation's input.
    func projections(_ lateColumns: [Int?], _ input: [RowField]) -> [ScalarExpression] {
        zip(columns, lateColumns).map { column, place in
            guard let place else { return .literal(.null, column.type) }
            return Coercion.cast(.column(place, input[place].type), to: column.type)
        }
    }

    /// What writes the table, given the columns' values.
    func sink(_ context: PlanningContext, nullable: [Bool]) throws -> SinkOperation {
        SinkOperation(
            tableName: table.path.description,
            table: try TableAccess(context, at: .none).sink(table, options: table.options),
            notNullColumns: columns.indices.filter { !columns[$0].type.isNullable && nullable[$0] },
            dropsNulls: context.configuration.text("table.exec.sink.not-null-enforcer")?.uppercased() == "DROP"
        )
    }
}
