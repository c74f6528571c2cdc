import SluiceColumns
import SluiceConnect
import SluiceKernels

/// One operation in one line.
enum OperationText {
    static func describe(_ node: PhysicalNode, in plan: PhysicalPlan) -> String {
        let input = node.inputs.first.map { plan.fields(of: $0) } ?? []
        func name(_ column: Int) -> String { column < input.count ? input[column].name : "$\(column)" }
        switch node.operation {
        case .scan(let scan):
            let columns = node.fields.map(nested).joined(separator: ", ")
            return "Scan(\(scan.tableName), columns=[\(columns)], source=\(scan.table.summary))"
        case .values(let values): return "Values(rows=\(values.rows.count), columns=[\(columns(node.fields))])"
        case .watermark(let watermark):
            return "Watermark(time=\(name(watermark.timeColumn)), "
                + "watermark=\(ExpressionText.render(watermark.expression, input)))"
        case .calc(let calc): return "Calc(\(describe(calc, node, input)))"
        case .patternSet(let set):
            let texts = set.texts.map { text, patternCount, valueCount in
                let parts = [(patternCount, "patterns"), (valueCount, "values")].filter { $0.0 > 0 }
                return "\(ExpressionText.render(text, input)): " + parts.map { "\($0) \($1)" }.joined(separator: ", ")
            }
            return "PatternSet(branches=\(set.branches.count), texts=[\(texts.joined(separator: "; "))])"
        case .expand(let expand): return "Expand(sets=\(expand.projections.count))"
        case .windowTable(let table):
            let keys = table.partitionKeys.isEmpty ? "" : ", partition=[\(list(table.partitionKeys, name))]"
            return "WindowTable(\(describe(table.window, name))\(keys))"
        case .windowAggregate(let aggregate):
            return "WindowAggregate(\(describe(aggregate.window, name)), keys=[\(list(aggregate.keys, name))], "
                + "aggregates=[\(describe(aggregate.aggregates, name))])"
        case .groupAggregate(let aggregate):
            let ttl = aggregate.stateTTLMillis.map { ", state-ttl=\($0) ms" } ?? ""
            return "GroupAggregate(keys=[\(list(aggregate.keys, name))], "
                + "aggregates=[\(describe(aggregate.aggregates, name))]\(ttl))"
        case .join(let join): return JoinText.describe(join, node, plan)
        case .temporalJoin(let join): return JoinText.describe(join, node, plan)
        case .lookupJoin(let join): return JoinText.describe(join, input, node)
        case .union: return "Union"
        case .replicate: return "Replicate(times=\(input.last?.name ?? ""))"
        case .unnest(let unnest):
            let kind = unnest.keepsEmpty ? "LeftUnnest" : "Unnest"
            return "\(kind)(\(ExpressionText.render(unnest.collection, input)), columns=[\(columns(node.fields))])"
        case .rank, .windowRank, .firstRow, .sort: return RankingText.describe(node.operation, name)
        case .normalize(let normalize): return "Normalize(keys=[\(list(normalize.keys, name))])"
        case .materialize(let materialize):
            let changes = materialize.changeKey.isEmpty ? "whole rows" : "[\(list(materialize.changeKey, name))]"
            let conflict =
                switch materialize.conflict {
                case .deduplicate: ""
                case .keepFirst: ", conflicts=keep first"
                case .fail: ", conflicts=fail"
                }
            return "Materialize(keys=[\(list(materialize.keys, name))], changes=\(changes)\(conflict))"
        case .over(let over): return "Over(\(describe(over, name)))"
        case .match(let match): return MatchText.describe(match.specification, node, input)
        case .exchange(let exchange):
            if case .keys(let keys) = exchange.target { return "Exchange(keys=[\(list(keys, name))])" }
            return "Exchange(single)"
        case .sink(let sink):
            let dropped = sink.dropsUpdateBefore ? ", drops=[-U]" : ""
            return "Sink(\(sink.tableName), columns=[\(columns(node.fields))], sink=\(sink.table.summary)\(dropped))"
        case .collect: return "Collect(columns=[\(columns(node.fields))])"
        }
    }

    /// A column with the fields that are read of it: `bid(auction, price)`.
    private static func nested(_ field: RowField) -> String {
        guard case .row(let parts) = field.type.logical else { return field.name }
        return "\(field.name)(\(parts.map(nested).joined(separator: ", ")))"
    }

    private static func columns(_ fields: [RowField]) -> String { fields.map(\.name).joined(separator: ", ") }

    private static func list(_ columns: [Int], _ name: (Int) -> String) -> String {
        columns.map(name).joined(separator: ", ")
    }

    private static func describe(_ calc: CalcOperation, _ node: PhysicalNode, _ input: [RowField]) -> String {
        var parts: [String] = []
        if let predicate = calc.predicate { parts.append("where=\(ExpressionText.render(predicate, input))") }
        if let projections = calc.projections {
            let items = zip(projections, node.fields).map { expression, field in
                let text = ExpressionText.render(expression, input)
                return text == field.name ? text : "\(text) AS \(field.name)"
            }
            parts.append("select=[\(items.joined(separator: ", "))]")
        }
        return parts.joined(separator: ", ")
    }

    private static func describe(_ calls: [AggregateCall], _ name: (Int) -> String) -> String {
        calls.map { call in
            let arguments = call.arguments.isEmpty ? (call.ranking == nil ? "*" : "") : list(call.arguments, name)
            let filter = call.filter.map { " FILTER \(name($0))" } ?? ""
            let quantifier = call.isDistinct && !call.function.countsEqualOnce ? "DISTINCT " : ""
            return "\(call.function.name)(\(quantifier)\(arguments))\(filter)"
        }.joined(separator: ", ")
    }

    private static func describe(_ over: OverOperation, _ name: (Int) -> String) -> String {
        let keys = over.partitionKeys.isEmpty ? "" : "partition=[\(list(over.partitionKeys, name))], "
        let order: String
        switch over.order {
        case .rowtime(let column): order = "time=\(name(column))"
        case .proctime: order = "time=processing"
        case .value(let field):
            order = "order=\(name(field.column)) NULLS \(field.nullsFirst ? "FIRST" : "LAST")"
        }
        let start: String
        switch (over.frame.unit, over.frame.preceding) {
        case (_, nil): start = "UNBOUNDED"
        case (.rows, let count?): start = "\(count)"
        case (.range, let micros?): start = "\(micros / 1_000) ms"
        }
        return "\(keys)\(order), \(over.frame.unit.rawValue) \(start) PRECEDING, calls=[\(describe(over.calls, name))]"
    }

    private static func describe(_ window: WindowSpecification, _ name: (Int) -> String) -> String {
        func millis(_ micros: Int64) -> String { "\(micros / 1_000) ms" }
        let shape: String
        switch window.shape {
        case .tumble(let size): shape = "TUMBLE \(millis(size))"
        case .hop(let size, let slide): shape = "HOP \(millis(size)) every \(millis(slide))"
        case .cumulate(let size, let step): shape = "CUMULATE \(millis(size)) by \(millis(step))"
        case .session(let gap): shape = "SESSION gap \(millis(gap))"
        }
        let offset = window.offsetMicros == 0 ? "" : " offset \(millis(window.offsetMicros))"
        let emit = window.emit.map(describe) ?? ""
        switch window.time {
        case .rowtime(let column): return "\(shape)\(offset), time=\(name(column))\(emit)"
        case .proctime: return "\(shape)\(offset), time=processing\(emit)"
        case .attached(let start, let end): return "\(shape)\(offset), window=[\(name(start)), \(name(end))]\(emit)"
        }
    }

    private static func describe(_ emit: EmitStrategy) -> String {
        func text(_ firing: EmitStrategy.Firing) -> String {
            switch firing {
            case .everyChange: "every change"
            case .periodic(let micros): "every \(micros / 1_000) ms"
            }
        }
        let early = emit.early.map { ", early=\(text($0))" } ?? ""
        let late = emit.late.map { ", late=\(text($0)) for \(emit.allowedLatenessMicros / 1_000) ms" } ?? ""
        return early + late
    }
}
