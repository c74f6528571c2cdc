import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Refuses windows over a column that was a time attribute once, but whose stream no longer carries its watermark, and
/// what windows over processing time or with several results cannot do.
///
/// A regular join or an updating aggregate gives rows whenever it likes: their times have nothing to do with the
/// watermark any more, although the column's type still shows the mark.
enum CheckTimeAttributes {
    static func apply(_ plan: LogicalPlan) throws {
        for input in plan.inputs { try apply(input) }
        switch plan {
        case .windowTable(let node):
            try check(node.window.time, node.input, node.span)
        case .windowAggregate(let node):
            try check(node.window.time, node.input, node.span)
            try checkSessions(node)
            try checkEmit(node)
        case .join(let join): try checkWindowJoin(join)
        case .sort(let node): try check(node.input, node.order[0].column, node.span)
        case .match(let node):
            guard case .rowtime(let column) = node.specification.time else { break }
            try check(node.input, column, node.span)
        default: break
        }
    }

    private static func check(
        _ time: WindowSpecification.TimeSource,
        _ input: LogicalPlan,
        _ span: SourceSpan
    ) throws {
        if case .rowtime(let column) = time { try check(input, column, span) }
    }

    private static func checkWindowJoin(_ join: LogicalJoin) throws {
        guard let match = WindowJoinMatch(join), match.isProcessingTime else { return }
        throw SQLError(
            .unsupported,
            "a join of windows over processing time is not supported",
            at: .none,
            hint: "window an event time, or join without the windows' bounds"
        )
    }

    /// Only window functions in GROUP BY can give several results, as in Flink.
    private static func checkEmit(_ node: LogicalWindowAggregate) throws {
        guard node.window.emit != nil, !node.isGroupWindow else { return }
        throw SQLError(
            .unsupported,
            "aggregates over window table functions give their result once, and early or late results are switched on",
            at: node.span,
            hint: "RESET 'table.exec.emit.early-fire.enabled' and 'table.exec.emit.late-fire.enabled', or write the "
                + "window in GROUP BY"
        )
    }

    private static func check(_ input: LogicalPlan, _ column: Int, _ span: SourceSpan) throws {
        guard !isLive(input, column) else { return }
        throw SQLError(
            .typeMismatch,
            "'\(input.fields[column].name)' is no time attribute behind a regular join or an updating aggregate",
            at: span,
            hint: "window the inputs first, then join or aggregate"
        )
    }

    /// Whether the column is still an event time that the plan's watermark speaks about.
    static func isLive(_ plan: LogicalPlan, _ column: Int) -> Bool {
        switch plan {
        case .table(let table): return isLive(table.plan, column)
        case .watermark(let node): return node.timeColumn == column
        case .calc(let calc): return calc.projections[column].columnIndex.map { isLive(calc.input, $0) } ?? false
        case .union(let union): return union.inputs.allSatisfy { isLive($0, column) }
        case .windowTable(let node):
            return column < node.startColumn ? isLive(node.input, column) : column == node.startColumn + 2
        case .windowAggregate(let node):
            let property = column - node.keys.count - node.aggregates.count
            return property >= 0 && node.properties[property] == .time
        case .join(let join):
            guard WindowJoinMatch(join) != nil || IntervalJoinMatch(join) != nil else { return false }
            let width = join.left.fields.count
            return column < width ? isLive(join.left, column) : isLive(join.right, column - width)
        case .rank(let node): return column < node.input.fields.count && isLive(node.input, column)
        case .sort(let node): return isLive(node.input, column)
        // The right side's times are those of versions, long past.
        case .temporalJoin(let node):
            return column < node.join.left.fields.count && isLive(node.join.left, column)
        case .unnest(let node): return column < node.kept.count && isLive(node.input, node.kept[column])
        case .match(let node): return node.isRowtime(column)
        case .over(let node): return column < node.firstCall && isLive(node.input, column)
        case .scan, .values, .aggregate, .expand, .replicate: return false
        }
    }

    /// Two sessions that a late row joins would need results that cannot be put together.
    private static func checkSessions(_ node: LogicalWindowAggregate) throws {
        guard case .session = node.window.shape else { return }
        if case .attached = node.window.time { return }
        for call in node.aggregates where ["FIRST_VALUE", "LAST_VALUE"].contains(call.function.name) {
            throw SQLError(
                .unsupported,
                "\(call.function.name) is not supported in session windows",
                at: node.span,
                hint: "use MIN or MAX"
            )
        }
    }
}
