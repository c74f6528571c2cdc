import SluiceColumns

extension ScalarExpression {
    /// A call of `function`: resolves its types and inserts the casts that its signature asks for.
    ///
    /// - Throws: `FunctionError` where the function does not take these arguments.
    package static func calling(
        _ function: ScalarFunction,
        _ arguments: [ScalarExpression]
    ) throws -> ScalarExpression {
        let signature = try function.resolve(arguments.map(\.argumentInfo))
        let coerced = zip(arguments, signature.arguments).map { $0.implicitlyCast(to: $1) }
        return .call(ScalarCall(function, coerced, type: signature.result))
    }

    /// The expression as a value of `type`; itself where only nullability or a time attribute differs.
    package func implicitlyCast(to type: DataType) -> ScalarExpression {
        if self.type.logical == type.logical { return self }
        if case .literal(.null, _) = self { return .literal(.null, type.nullable(true)) }
        return .cast(self, to: type.withoutTimeAttribute.nullable(self.type.isNullable || type.isNullable), .implicit)
    }

    /// What a function's signature may look at.
    package var argumentInfo: ArgumentInfo {
        if case .literal(let value, let type) = self { return ArgumentInfo(type, literal: value) }
        return ArgumentInfo(type)
    }
}
