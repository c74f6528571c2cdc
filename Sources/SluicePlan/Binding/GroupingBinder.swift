import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Binds GROUP BY: its keys, grouping sets, and a window function among the keys.
struct GroupingBinder {
    let binder: ExpressionBinder
    let aggregates: AggregateCollector
    let subqueries: SubqueryCollector

    /// Binds the clause into the collector.
    func bind(_ groupBy: GroupBy?, _ from: LogicalPlan) throws {
        guard let groupBy else { return }
        var sets: [[Int]] = [[]]
        for element in groupBy.elements {
            let alternatives = try self.sets(of: element)
            sets = sets.flatMap { set in alternatives.map { set + $0.filter { !set.contains($0) } } }
        }
        guard sets.count <= 4_096 else {
            throw SQLError(.unsupported, "more than 4,096 grouping sets", at: groupBy.span)
        }
        if groupBy.isDistinct {
            var seen: Set<Set<Int>> = []
            sets = sets.filter { seen.insert(Set($0)).inserted }
        }
        aggregates.groupingSets = sets
        aggregates.isGlobal = sets.contains([])
    }

    private func sets(of element: GroupBy.Element) throws -> [[Int]] {
        switch element {
        case .expression(let expression): return [try keys(expression)]
        case .composite(let expressions): return [try expressions.flatMap { try keys($0) }]
        case .empty: return [[]]
        case .groupingSets(let elements): return try elements.flatMap { try sets(of: $0) }
        case .rollup(let elements):
            let parts = try elements.map { try sets(of: $0).first ?? [] }
            return (0...parts.count).reversed().map { Array(parts.prefix($0).joined()) }
        case .cube(let elements):
            let parts = try elements.map { try sets(of: $0).first ?? [] }
            guard parts.count <= 12 else {
                throw SQLError(.unsupported, "a CUBE of more than 12 keys", at: .none)
            }
            return (0..<(1 << parts.count)).map { mask in
                parts.indices.filter { mask & (1 << (parts.count - 1 - $0)) == 0 }.flatMap { parts[$0] }
            }
        }
    }

    private func keys(_ expression: Expression) throws -> [Int] {
        if case .call(let call) = expression.kind, try bindWindow(call) {
            guard let window = aggregates.groupWindow else { return [] }
            return [GroupWindow.Part.start, .end, .rowtime].map { key(window.column($0)) }
        }
        if case .row(let values, false) = expression.kind, values.count > 1 {
            return try values.flatMap { try keys($0) }
        }
        var keyBinder = binder
        keyBinder.place = "GROUP BY"
        return [key(try keyBinder.bindTyped(expression))]
    }

    private func key(_ expression: ScalarExpression) -> Int {
        if let known = aggregates.keys.firstIndex(of: expression) { return known }
        aggregates.keys.append(expression)
        return aggregates.keys.count - 1
    }

    /// Whether the call is TUMBLE, HOP or SESSION; then the plan gets its window columns.
    private func bindWindow(_ call: FunctionCall) throws -> Bool {
        let name = call.name.text.uppercased()
        guard ["TUMBLE", "HOP", "SESSION"].contains(name), call.arguments.count > 1 else { return false }
        guard aggregates.groupWindow == nil else {
            throw SQLError(.unsupported, "only one window can stand in GROUP BY", at: call.span)
        }
        let arguments = try call.arguments.map { try binder.bind($0.value) }
        // PROCTIME() itself is no column, and windows over processing time read none.
        let timeColumn = arguments[0].type.timeAttribute == .proctime ? 0 : arguments[0].columnIndex
        guard let timeColumn, arguments[0].type.timeAttribute != nil else {
            throw WindowArguments.notTimeAttribute(name, arguments[0].type, at: call.arguments[0].span)
        }
        let spans = call.arguments.map(\.span)
        let millis = try zip(arguments, spans).dropFirst().map { try WindowArguments.millis($0, binder, at: $1) }
        let shape = try WindowArguments.legacyShape(name, millis, at: call.span)
        let plan = subqueries.plan
        let time = arguments[0].type
        var node = try WindowArguments.windowTable(
            plan,
            shape: shape,
            offsetMillis: 0,
            timeColumn: timeColumn,
            time: time,
            context: binder.context,
            timeType: time.withoutTimeAttribute.nullable(time.timeAttribute != .proctime).marked(time.timeAttribute),
            at: call.span
        )
        node.window.isGroupWindow = true
        if case .session = shape, node.window.emit != nil {
            throw SQLError(
                .unsupported,
                "session windows give their result once, and early or late results are switched on",
                at: call.span,
                hint: "RESET 'table.exec.emit.early-fire.enabled' and 'table.exec.emit.late-fire.enabled'"
            )
        }
        aggregates.groupWindow = GroupWindow(
            name: name,
            arguments: arguments,
            startColumn: node.startColumn,
            timeType: node.timeType
        )
        subqueries.plan = .windowTable(node)
        return true
    }
}

extension DataType {
    /// The same type with this mark.
    func marked(_ attribute: TimeAttribute?) -> DataType {
        DataType(logical, nullable: isNullable, timeAttribute: attribute)
    }
}
