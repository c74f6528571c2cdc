import SluiceColumns

@testable import SluiceKernels

/// Builds and runs small expressions for tests.
enum ExpressionProbe {
    static let context = EvaluationContext(timeZone: "UTC")

    static func literal(_ value: Value, _ type: LogicalType) -> ScalarExpression {
        .literal(value, DataType(type, nullable: value.isNull))
    }

    static func int(_ value: Int64) -> ScalarExpression { literal(.integer(value), .int) }

    static func text(_ value: String) -> ScalarExpression {
        literal(.string(value), .char(value.unicodeScalars.count))
    }

    static func decimal(_ unscaled: Int64, _ precision: Int, _ scale: Int) -> ScalarExpression {
        let type = LogicalType.decimal(precision: precision, scale: scale)
        return literal(precision > 18 ? .wide(Int128(unscaled)) : .integer(unscaled), type)
    }

    static func call(_ name: String, _ arguments: ScalarExpression...) throws -> ScalarExpression {
        guard let function = FunctionCatalogue.builtins.scalar(name) else { throw FunctionError("no \(name)") }
        return try .calling(function, arguments)
    }

    static func batch(_ columns: Column...) -> Batch { Batch(columns: columns, rowCount: columns[0].count) }

    static func rows(_ expression: ScalarExpression, _ batch: Batch) throws -> [Value] {
        let column = try ExpressionEvaluator([expression], context: context).evaluateOne(0, batch)
        return (0..<batch.rowCount).map { column.value($0) }
    }

    /// The value of a constant expression as CAST to STRING shows it; nil for NULL.
    static func shown(_ expression: ScalarExpression, timeZone: String = "UTC") throws -> String? {
        let context = EvaluationContext(timeZone: timeZone)
        let text = ScalarExpression.cast(expression, to: DataType(.string), .cast)
        let column = try ExpressionEvaluator([text], context: context).evaluateOne(0, Batch(columns: [], rowCount: 1))
        return column.value(0).stringValue
    }

    static func cast(_ text: String, _ type: LogicalType, _ mode: CastMode = .tryCast) -> ScalarExpression {
        .cast(self.text(text), to: DataType(type), mode)
    }
}
