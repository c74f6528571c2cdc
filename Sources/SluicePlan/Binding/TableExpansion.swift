import SluiceColumns
import SluiceKernels
import SluiceSQL

/// What reading a table means: the scan, its computed columns over it, its watermark on top.
struct TableExpansion {
    let context: PlanningContext
    let catalog: Catalog

    init(_ context: PlanningContext, _ catalog: Catalog) {
        self.context = context
        self.catalog = catalog
    }

    /// The rows of `table` with all its columns in declared order.
    func plan(_ table: CatalogTable, options: [String: String], at span: SourceSpan) throws -> LogicalPlan {
        let scan = LogicalScan(table, options: options, at: span)
        return .table(LogicalTable(source: scan.source, plan: try expanded(scan)))
    }

    private func expanded(_ scan: LogicalScan) throws -> LogicalPlan {
        let table = scan.table
        var plan = LogicalPlan.scan(scan)
        if table.columns.contains(where: { !$0.isStored }) { plan = try computed(table, over: plan) }
        guard let watermark = table.watermark, let column = table.index(of: watermark.column) else { return plan }
        plan = marked(plan, column)
        let binder = ExpressionBinder(context, scope: Scope(name: table.path.object, fields: plan.fields))
        let expression = try binder.bind(watermark.expression)
        return .watermark(LogicalWatermark(plan, timeColumn: column, expression: expression))
    }

    /// The plan with column `column` marked as the time attribute.
    private func marked(_ plan: LogicalPlan, _ column: Int) -> LogicalPlan {
        switch plan {
        case .scan(var scan):
            scan.fields[column].type.timeAttribute = .rowtime
            return .scan(scan)
        case .calc(var calc):
            calc.projections[column] = calc.projections[column].markedAsRowtime
            return .calc(LogicalCalc(calc.input, projections: calc.projections, names: calc.fields.map(\.name)))
        default: return plan
        }
    }

    private func computed(_ table: CatalogTable, over scan: LogicalPlan) throws -> LogicalPlan {
        let binder = ExpressionBinder(context, scope: Scope(name: table.path.object, fields: scan.fields))
        var next = 0
        var projections: [ScalarExpression] = []
        for column in table.columns {
            if case .computed(let expression) = column.kind {
                projections.append(try binder.bind(expression))
            } else {
                projections.append(scan.column(next))
                next += 1
            }
        }
        return .calc(LogicalCalc(scan, projections: projections, names: table.columns.map(\.name)))
    }
}

extension ScalarExpression {
    /// The same expression, its type marked as the event time of its stream.
    var markedAsRowtime: ScalarExpression {
        var marked = type
        marked.timeAttribute = .rowtime
        switch self {
        case .column(let index, _): return .column(index, marked)
        case .literal(let value, _): return .literal(value, marked)
        case .field(let base, let index, _): return .field(base, index: index, marked)
        case .cast(let base, _, let mode): return .cast(base, to: marked, mode)
        case .caseWhen(let branches, let otherwise, _): return .caseWhen(branches, otherwise: otherwise, marked)
        case .call(var call):
            call.type = marked
            return .call(call)
        case .and, .or: return self
        }
    }
}
