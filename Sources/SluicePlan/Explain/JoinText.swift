import SluiceColumns
import SluiceConnect
import SluiceKernels

/// A join in one line.
enum JoinText {
    static func describe(_ join: JoinOperation, _ node: PhysicalNode, _ plan: PhysicalPlan) -> String {
        let (left, right) = sides(node, plan)
        let kind = join.kind.rawValue.prefix(1).uppercased() + join.kind.rawValue.dropFirst()
        let on = keys(join.leftKeys, join.rightKeys, join.nullSafe, left, right)
        let residual = whereText(join.residual, left + right)
        switch join.scope {
        case .unbounded: return "\(kind)Join(on=[\(on)]\(residual))"
        case .window: return "Window\(kind)Join(on=[\(on)]\(residual))"
        case .interval(let interval):
            let time = interval.isEventTime ? "" : ", time=processing"
            let bounds = "[\(millis(interval.lowerMicros)), \(millis(interval.upperMicros))]"
            let distance = "\(left[interval.leftTime].name) - \(right[interval.rightTime].name)"
            return "Interval\(kind)Join(on=[\(on)], \(distance) in \(bounds)\(time)\(residual))"
        }
    }

    static func describe(_ join: TemporalJoinOperation, _ node: PhysicalNode, _ plan: PhysicalPlan) -> String {
        let (left, right) = sides(node, plan)
        let on = keys(join.leftKeys, join.rightKeys, join.leftKeys.map { _ in false }, left, right)
        let kind = join.keepsUnmatched ? "Left" : "Inner"
        return "Temporal\(kind)Join(on=[\(on)], time=\(left[join.leftTime].name), "
            + "version=\(right[join.rightTime].name)\(whereText(join.residual, left + right)))"
    }

    static func describe(_ join: LookupJoinOperation, _ input: [RowField], _ node: PhysicalNode) -> String {
        let names = join.columnNames
        let stored = zip(names, join.columns).map { RowField($0, $1.type) }
        let on = zip(join.keys, join.nullSafe).map { key, isNullSafe in
            let value =
                switch key.value {
                case .column(let column): input[column].name
                case .constant(let value, let type): ExpressionText.render(.literal(value, type), input)
                }
            return "\(value) \(isNullSafe ? "IS NOT DISTINCT FROM" : "=") \(names[key.column])"
        }
        let index = join.indexText.map { ", index=\($0)" } ?? ""
        let filter = join.predicate.map { ", filter=\(ExpressionText.render($0, stored))" } ?? ""
        let kind = join.keepsUnmatched ? "Left" : "Inner"
        return "Lookup\(kind)Join(\(join.tableName), on=[\(on.joined(separator: ", "))]\(index), "
            + "columns=[\(names.joined(separator: ", "))]\(filter)\(whereText(join.residual, node.fields)), "
            + "source=\(join.source.summary))"
    }

    private static func sides(_ node: PhysicalNode, _ plan: PhysicalPlan) -> ([RowField], [RowField]) {
        (plan.nodes[node.inputs[0].node].fields, plan.nodes[node.inputs[1].node].fields)
    }

    private static func keys(
        _ leftKeys: [Int],
        _ rightKeys: [Int],
        _ nullSafe: [Bool],
        _ left: [RowField],
        _ right: [RowField]
    ) -> String {
        zip(zip(leftKeys, rightKeys), nullSafe).map { pair, isNullSafe in
            "\(left[pair.0].name) \(isNullSafe ? "IS NOT DISTINCT FROM" : "=") \(right[pair.1].name)"
        }.joined(separator: ", ")
    }

    private static func whereText(_ residual: ScalarExpression?, _ fields: [RowField]) -> String {
        residual.map { ", where=\(ExpressionText.render($0, fields))" } ?? ""
    }

    /// Milliseconds, with those that are left over of a microsecond bound.
    private static func millis(_ micros: Int64) -> String {
        micros % 1_000 == 0 ? "\(micros / 1_000) ms" : "\(micros) µs"
    }
}
