import SluiceColumns

/// Computes the constant parts of expressions while planning.
package enum ConstantFolder {
    /// The expression with every deterministic constant part replaced by its value, which is what computing it row by
    /// row would give.
    ///
    /// - Throws: `EvaluationError` where a constant part has no value (`1 / 0`), so that the statement can be refused,
    /// as
    ///   Flink does. A failing CAST of a text stays in the plan and fails when a row reaches it, also as in Flink.
    package static func fold(_ expression: ScalarExpression, context: EvaluationContext) throws -> ScalarExpression {
        let folded = try expression.mapChildren { try fold($0, context: context) }
        if case .literal = folded { return folded }
        guard isConstantStep(folded) else { return folded }
        try refuseZeroDivisor(folded)
        let empty = Batch(columns: [], rowCount: 1)
        do {
            let evaluator = try ExpressionEvaluator([folded], context: context)
            let value = try evaluator.evaluateOne(0, empty).value(0)
            if case .cast = folded { try refuseOverflow(value, folded.type) }
            return .literal(asLiteral(value, folded.type), folded.type)
        } catch let error as EvaluationError where error.code == "badCast" {
            return folded
        }
    }

    /// Whether the outermost step only reads literals and may be computed now.
    private static func isConstantStep(_ expression: ScalarExpression) -> Bool {
        switch expression {
        case .column, .literal: return false
        case .call(let call) where call.function.determinism != .deterministic: return false
        default:
            return expression.children.allSatisfy { if case .literal = $0 { true } else { false } }
        }
    }

    /// Dividing constants by zero fails for floating point too, although a row's division gives an infinity.
    private static func refuseZeroDivisor(_ expression: ScalarExpression) throws {
        guard case .call(let call) = expression, call.function.name == "/", call.arguments.count == 2,
            case .literal(let divisor, _) = call.arguments[1], case .literal(let dividend, _) = call.arguments[0],
            !dividend.isNull
        else { return }
        if divisor == .double(0) || divisor == .float(0) {
            throw EvaluationError("divisionByZero", "division by zero")
        }
    }

    /// Rounding in a cast can carry a value over the end of its type, `99.995` to 100.00 in a DECIMAL(4, 2) and
    /// `23:59:59.9999` to 24:00:00.000: a row may hold that, a literal may not.
    private static func refuseOverflow(_ value: Value, _ type: DataType) throws {
        guard let number = value.integerValue else { return }
        let limit: Int128
        switch type.logical {
        case .decimal(let precision, _):
            limit = (0..<precision).reduce(1) { power, _ in power * 10 }
        case .time: limit = 86_400_000
        default: return
        }
        guard number.magnitude < limit.magnitude else {
            throw EvaluationError("outOfRange", "a constant does not fit \(type.logical)")
        }
    }

    /// The value as a literal of the type holds it: without a negative zero, and a text not longer than the type.
    ///
    /// A row may hold a longer text: `UPPER('ß')` is `S`, although `UPPER` of a column makes `SS` of it.
    private static func asLiteral(_ value: Value, _ type: DataType) -> Value {
        switch (value, type.logical) {
        case (.double(let number), _) where number == 0: return .double(0)
        case (.float(let number), _) where number == 0: return .float(0)
        case (.bytes(let text), .char(let length)), (.bytes(let text), .varchar(let length)):
            guard text.count > length, UnicodeText.codePointCount(text.span) > length else { return value }
            return .bytes(Array(text[..<UnicodeText.byteOffset(ofCodePoint: length, in: text.span)]))
        default: return value
        }
    }
}
