import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Plans a SELECT whose rows somebody looks at.
struct QueryPlanner {
    let context: PlanningContext
    let catalog: Catalog

    init(_ context: PlanningContext, _ catalog: Catalog) {
        self.context = context
        self.catalog = catalog
    }

    /// The plan, which ends in a collecting node.
    func plan(_ query: Query) throws -> (physical: PhysicalPlan, columns: [RowField]) {
        let logical = Self.withUniqueNames(try QueryBinder(context, catalog, isOutermost: true).bind(query))
        let lateRows = try LateRows(context, catalog, for: [logical])
        let optimized = try Optimizer.optimize(
            [logical],
            context.evaluation,
            lateRows: lateRows,
            reordersJoins: context.configuration.boolean("table.optimizer.join-reorder-enabled")
        )[0]
        var builder = PlanBuilder(context, lateRows: lateRows)
        let root = try builder.build(optimized)
        try builder.addLateSink()
        let columns = logical.fields
        _ = builder.add(.collect, [root], fields: columns)
        return (try builder.finished(), columns)
    }

    /// The plan with a number behind each name that stood there before: x, x0, x1.
    static func withUniqueNames(_ plan: LogicalPlan) -> LogicalPlan {
        var taken: Set<String> = []
        var names: [String] = []
        for field in plan.fields {
            var name = field.name
            var number = 0
            while taken.contains(name) {
                name = "\(field.name)\(number)"
                number += 1
            }
            taken.insert(name)
            names.append(name)
        }
        if names == plan.fields.map(\.name) { return plan }
        return .calc(LogicalCalc(plan, projections: plan.allColumns, names: names))
    }
}

extension PlanBuilder {
    /// The graph, with row kinds decided.
    func finished() throws -> PhysicalPlan {
        var nodes = nodes
        try ChangelogInference.apply(&nodes)
        OrderSensitivity.apply(&nodes)
        IdleExchanges.remove(from: &nodes)
        GatherPatterns.apply(&nodes, context.configuration)
        return PhysicalPlan(nodes: nodes)
    }
}
