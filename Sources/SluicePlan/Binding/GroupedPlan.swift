import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Builds the groups of a SELECT with GROUP BY or aggregates.
///
/// From below: keys and arguments, grouping sets, the aggregate.
struct GroupedPlan {
    let query: QueryBinder
    let select: Select
    let binder: ExpressionBinder
    let aggregates: AggregateCollector
    /// Subqueries beside the groups.
    let results: SubqueryCollector

    private var keyCount: Int { aggregates.keys.count }
    private var sets: [[Int]] { aggregates.groupingSets }
    private var hasSets: Bool {
        sets.count > 1 || (sets.first.map { Set($0).count < keyCount } ?? false)
    }

    /// The plan over the rows of FROM and WHERE.
    func build(over input: LogicalPlan) throws -> LogicalPlan {
        let prepared = prepare(input)
        var plan = prepared.plan
        var keys = Array(0..<keyCount)
        if hasSets {
            plan = expanded(plan)
            keys.append(plan.fields.count - 1)
        }
        let calls = aggregates.calls.enumerated().map { index, call in
            AggregateCall(
                function: call.function,
                arguments: prepared.arguments[index],
                argumentTypes: call.arguments.map(\.type),
                literals: call.literals,
                filter: prepared.filters[index],
                isDistinct: call.isDistinct,
                resultType: call.type
            )
        }
        let names =
            plan.fields.prefix(keyCount).map(\.name) + (hasSets ? ["$set"] : [])
            + calls.indices.map { "$agg\($0)" }
        var aggregate = LogicalAggregate(plan, keys: keys, aggregates: calls, names: names)
        aggregate.stateTTLMillis = query.hints.stateTTLMillis(of: binder.scope)
        return try withSubqueries(.aggregate(aggregate))
    }

    /// The groups, with the columns of the subqueries beside them.
    private func withSubqueries(_ groups: LogicalPlan) throws -> LogicalPlan {
        try results.attached.reduce(groups) { plan, attachment in
            try attachment.attached(to: plan) {
                try rewrite($0, groups.fields, source: nil, span: select.span)
            }
        }
    }

    private struct Prepared {
        var plan: LogicalPlan
        var arguments: [[Int]]
        var filters: [Int?]
    }

    /// Projects keys first, then the distinct arguments and filters of the aggregates.
    private func prepare(_ input: LogicalPlan) -> Prepared {
        var projections = aggregates.keys
        var names = aggregates.keys.enumerated().map { index, key in
            key.columnIndex.map { $0 < input.fields.count ? input.fields[$0].name : "$key\(index)" } ?? "$key\(index)"
        }
        func place(_ expression: ScalarExpression) -> Int {
            let first = hasSets ? keyCount : 0
            if let known = projections[first...].firstIndex(of: expression) { return known }
            projections.append(expression)
            names.append("$arg\(projections.count - 1)")
            return projections.count - 1
        }
        let arguments = aggregates.calls.map { $0.arguments.map(place) }
        let filters = aggregates.calls.map { $0.filter.map(place) }
        let calc = LogicalCalc(input, projections: projections, names: names)
        return Prepared(plan: .calc(calc), arguments: arguments, filters: filters)
    }

    /// One row per grouping set: its keys, NULL for the others, then the number of the set.
    private func expanded(_ plan: LogicalPlan) -> LogicalPlan {
        var fields = plan.fields
        for key in 0..<keyCount where sets.contains(where: { !$0.contains(key) }) {
            fields[key].type = fields[key].type.nullable(true).withoutTimeAttribute
        }
        let rows = sets.enumerated().map { number, set in
            fields.enumerated().map { index, field -> ScalarExpression in
                if index < keyCount && !set.contains(index) { return .literal(.null, field.type) }
                return .column(index, field.type)
            } + [.literal(.integer(Int64(number)), .notNull(.bigint))]
        }
        fields.append(RowField("$set", .notNull(.bigint)))
        return .expand(LogicalExpand(plan, projections: rows, fields: fields))
    }

    /// What the SELECT makes of its groups: HAVING, windows and items over the aggregate's columns.
    func rewrite(_ output: SelectOutput, over aggregate: LogicalPlan) throws -> SelectOutput {
        let fields = aggregate.fields
        var output = output
        for index in output.items.indices {
            let item = output.items[index]
            output.items[index].expression = try rewrite(item.expression, fields, source: item.source, span: item.span)
        }
        output.having = try output.having.map {
            try rewrite($0, fields, source: select.having, span: select.having?.span ?? select.span)
        }
        output.qualify = try output.qualify.map {
            try rewrite($0, fields, source: select.qualify, span: select.qualify?.span ?? select.span)
        }
        try output.overs.rewrite { try rewrite($0, fields, source: nil, span: $1) }
        return output
    }

    /// The expression over the aggregate's columns: keys, then aggregates.
    private func rewrite(
        _ expression: ScalarExpression,
        _ fields: [RowField],
        source: Expression?,
        span: SourceSpan
    ) throws -> ScalarExpression {
        if let key = aggregates.keys.firstIndex(of: expression) { return .column(key, fields[key].type) }
        if case .column(let index, _) = expression {
            if index >= OverCollector.base { return expression }
            if index >= AggregateCollector.groupingBase {
                return try grouping(aggregates.groupings[index - AggregateCollector.groupingBase], span)
            }
            if index >= AggregateCollector.base {
                let column = keyCount + (hasSets ? 1 : 0) + index - AggregateCollector.base
                return .column(column, fields[column].type)
            }
            if index >= OuterColumn.base { return expression }
            if index >= results.firstAttached {
                let groupWidth = keyCount + (hasSets ? 1 : 0) + aggregates.calls.count
                return .column(index - results.firstAttached + groupWidth, expression.type)
            }
            throw notGrouped(index, source, span)
        }
        return try expression.mapChildren { try rewrite($0, fields, source: source, span: span) }
    }

    private func grouping(_ keys: [Int], _ span: SourceSpan) throws -> ScalarExpression {
        let values = sets.map { set in
            keys.reduce(Int64(0)) { $0 << 1 | (set.contains($1) ? 0 : 1) }
        }
        func literal(_ value: Int64) -> ScalarExpression { .literal(.integer(value), .notNull(.bigint)) }
        guard hasSets, let last = values.last else { return literal(values.first ?? 0) }
        let branches = try values.dropLast().enumerated().map { number, value in
            let test = try binder.call(
                "=",
                [.column(keyCount, .notNull(.bigint)), literal(Int64(number))],
                at: span
            )
            return CaseBranch(test, literal(value))
        }
        return .caseWhen(branches, otherwise: literal(last), .notNull(.bigint))
    }

    private func notGrouped(_ column: Int, _ source: Expression?, _ span: SourceSpan) -> SQLError {
        let fields = binder.scope.fields
        let name = column < fields.count ? fields[column].name : "?"
        let place = source.flatMap { NameSearch.find(name, in: $0) } ?? span
        return SQLError(
            .notGrouped,
            "the column '\(name)' is not in GROUP BY",
            at: place,
            hint: "add it to GROUP BY or aggregate it, for example MAX(\(name))"
        )
    }
}

/// Finds where a column is named in an expression, for error messages.
enum NameSearch {
    /// The span of the first name that ends in `name`.
    static func find(_ name: String, in expression: Expression) -> SourceSpan? {
        switch expression.kind {
        case .name(let parts): return parts.contains { $0.text == name } ? expression.span : nil
        case .unary(_, let operand), .not(let operand), .formatJSON(let operand): return find(name, in: operand)
        case .binary(_, let left, let right), .isDistinctFrom(let left, let right, _),
            .subscripted(let left, let right):
            return find(name, in: left) ?? find(name, in: right)
        case .and(let terms), .or(let terms), .array(let terms), .row(let terms, _): return first(name, terms)
        case .between(let between): return first(name, [between.value, between.low, between.high])
        case .inList(let value, let list, _): return first(name, [value] + list)
        case .like(let like): return first(name, [like.value, like.pattern])
        case .isTest(let value, _, _): return find(name, in: value)
        case .cast(let cast): return find(name, in: cast.value)
        case .call(let call): return first(name, call.arguments.map(\.value))
        case .caseWhen(let cases):
            let parts = cases.branches.flatMap { $0.conditions + [$0.result] }
            return first(name, (cases.operand.map { [$0] } ?? []) + parts + (cases.otherwise.map { [$0] } ?? []))
        case .field(let base, _): return find(name, in: base)
        default: return nil
        }
    }

    private static func first(_ name: String, _ expressions: [Expression]) -> SourceSpan? {
        for expression in expressions {
            if let span = find(name, in: expression) { return span }
        }
        return nil
    }
}
