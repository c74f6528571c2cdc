import SluiceColumns
import SluiceKernels

/// Implicit casts.
enum Coercion {
    /// `expression` as a value of `type`: unchanged where the types agree but for nullability and time attribute.
    static func cast(_ expression: ScalarExpression, to type: DataType) -> ScalarExpression {
        if agree(expression.type, type) { return expression }
        if case .literal(.null, _) = expression { return .literal(.null, type.nullable(true).withoutTimeAttribute) }
        let target = type.withoutTimeAttribute.nullable(expression.type.isNullable)
        return .cast(expression, to: target, .implicit)
    }

    /// Whether values of one type can be taken for the other's as they are.
    static func agree(_ lhs: DataType, _ rhs: DataType) -> Bool { stripped(lhs.logical) == stripped(rhs.logical) }

    /// The type without nullability, names and comments at any depth: what its representation depends on.
    private static func stripped(_ type: LogicalType) -> LogicalType {
        func plain(_ type: DataType) -> DataType { DataType(stripped(type.logical)) }
        switch type {
        case .array(let element): return .array(plain(element))
        case .multiset(let element): return .multiset(plain(element))
        case .map(let key, let value): return .map(plain(key), plain(value))
        case .row(let fields): return .row(fields.map { RowField("", plain($0.type)) })
        default: return type
        }
    }
}
