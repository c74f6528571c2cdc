import SluiceColumns
import SluiceKernels

/// Turns an aggregate whose keys are the bounds of windows into one that emits each window once.
enum RecognizeWindows {
    /// The node that does the same, window by window, where there is one; its inputs are recognised already.
    static func recognized(_ node: LogicalPlan) -> LogicalPlan {
        guard case .aggregate(let aggregate) = node else { return node }
        return recognize(aggregate) ?? node
    }

    private static func recognize(_ aggregate: LogicalAggregate) -> LogicalPlan? {
        guard let traits = WindowTraits.of(aggregate.input) else { return nil }
        guard aggregate.keys.contains(where: traits.start.contains),
            aggregate.keys.contains(where: traits.end.contains)
        else { return nil }
        let properties = properties(aggregate, traits)
        let windowKeys = traits.start.union(traits.end).union(traits.time)
        let keys = aggregate.keys.filter { !windowKeys.contains($0) }
        if let fused = fuse(aggregate, keys, properties) { return restored(fused, aggregate, traits) }
        guard let start = traits.start.min(), let end = traits.end.min() else { return nil }
        let window = WindowSpecification(
            shape: traits.shape,
            offsetMicros: traits.offsetMicros,
            time: .attached(startColumn: start, endColumn: end),
            timeZone: traits.timeZone,
            isProcessingTime: traits.isProcessingTime,
            emit: traits.emit
        )
        return restored(
            node(aggregate.input, window, keys, aggregate.aggregates, properties, aggregate),
            aggregate,
            traits
        )
    }

    private static func properties(_ aggregate: LogicalAggregate, _ traits: WindowTraits) -> [WindowProperty] {
        aggregate.keys.contains(where: traits.time.contains) ? [.start, .end, .time] : [.start, .end]
    }

    private static func node(
        _ input: LogicalPlan,
        _ window: WindowSpecification,
        _ keys: [Int],
        _ aggregates: [AggregateCall],
        _ properties: [WindowProperty],
        _ original: LogicalAggregate
    ) -> LogicalWindowAggregate {
        let fields = input.fields
        var output = keys.map { fields[$0] }
        output += original.fields.suffix(original.aggregates.count)
        for property in properties {
            switch property {
            case .start: output.append(RowField("window_start", LogicalWindowTable.boundType))
            case .end: output.append(RowField("window_end", LogicalWindowTable.boundType))
            case .time: output.append(RowField("window_time", timeType(original)))
            }
        }
        return LogicalWindowAggregate(
            input,
            window: window,
            keys: keys,
            aggregates: aggregates,
            properties: properties,
            fields: output
        )
    }

    /// The type that the aggregate gives to window_time.
    private static func timeType(_ aggregate: LogicalAggregate) -> DataType {
        guard let traits = WindowTraits.of(aggregate.input) else { return LogicalWindowTable.boundType }
        let fields = aggregate.input.fields
        let column = aggregate.keys.first(where: traits.time.contains)
        return column.map { fields[$0].type } ?? LogicalWindowTable.boundType
    }

    /// Assigns windows while aggregating, where only calcs that do not look at the window stand in between.
    private static func fuse(
        _ aggregate: LogicalAggregate,
        _ keys: [Int],
        _ properties: [WindowProperty]
    ) -> LogicalWindowAggregate? {
        var input = aggregate.input
        if case .windowTable = input {
            input = .calc(LogicalCalc(input, projections: input.allColumns, names: input.fields.map(\.name)))
        }
        guard case .calc(let calc) = input, case .windowTable(let table) = calc.input else { return nil }
        let first = table.startColumn
        func readsWindow(_ expression: ScalarExpression) -> Bool { expression.columnsRead.contains { $0 >= first } }
        if let predicate = calc.predicate, readsWindow(predicate) { return nil }
        let used = keys + aggregate.aggregates.flatMap { $0.arguments + ($0.filter.map { [$0] } ?? []) }
        if used.contains(where: { readsWindow(calc.projections[$0]) }) { return nil }
        if case .session = table.window.shape, !table.isGroupWindow {
            let partition = Set(table.partitionKeys)
            guard Set(keys.compactMap { calc.projections[$0].columnIndex }) == partition else { return nil }
            guard keys.allSatisfy({ calc.projections[$0].columnIndex != nil }) else { return nil }
            // As in Flink: rows that a filter takes out make no session, unless the filter on a constant partition
            // keeps the aggregate apart from its windows.
            if calc.predicate != nil, isPinned(partition, in: table.input) { return nil }
        }
        return fused(aggregate, calc, table, keys, properties)
    }

    /// Whether a filter says that one of the columns is a constant.
    private static func isPinned(_ columns: Set<Int>, in input: LogicalPlan) -> Bool {
        guard case .calc(let calc) = input, let predicate = calc.predicate else { return false }
        let constants = predicate.conjuncts.compactMap { PropagateConstants.equality($0)?.0 }
        return columns.contains { column in
            calc.projections[column].columnIndex.map(constants.contains) ?? false
        }
    }

    private static func fused(
        _ aggregate: LogicalAggregate,
        _ calc: LogicalCalc,
        _ table: LogicalWindowTable,
        _ keys: [Int],
        _ properties: [WindowProperty]
    ) -> LogicalWindowAggregate {
        let kept = calc.projections.indices.filter { index in
            calc.projections[index].columnsRead.allSatisfy { $0 < table.startColumn }
        }
        var projections = kept.map { calc.projections[$0] }
        var names = kept.map { calc.fields[$0].name }
        var window = table.window
        if case .rowtime(let column) = window.time {
            let time = table.input.column(column)
            if let known = projections.firstIndex(of: time) {
                window.time = .rowtime(column: known)
            } else {
                window.time = .rowtime(column: projections.count)
                projections.append(time)
                names.append(table.input.fields[column].name)
            }
        }
        func moved(_ index: Int) -> Int { kept.firstIndex(of: index) ?? 0 }
        let calls = aggregate.aggregates.map { call -> AggregateCall in
            var call = call
            call.arguments = call.arguments.map(moved)
            call.filter = call.filter.map(moved)
            return call
        }
        let input = LogicalCalc(table.input, predicate: calc.predicate, projections: projections, names: names)
        var result = node(.calc(input), window, keys.map(moved), calls, properties, aggregate)
        result.span = table.span
        return result
    }

    /// The aggregate's columns in the order that the query knows.
    private static func restored(
        _ node: LogicalWindowAggregate,
        _ aggregate: LogicalAggregate,
        _ traits: WindowTraits
    ) -> LogicalPlan {
        let plan = LogicalPlan.windowAggregate(node)
        let firstProperty = node.keys.count + node.aggregates.count
        var nextKey = 0
        var projections: [ScalarExpression] = []
        for key in aggregate.keys {
            if traits.start.contains(key) {
                projections.append(plan.column(firstProperty))
            } else if traits.end.contains(key) {
                projections.append(plan.column(firstProperty + 1))
            } else if traits.time.contains(key) {
                projections.append(plan.column(firstProperty + 2))
            } else {
                projections.append(plan.column(nextKey))
                nextKey += 1
            }
        }
        projections += aggregate.aggregates.indices.map { plan.column(node.keys.count + $0) }
        return .calc(LogicalCalc(plan, projections: projections, names: aggregate.names))
    }
}
