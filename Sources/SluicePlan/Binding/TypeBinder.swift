import SluiceColumns
import SluiceSQL

/// Turns a type as written into a type.
package enum TypeBinder {
    /// The type that `name` means, nullable unless NOT NULL was written.
    package static func bind(_ name: TypeName) throws(SQLError) -> DataType {
        DataType(try logical(name), nullable: name.isNullable ?? true)
    }

    /// The target of a CAST: text and bytes without a length are unbounded there, and too fine a fraction is cut.
    package static func bindCastTarget(_ name: TypeName) throws(SQLError) -> DataType {
        switch name.kind {
        case .varchar(nil): return DataType(.string)
        case .varbinary(nil): return DataType(.bytes)
        case .time(let precision?): return DataType(.time(min(precision, 3)))
        case .timestamp(let precision?, let isLocalZoned):
            let digits = min(precision, 9)
            return DataType(isLocalZoned ? .timestampLTZ(digits) : .timestamp(digits))
        default: return try bind(name)
        }
    }

    private static func logical(_ name: TypeName) throws(SQLError) -> LogicalType {
        switch name.kind {
        case .boolean: return .boolean
        case .tinyInt: return .tinyint
        case .smallInt: return .smallint
        case .integer: return .int
        case .bigInt: return .bigint
        case .float: return .float
        case .real: throw SQLError(.unsupported, "the type REAL is not supported", at: name.span, hint: "write FLOAT")
        case .double: return .double
        case .decimal(let precision, let scale): return try decimal(precision, scale, name.span)
        case .character(let length): return .char(try checked(length ?? 1, name.span))
        case .varchar(let length): return .varchar(try checked(length ?? 1, name.span))
        case .string: return .string
        case .binary(let length): return .binary(try checked(length ?? 1, name.span))
        case .varbinary(let length): return .varbinary(try checked(length ?? 1, name.span))
        case .bytes: return .bytes
        case .date: return .date
        case .time(let precision): return .time(try fraction(precision ?? 0, name.span))
        case .timestamp(let precision, false): return .timestamp(try fraction(precision ?? 6, name.span))
        case .timestamp(let precision, true): return .timestampLTZ(try fraction(precision ?? 6, name.span))
        case .interval(let qualifier): return try interval(qualifier)
        default: return try nested(name)
        }
    }

    private static func nested(_ name: TypeName) throws(SQLError) -> LogicalType {
        switch name.kind {
        case .array(let element): return .array(try bind(element))
        case .multiset(let element): return .multiset(try bind(element))
        case .map(let key, let value): return .map(try bind(key), try bind(value))
        case .row(let fields): return .row(try bound(fields))
        case .structured(let className, let fields):
            return .structured(className: className.value, try bound(fields))
        case .variant: return .variant
        case .bitmap: return .bitmap
        case .raw(let className, _): return .raw(className: className.value)
        case .named(let object):
            throw SQLError(
                .unknownType,
                "no type '\(object.text)'",
                at: name.span,
                hint: NearestName.hint(for: object.text, in: typeNames)
            )
        default:
            throw SQLError(.unsupported, "this type is not supported", at: name.span)
        }
    }

    private static func bound(
        _ fields: [SluiceSQL.RowField]
    ) throws(SQLError) -> [SluiceColumns.RowField] {
        var bound: [SluiceColumns.RowField] = []
        for field in fields {
            bound.append(
                SluiceColumns.RowField(field.name.text, try bind(field.type), comment: field.comment?.value)
            )
        }
        return bound
    }

    /// What types are called, for hints.
    private static let typeNames = [
        "BOOLEAN", "TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL", "NUMERIC", "CHAR",
        "VARCHAR", "STRING", "BINARY", "VARBINARY", "BYTES", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_LTZ", "INTERVAL",
        "ARRAY", "MAP", "MULTISET", "ROW", "VARIANT", "BITMAP",
    ]

    private static func decimal(_ precision: Int?, _ scale: Int?, _ span: SourceSpan) throws(SQLError) -> LogicalType {
        let digits = precision ?? 10
        let fraction = scale ?? 0
        guard digits >= 1 else {
            throw SQLError(.invalidDefinition, "the precision of a DECIMAL is at least 1", at: span)
        }
        // As Flink does, more than 38 digits become 38.
        let kept = min(digits, 38)
        guard fraction >= 0, fraction <= kept else {
            throw SQLError(
                .invalidDefinition,
                "the scale of a DECIMAL is between 0 and its precision \(kept)",
                at: span
            )
        }
        return .decimal(precision: kept, scale: fraction)
    }

    private static func checked(_ length: Int, _ span: SourceSpan) throws(SQLError) -> Int {
        guard length >= 0, length <= LogicalType.maxLength else {
            throw SQLError(.invalidDefinition, "a length is between 0 and \(LogicalType.maxLength)", at: span)
        }
        return length
    }

    private static func fraction(_ precision: Int, _ span: SourceSpan) throws(SQLError) -> Int {
        guard (0...9).contains(precision) else {
            throw SQLError(.invalidDefinition, "fractional seconds have 0 to 9 digits", at: span)
        }
        return precision
    }

    /// The interval type of a qualifier; as in Flink there is one of months and one of milliseconds, whatever the
    /// fields of the qualifier.
    package static func interval(_ qualifier: SluiceSQL.IntervalQualifier) throws(SQLError) -> LogicalType {
        switch (qualifier.start, qualifier.end) {
        case (.year, nil), (.year, .month), (.month, nil), (.quarter, nil):
            return .intervalYearMonth(IntervalYearMonth(.month))
        case (.week, nil), (.day, nil), (.day, .hour), (.day, .minute), (.day, .second), (.hour, nil),
            (.hour, .minute), (.hour, .second), (.minute, nil), (.minute, .second), (.second, nil):
            return .intervalDayTime(IntervalDayTime(.second, fractionalPrecision: 3))
        default:
            throw SQLError(.invalidLiteral, "this is no interval unit", at: qualifier.span)
        }
    }
}

extension SQLError.Code {
    /// A name that is no type.
    package static let unknownType = Self("unknownType")
}
