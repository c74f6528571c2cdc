import SluiceColumns
import SluiceSQL

/// Refuses windows of OVER that cannot be streamed: all that Flink refuses too.
enum CheckOver {
    static func apply(_ plan: LogicalPlan) throws {
        for input in plan.inputs { try apply(input) }
        guard case .over(let node) = plan else { return }
        try checkSingle(node)
        guard let field = node.order.first, node.order.count == 1 else {
            throw refused(
                "a window of OVER must be ordered by exactly one column",
                node,
                hint: "ORDER BY the column that WATERMARK FOR declares, or PROCTIME()"
            )
        }
        guard !field.isDescending else {
            throw refused("a window of OVER can only be ordered ascending", node, hint: "leave DESC out")
        }
        guard node.frame.preceding == nil || node.time != nil else {
            throw refused(
                "a bounded window of OVER must be ordered by time",
                node,
                hint: "ORDER BY the column that WATERMARK FOR declares, or write UNBOUNDED PRECEDING"
            )
        }
        guard hasOrder(node.input.fields[field.column].type) else {
            throw refused("\(node.input.fields[field.column].type.logical) has no order", node, hint: nil)
        }
    }

    private static func hasOrder(_ type: DataType) -> Bool {
        switch type.lane {
        case .list, .map, .row: false
        default: true
        }
    }

    private static func checkSingle(_ node: LogicalOver) throws {
        guard node.isFurtherWindow else { return }
        var input = node.input
        while case .calc(let calc) = input { input = calc.input }
        guard case .over = input else { return }
        throw refused(
            "all OVER windows of a query must be the same",
            node,
            hint: "compute the others in a sub-query; ROW_NUMBER has a window of ROWS, the others have one of RANGE"
        )
    }

    private static func refused(_ what: String, _ node: LogicalOver, hint: String?) -> SQLError {
        SQLError(.unsupported, what, at: node.span, hint: hint)
    }
}

/// The times that a window of OVER can be ordered by.
package enum OverTime: Sendable, Hashable {
    /// Rows wait for the watermark.
    case rowtime
    /// Rows come in their order.
    case proctime
}

extension LogicalOver {
    /// The time that it is ordered by; nil where it is ordered by values.
    ///
    /// A time attribute whose stream has lost its watermark, behind a regular join say, is a value.
    package var time: OverTime? {
        guard order.count == 1 else { return nil }
        switch input.fields[order[0].column].type.timeAttribute {
        case .rowtime: return CheckTimeAttributes.isLive(input, order[0].column) ? .rowtime : nil
        case .proctime: return .proctime
        case nil: return nil
        }
    }
}
