import SluiceColumns
import SluiceKernels
import SluiceSQL

/// What a SELECT makes of its rows, or of its groups: from below HAVING, the windows of OVER, QUALIFY, the items.
struct SelectOutput {
    var items: [SelectBinder.Item]
    var having: ScalarExpression?
    var qualify: ScalarExpression?
    var overs: OverCollector

    /// The plan over `rows`, which all expressions read.
    func plan(over rows: LogicalPlan) -> LogicalPlan {
        let names = items.map(\.name)
        guard !overs.calls.isEmpty else {
            return .calc(LogicalCalc(rows, predicate: having, projections: items.map(\.expression), names: names))
        }
        let kept = having.map { LogicalPlan.calc(LogicalCalc(rows, predicate: $0)) } ?? rows
        let (windows, places) = windows(over: kept)
        func placed(_ expression: ScalarExpression) -> ScalarExpression {
            expression.mappingColumns { $0 >= OverCollector.base ? places[$0 - OverCollector.base] : $0 }
        }
        return .calc(
            LogicalCalc(
                windows,
                predicate: qualify.map(placed),
                projections: items.map { placed($0.expression) },
                names: names
            )
        )
    }

    /// The rows with the results of all windows, and the column of each call.
    private func windows(over rows: LogicalPlan) -> (plan: LogicalPlan, places: [Int]) {
        var projections = rows.allColumns
        func place(_ expression: ScalarExpression) -> Int {
            if let known = projections.firstIndex(of: expression) { return known }
            projections.append(expression)
            return projections.count - 1
        }
        let calls = overs.calls.map { $0.call.placed(place) }
        let partitions = overs.windows.map { $0.partition.map(place).sorted() }
        let orders = overs.windows.map { window in
            window.order.map {
                SortField(column: place($0.expression), isDescending: $0.isDescending, nullsFirst: $0.nullsFirst)
            }
        }
        let names = rows.fields.map(\.name) + (rows.fields.count..<projections.count).map { "$over_in\($0)" }
        var plan = rows
        if projections.count > rows.fields.count {
            plan = .calc(LogicalCalc(rows, projections: projections, names: names))
        }
        var places = Array(repeating: 0, count: calls.count)
        for window in overs.windows.indices {
            let members = calls.indices.filter { overs.calls[$0].window == window }
            var node = LogicalOver(
                plan,
                partitionKeys: partitions[window],
                order: orders[window],
                frame: overs.windows[window].frame,
                calls: members.map { calls[$0] },
                names: members.map { "$over\($0)" }
            )
            node.isFurtherWindow = window > 0
            node.span = overs.spans[window]
            for (position, member) in members.enumerated() { places[member] = node.firstCall + position }
            plan = .over(node)
        }
        return (plan, places)
    }
}
