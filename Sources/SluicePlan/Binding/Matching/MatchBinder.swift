import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Binds one MATCH_RECOGNIZE.
struct MatchBinder {
    private let binder: QueryBinder
    private let match: MatchRecognize
    private let span: SourceSpan

    init(_ binder: QueryBinder, _ match: MatchRecognize, at span: SourceSpan) {
        self.binder = binder
        self.match = match
        self.span = span
    }

    /// The matches as a table.
    func bind() throws -> BoundTable {
        if match.rowsPerMatch == .all {
            throw SQLError(.unsupported, "ALL ROWS PER MATCH is not supported", at: span, hint: "ONE ROW PER MATCH is")
        }
        let table = try binder.bindFrom(match.input)
        let keys = try partitionKeys(table)
        let (time, order) = try self.order(table)
        let terms = try PatternBinder.terms(of: match.pattern, at: span)
        var variables = PatternVariables()
        for term in terms { try variables.add(term.variable) }
        try variables.add(match.definitions)
        let skip = try self.skip(variables)
        let arguments = MatchArguments(inputWidth: table.plan.fields.count)
        let conditions = try self.conditions(table, variables, terms, arguments)
        for subset in match.subsets { try variables.add(subset) }
        let measures = try self.measures(table, variables, terms, arguments)
        let specification = MatchSpecification(
            partitionKeys: keys,
            time: time,
            order: order,
            pattern: terms.map { term in
                PatternVariable(
                    term.variable.text,
                    minimum: term.minimum,
                    maximum: term.maximum,
                    isGreedy: term.isGreedy,
                    condition: conditions[term.variable.text] ?? .always
                )
            },
            skip: skip,
            withinMicros: try within(),
            measures: measures
        )
        return try self.table(table, specification, arguments)
    }

    private func table(
        _ input: BoundTable,
        _ specification: MatchSpecification,
        _ arguments: MatchArguments
    ) throws -> BoundTable {
        var plan = input.plan
        if !arguments.expressions.isEmpty {
            let names = plan.fields.map(\.name) + arguments.expressions.indices.map { "$match\($0)" }
            plan = .calc(LogicalCalc(plan, projections: plan.allColumns + arguments.expressions, names: names))
        }
        let keys = specification.partitionKeys.map { input.plan.fields[$0] }
        let measures = zip(match.measures, specification.measures.expressions).map { RowField($0.alias.text, $1.type) }
        var names = Set(keys.map(\.name))
        for measure in match.measures where !names.insert(measure.alias.text).inserted {
            throw SQLError(
                .ambiguousColumn,
                "there are two columns '\(measure.alias.text)'",
                at: measure.alias.span,
                hint: "PARTITION BY columns are columns of the result too"
            )
        }
        let node = LogicalMatch(plan, specification, fields: keys + measures, at: span)
        return BoundTable(plan: .match(node), scope: Scope(name: nil, fields: node.fields))
    }

    // MARK: Partitions and order

    private func partitionKeys(_ table: BoundTable) throws -> [Int] {
        var keys: [Int] = []
        for expression in match.partitionBy {
            let key = try column(expression, table, "PARTITION BY")
            guard !keys.contains(key) else {
                throw SQLError(.ambiguousColumn, "the column stands twice in PARTITION BY", at: expression.span)
            }
            keys.append(key)
        }
        return keys
    }

    private func column(_ expression: Expression, _ table: BoundTable, _ clause: String) throws -> Int {
        guard case .name = expression.kind,
            let column = try ExpressionBinder(binder.context, scope: table.scope).bind(expression).columnIndex
        else {
            throw SQLError(
                .unsupported,
                "\(clause) of MATCH_RECOGNIZE takes columns only",
                at: expression.span,
                hint: "compute it in a view or a sub-query"
            )
        }
        return column
    }

    private func order(_ table: BoundTable) throws -> (MatchSpecification.TimeSource, [SortField]) {
        guard let first = match.orderBy.first else {
            throw SQLError(
                .unsupported,
                "MATCH_RECOGNIZE needs ORDER BY a time attribute",
                at: span,
                hint: "declare WATERMARK FOR the column in CREATE TABLE, or a column AS PROCTIME()"
            )
        }
        let fields = try match.orderBy.map { item in
            guard item.nulls == nil else {
                throw SQLError(.unsupported, "NULLS FIRST and NULLS LAST are not supported here", at: item.span)
            }
            let column = try self.column(item.expression, table, "ORDER BY")
            guard SortKeys.supports(table.plan.fields[column].type) else {
                throw SQLError(.typeMismatch, "values of this type have no order", at: item.span)
            }
            return SortField(column: column, isDescending: item.isDescending)
        }
        guard let attribute = table.plan.fields[fields[0].column].type.timeAttribute else {
            throw SQLError(
                .typeMismatch,
                "MATCH_RECOGNIZE must be ordered by a time attribute first",
                at: first.span,
                hint: "declare WATERMARK FOR the column in CREATE TABLE, or a column AS PROCTIME()"
            )
        }
        guard !fields[0].isDescending else {
            throw SQLError(.unsupported, "the time of MATCH_RECOGNIZE must be ascending", at: first.span)
        }
        let time: MatchSpecification.TimeSource =
            attribute == .proctime ? .proctime : .rowtime(column: fields[0].column)
        return (time, Array(fields.dropFirst()))
    }

    // MARK: Clauses

    private func skip(_ variables: PatternVariables) throws -> MatchSpecification.Skip {
        func index(_ name: Identifier) throws -> Int {
            guard let index = variables.index(of: name) else { throw variables.unknown(name) }
            return index
        }
        switch match.afterMatch {
        case nil, .nextRow: return .toNextRow
        case .pastLastRow: return .pastLastRow
        case .first(let name): return .toFirst(try index(name))
        case .last(let name): return .toLast(try index(name))
        }
    }

    private func within() throws -> Int64? {
        guard let interval = match.within else { return nil }
        let millis = try WindowArguments.millis(
            try binder.expressionBinder(.empty).bind(interval),
            binder.expressionBinder(.empty),
            at: interval.span
        )
        guard millis >= 0 else {
            throw SQLError(.invalidDefinition, "the interval of WITHIN must not be negative", at: interval.span)
        }
        // No time at all is no bound, as in Flink.
        return millis == 0 ? nil : millis * 1_000
    }

    private func conditions(
        _ table: BoundTable,
        _ variables: PatternVariables,
        _ terms: [PatternBinder.Term],
        _ arguments: MatchArguments
    ) throws -> [String: PatternVariable.Condition] {
        var conditions: [String: PatternVariable.Condition] = [:]
        for definition in match.definitions {
            let index = variables.index(of: definition.variable)
            // The row in question is the last one of its own variable; another may have none yet.
            let isPresent = terms.indices.map { place in
                place == index || (place < index ?? 0 && terms[place].minimum > 0)
            }
            let collector = MatchCollector(
                .definition(of: index),
                variables,
                isPresent: isPresent,
                arguments: arguments
            )
            let bound = try expressionBinder(table, collector, "DEFINE").bindCondition(definition.condition)
            guard let index else { continue }
            let expressions = collector.finish([bound])
            conditions[definition.variable.text] = condition(expressions, of: index, arguments)
        }
        return conditions
    }

    /// The condition, computed before matching where it depends on the row in question alone.
    private func condition(
        _ bound: MatchExpressions,
        of variable: Int,
        _ arguments: MatchArguments
    ) -> PatternVariable.Condition {
        let condition = bound.expressions[0]
        if condition.literalValue == .boolean(true) { return .always }
        guard bound.aggregates.isEmpty, condition.isInfallible else { return .expression(bound) }
        var columns: [ScalarExpression] = []
        for reference in bound.references {
            guard case .value(let rows, false, 0, let column, let type) = reference,
                rows == .all || rows == .variable(variable)
            else { return .expression(bound) }
            columns.append(arguments.expression(column, type))
        }
        return .column(arguments.column(condition.substituting(columns)))
    }

    private func measures(
        _ table: BoundTable,
        _ variables: PatternVariables,
        _ terms: [PatternBinder.Term],
        _ arguments: MatchArguments
    ) throws -> MatchExpressions {
        guard !match.measures.isEmpty else {
            throw SQLError(
                .unsupported,
                "MATCH_RECOGNIZE without MEASURES is not supported",
                at: span,
                hint: "write MEASURES with what is wanted of a match"
            )
        }
        let collector = MatchCollector(
            .measures,
            variables,
            isPresent: terms.map { $0.minimum > 0 },
            arguments: arguments
        )
        let binder = expressionBinder(table, collector, "MEASURES")
        return collector.finish(try match.measures.map { try binder.bindTyped($0.expression) })
    }

    /// Binds columns of the input without the name of their table: what stands in front is a pattern variable.
    private func expressionBinder(
        _ table: BoundTable,
        _ collector: MatchCollector,
        _ place: String
    ) -> ExpressionBinder {
        var expressions = ExpressionBinder(binder.context, scope: Scope(name: nil, fields: table.plan.fields))
        expressions.matches = collector
        expressions.place = place
        return expressions
    }
}

extension ScalarExpression {
    /// Whether it can be computed over any row without failing, and gives the same value whenever it is computed.
    fileprivate var isInfallible: Bool {
        switch self {
        case .call(let call):
            guard call.function.determinism == .deterministic, !["/", "%", "MOD"].contains(call.function.name) else {
                return false
            }
        case .cast(let base, let type, let mode):
            guard mode != .cast || CastRules.isCheapAndInfallible(from: base.type.logical, to: type.logical) else {
                return false
            }
        default: break
        }
        return children.allSatisfy(\.isInfallible)
    }
}
