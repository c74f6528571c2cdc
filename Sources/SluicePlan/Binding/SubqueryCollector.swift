import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Turns the subqueries of one SELECT into joins with the rows of its FROM.
final class SubqueryCollector {
    let query: QueryBinder
    /// The rows so far: those of FROM, then the columns that scalar subqueries add.
    var plan: LogicalPlan
    let scope: Scope
    /// Set once a column of the query around was read.
    var isCorrelated = false
    /// The collector of the query around, told when one of its columns is read.
    var correlated: SubqueryCollector?

    init(_ query: QueryBinder, plan: LogicalPlan, scope: Scope) {
        self.query = query
        self.plan = plan
        self.scope = scope
    }

    /// A predicate with a subquery at a place where it is no conjunct of WHERE.
    func predicate(_ expression: Expression, _ binder: ExpressionBinder) throws -> ScalarExpression {
        throw SQLError(
            .unsupported, "this subquery can only stand in WHERE, joined to other conditions with AND",
            at: expression.span)
    }

    /// A scalar subquery: a column of the plan behind those of FROM.
    func scalar(_ query: Query, _ binder: ExpressionBinder, at span: SourceSpan) throws -> ScalarExpression {
        throw SQLError(.unsupported, "a scalar subquery is not supported yet", at: span, hint: "write a join")
    }

    /// Keeps the rows for which `condition` holds.
    func filter(_ condition: Expression) throws {
        var binder = query.expressionBinder(scope)
        binder.subqueries = self
        binder.place = "WHERE"
        let bound = try binder.bindCondition(condition)
        plan = .calc(LogicalCalc(plan, predicate: bound))
    }
}
