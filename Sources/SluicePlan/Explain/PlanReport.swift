import SluiceSQL

/// What EXPLAIN says about a plan: the tree or JSON, and what people should know before they run it.
package enum PlanReport {
    /// The text; `details` are those of the statement.
    package static func render(_ plan: PhysicalPlan, details: [Explain.Detail] = []) -> String {
        if details.contains(.jsonExecutionPlan) { return PlanJSON.render(plan) }
        var columns = PlanTree.Columns()
        columns.kinds = details.contains(.changelogMode)
        columns.estimates = details.contains(.estimatedCost) ? PlanEstimates.rowCounts(of: plan) : nil
        let warnings = UnboundedState.warnings(of: plan).map { "- \($0)" }
        var text = PlanTree.render(plan, columns)
        if !warnings.isEmpty {
            text += "\n\nState that grows without an end:\n" + warnings.joined(separator: "\n")
        } else if details.contains(.planAdvice) {
            text += "\n\nNo advice: no state grows without an end."
        }
        return text
    }
}
