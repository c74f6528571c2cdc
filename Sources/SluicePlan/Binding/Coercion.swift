import SluiceColumns
import SluiceKernels

/// Implicit casts.
enum Coercion {
    /// `expression` as a value of `type`: unchanged where the types agree but for nullability and time attribute.
    ///
    /// The names of a row's fields are part of the type: whoever writes or reads the row goes by them.
    static func cast(_ expression: ScalarExpression, to type: DataType) -> ScalarExpression {
        if stripped(expression.type.logical, ofNames: false) == stripped(type.logical, ofNames: false) {
            return expression
        }
        if case .literal(.null, _) = expression { return .literal(.null, type.nullable(true).withoutTimeAttribute) }
        let target = type.withoutTimeAttribute.nullable(expression.type.isNullable)
        return .cast(expression, to: target, .implicit)
    }

    /// Whether values of one type can be taken for the other's as they are.
    static func agree(_ lhs: DataType, _ rhs: DataType) -> Bool {
        stripped(lhs.logical, ofNames: true) == stripped(rhs.logical, ofNames: true)
    }

    /// The type without nullability, comments and, where asked, names at any depth.
    private static func stripped(_ type: LogicalType, ofNames: Bool) -> LogicalType {
        func plain(_ type: DataType) -> DataType { DataType(stripped(type.logical, ofNames: ofNames)) }
        switch type {
        case .array(let element): return .array(plain(element))
        case .multiset(let element): return .multiset(plain(element))
        case .map(let key, let value): return .map(plain(key), plain(value))
        case .row(let fields): return .row(fields.map { RowField(ofNames ? "" : $0.name, plain($0.type)) })
        default: return type
        }
    }
}
