import SluiceColumns
import SluiceKernels

/// MATCH_RECOGNIZE in one line.
enum MatchText {
    static func describe(_ match: MatchSpecification, _ node: PhysicalNode, _ input: [RowField]) -> String {
        func name(_ column: Int) -> String { column < input.count ? input[column].name : "$\(column)" }
        let time =
            switch match.time {
            case .rowtime(let column): name(column)
            case .proctime: "processing time"
            }
        let order = match.order.map { name($0.column) + ($0.isDescending ? " DESC" : "") }
        let names = node.fields.dropFirst(match.partitionKeys.count).map(\.name)
        let measures = zip(texts(match.measures, match, name), names).map { "\($0) AS \($1)" }
        let conditions = match.pattern.compactMap { variable -> String? in
            switch variable.condition {
            case .always: nil
            case .column(let column): "\(variable.name)=\(name(column))"
            case .expression(let condition): "\(variable.name)=\(texts(condition, match, name).joined())"
            }
        }
        var parts = ["partition=[\(match.partitionKeys.map(name).joined(separator: ", "))]"]
        parts.append("order=[\(([time] + order).joined(separator: ", "))]")
        parts.append("pattern=(\(match.pattern.map(quantified).joined(separator: " ")))")
        if let within = match.withinMicros { parts.append("within=\(within / 1_000) ms") }
        parts.append("skip=\(skip(match))")
        parts.append("define=[\(conditions.joined(separator: ", "))]")
        parts.append("measures=[\(measures.joined(separator: ", "))]")
        return "Match(\(parts.joined(separator: ", ")))"
    }

    private static func quantified(_ variable: PatternVariable) -> String {
        let quantifier =
            switch (variable.minimum, variable.maximum) {
            case (1, 1): ""
            case (0, nil): "*"
            case (1, nil): "+"
            case (0, 1): "?"
            case (let least, nil): "{\(least),}"
            case (let least, let most?): least == most ? "{\(least)}" : "{\(least),\(most)}"
            }
        let varies = variable.minimum != variable.maximum && !(variable.minimum == 0 && variable.maximum == 1)
        return variable.name + quantifier + (varies && !variable.isGreedy ? "?" : "")
    }

    private static func skip(_ match: MatchSpecification) -> String {
        switch match.skip {
        case .toNextRow: "to next row"
        case .pastLastRow: "past last row"
        case .toFirst(let variable): "to first \(match.pattern[variable].name)"
        case .toLast(let variable): "to last \(match.pattern[variable].name)"
        }
    }

    private static func texts(
        _ expressions: MatchExpressions,
        _ match: MatchSpecification,
        _ name: (Int) -> String
    ) -> [String] {
        func rows(_ choice: MatchExpressions.Rows) -> String {
            switch choice {
            case .all: ""
            case .variable(let index): match.pattern[index].name + "."
            case .none: "?."
            }
        }
        let references = expressions.references.map { reference -> String in
            switch reference {
            case .rowtime: return "MATCH_ROWTIME()"
            case .value(let choice, let fromFirst, let offset, let column, _):
                let column = rows(choice) + name(column)
                if !fromFirst && offset == 0 { return column }
                return "\(fromFirst ? "FIRST" : "LAST")(\(column), \(offset))"
            }
        }
        let aggregates = expressions.aggregates.map { aggregate in
            let arguments = aggregate.call.arguments.map { rows(aggregate.rows) + name($0) }
            return "\(aggregate.call.function.name)(\(arguments.isEmpty ? "*" : arguments.joined(separator: ", ")))"
        }
        let fields = (references + aggregates).map { RowField($0, DataType(.null)) }
        return expressions.expressions.map { ExpressionText.render($0, fields) }
    }
}
