import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Answers EXPLAIN.
struct Explainer {
    let context: PlanningContext
    let catalog: Catalog

    init(_ context: PlanningContext, _ catalog: Catalog) {
        self.context = context
        self.catalog = catalog
    }

    /// The plan of the statement as text.
    func explain(_ explain: Explain) throws -> String {
        let plan: PhysicalPlan
        switch explain.statement.kind {
        case .query(let query): plan = try QueryPlanner(context, catalog).plan(query).physical
        case .insert(let insert): plan = try InsertPlanner(context, catalog).plan([InsertRequest(insert)])
        case .statementSet(let inserts):
            plan = try InsertPlanner(context, catalog).plan(inserts.map { InsertRequest($0) })
        default:
            throw SQLError(
                .unsupported,
                "only queries and INSERTs can be explained",
                at: explain.statement.span
            )
        }
        if explain.details.contains(.jsonExecutionPlan) { return PlanJSON.render(plan) }
        return PlanTree.render(plan)
    }
}
