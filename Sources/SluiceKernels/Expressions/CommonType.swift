import SluiceColumns

/// The types that values of different types can share: UNION, CASE, COALESCE, VALUES, IN.
///
/// The rules are those of Apache Calcite's `leastRestrictive`, with Flink's settings.
package enum CommonType {
    /// The narrowest type that every value of `types` can take without loss of kind; nil where there is none.
    ///
    /// Bare NULLs make the result nullable. Two approximate types give the first of them, as Flink does.
    package static func leastRestrictive(_ types: [DataType]) -> DataType? { fold(types, mergeLogical) }

    /// The type that COALESCE, GREATEST, ARRAY_CONCAT and their kin give their arguments; nil where there is none.
    ///
    /// Flink has rules of its own for them: a wider approximate type counts, a TIMESTAMP becomes a DATE or TIME beside
    /// one and a TIMESTAMP_LTZ beside one.
    package static func ofArguments(_ types: [DataType]) -> DataType? { fold(types, mergeArguments) }

    private static func fold(
        _ types: [DataType],
        _ mergeLogical: (LogicalType, LogicalType) -> LogicalType?
    ) -> DataType? {
        var result: DataType?
        var isNullable = false
        for type in types {
            isNullable = isNullable || type.isNullable
            if type.logical == .null {
                isNullable = true
                continue
            }
            guard let soFar = result else {
                result = type
                continue
            }
            guard let merged = merge(soFar, type, mergeLogical) else { return nil }
            result = merged
        }
        guard let result else { return types.isEmpty ? nil : DataType(.null) }
        return result.nullable(isNullable)
    }

    /// Whether the binder may insert a cast from `from` to `to` unasked: NULL to anything, a number to a wider kind of
    /// number, text to longer text, bytes to longer bytes, a timestamp to another precision.
    package static func canImplicitlyCast(from: DataType, to: DataType) -> Bool {
        if from.logical == .null || from.logical == to.logical { return true }
        switch (from.logical, to.logical) {
        case (.char, .varchar), (.char, .char), (.varchar, .varchar), (.varchar, .char): return true
        case (.binary, .varbinary), (.binary, .binary), (.varbinary, .varbinary), (.varbinary, .binary): return true
        case (.timestamp, .timestamp), (.timestampLTZ, .timestampLTZ), (.time, .time): return true
        case (.timestamp, .timestampLTZ), (.timestampLTZ, .timestamp), (.date, .timestamp), (.date, .timestampLTZ):
            return true
        case (.array(let lhs), .array(let rhs)), (.multiset(let lhs), .multiset(let rhs)):
            return canImplicitlyCast(from: lhs, to: rhs)
        case (.map(let lhsKey, let lhsValue), .map(let rhsKey, let rhsValue)):
            return canImplicitlyCast(from: lhsKey, to: rhsKey) && canImplicitlyCast(from: lhsValue, to: rhsValue)
        case (.row(let lhs), .row(let rhs)):
            return lhs.count == rhs.count
                && zip(lhs, rhs).allSatisfy { canImplicitlyCast(from: $0.type, to: $1.type) }
        case (.intervalDayTime, .intervalDayTime), (.intervalYearMonth, .intervalYearMonth): return true
        default: return numericRank(from.logical).flatMap { lhs in numericRank(to.logical).map { lhs <= $0 } } ?? false
        }
    }

    private static func numericRank(_ type: LogicalType) -> Int? {
        switch type {
        case .tinyint: 0
        case .smallint: 1
        case .int: 2
        case .bigint: 3
        case .decimal: 4
        case .float: 5
        case .double: 6
        default: nil
        }
    }

    private static func merge(
        _ left: DataType,
        _ right: DataType,
        _ mergeLogical: (LogicalType, LogicalType) -> LogicalType?
    ) -> DataType? {
        let isNullable = left.isNullable || right.isNullable
        if left.logical == right.logical {
            let attribute = left.timeAttribute == right.timeAttribute ? left.timeAttribute : nil
            return DataType(left.logical, nullable: isNullable, timeAttribute: attribute)
        }
        return mergeLogical(left.logical, right.logical).map { DataType($0, nullable: isNullable) }
    }

    private static func mergeArguments(_ left: LogicalType, _ right: LogicalType) -> LogicalType? {
        switch (left, right) {
        case (.float, .double), (.double, .float): return .double
        case (.decimal, .float): return .float
        case (.date, .timestamp), (.timestamp, .date): return .date
        case (.time(let digits), .timestamp), (.timestamp, .time(let digits)): return .time(digits)
        case (.timestamp(let lhs), .timestampLTZ(let rhs)), (.timestampLTZ(let lhs), .timestamp(let rhs)):
            return .timestampLTZ(max(lhs, rhs))
        default: return mergeLogical(left, right)
        }
    }

    private static func mergeLogical(_ left: LogicalType, _ right: LogicalType) -> LogicalType? {
        if left.isNumeric && right.isNumeric { return mergeNumbers(left, right) }
        switch (left, right) {
        case (.char(let lhs), .char(let rhs)), (.char(let lhs), .varchar(let rhs)), (.varchar(let lhs), .char(let rhs)),
            (.varchar(let lhs), .varchar(let rhs)):
            return .varchar(max(lhs, rhs))
        case (.binary(let lhs), .binary(let rhs)), (.binary(let lhs), .varbinary(let rhs)),
            (.varbinary(let lhs), .binary(let rhs)), (.varbinary(let lhs), .varbinary(let rhs)):
            return .varbinary(max(lhs, rhs))
        case (.time(let lhs), .time(let rhs)): return .time(max(lhs, rhs))
        case (.timestamp(let lhs), .timestamp(let rhs)): return .timestamp(max(lhs, rhs))
        // The kind of the first where both have as many digits, else of the second.
        case (.timestamp(let lhs), .timestampLTZ(let rhs)):
            return lhs == rhs ? .timestamp(lhs) : .timestampLTZ(max(lhs, rhs))
        case (.timestampLTZ(let lhs), .timestamp(let rhs)):
            return lhs == rhs ? .timestampLTZ(lhs) : .timestamp(max(lhs, rhs))
        case (.timestampLTZ(let lhs), .timestampLTZ(let rhs)): return .timestampLTZ(max(lhs, rhs))
        case (.intervalDayTime, .intervalDayTime): return .daySecondInterval
        case (.intervalYearMonth, .intervalYearMonth): return .monthInterval
        default: return mergeNested(left, right)
        }
    }

    private static func mergeNested(_ left: LogicalType, _ right: LogicalType) -> LogicalType? {
        switch (left, right) {
        case (.array(let lhs), .array(let rhs)): return leastRestrictive([lhs, rhs]).map { .array($0) }
        case (.multiset(let lhs), .multiset(let rhs)): return leastRestrictive([lhs, rhs]).map { .multiset($0) }
        case (.map(let lhsKey, let lhsValue), .map(let rhsKey, let rhsValue)):
            guard let key = leastRestrictive([lhsKey, rhsKey]) else { return nil }
            return leastRestrictive([lhsValue, rhsValue]).map { .map(key, $0) }
        case (.structured(let name, let lhs), .structured(let other, let rhs)) where name == other:
            return mergeNested(.row(lhs), .row(rhs)).flatMap(\.rowFields).map { .structured(className: name, $0) }
        case (.row(let lhs), .row(let rhs)):
            guard lhs.count == rhs.count else { return nil }
            var fields: [RowField] = []
            for (field, other) in zip(lhs, rhs) {
                guard let type = leastRestrictive([field.type, other.type]) else { return nil }
                fields.append(RowField(field.name, type, comment: field.comment))
            }
            return .row(fields)
        default: return nil
        }
    }

    /// The common type of two numbers.
    static func mergeNumbers(_ left: LogicalType, _ right: LogicalType) -> LogicalType {
        if left.isApproximate || right.isApproximate {
            if left.isDecimal || right.isDecimal { return .double }
            return left.isApproximate ? left : right
        }
        guard left.isDecimal || right.isDecimal else {
            return (numericRank(left) ?? 0) >= (numericRank(right) ?? 0) ? left : right
        }
        let widest = DecimalShape(DecimalRules.precisionMax, 0)
        let lhs = DecimalRules.shape(of: left) ?? widest
        let rhs = DecimalRules.shape(of: right) ?? widest
        let whole = min(max(lhs.precision - lhs.scale, rhs.precision - rhs.scale), DecimalRules.precisionMax)
        let scale = min(max(lhs.scale, rhs.scale), DecimalRules.precisionMax - whole)
        return .decimal(precision: max(whole + scale, 1), scale: scale)
    }
}
