import SluiceColumns

/// Which conversions exist.
package enum CastRules {
    /// Refuses a conversion that has no meaning.
    ///
    /// - Throws: `FunctionError` with the reason.
    package static func check(from: DataType, to: DataType) throws {
        guard let reason = refusal(from.logical, to.logical) else { return }
        throw FunctionError("cannot cast \(from.logical) to \(to.logical)", hint: reason)
    }

    /// Whether the cast can be computed over any rows: it never fails and costs about as much as an addition.
    package static func isCheapAndInfallible(from: LogicalType, to: LogicalType) -> Bool {
        if from == to || from == .null { return true }
        let isPlainNumber = { (type: LogicalType) in type.isInteger || type.isApproximate || type == .boolean }
        if isPlainNumber(from) && isPlainNumber(to) { return true }
        switch (from, to) {
        case (.varchar(let length), .varchar(let target)), (.char(let length), .varchar(let target)):
            return length <= target
        case (.timestamp, .timestamp), (.timestampLTZ, .timestampLTZ), (.date, .timestamp), (.timestamp, .date):
            return true
        default: return false
        }
    }

    /// Why there is no such cast; nil where there is.
    private static func refusal(_ from: LogicalType, _ to: LogicalType) -> String? {
        if from == .null { return nil }
        if from == .variant || to == .variant {
            return "take parts of a VARIANT with [...], and its text with JSON_STRING"
        }
        if from == to { return nil }
        if to == .bitmap { return "use BITMAP_BUILD or BITMAP_FROM_BYTES" }
        if from == .bitmap { return to.isCharacter ? nil : "use BITMAP_TO_BYTES or BITMAP_TO_ARRAY" }
        if case .raw = to { return "a value of a RAW type cannot be made" }
        if case .raw = from { return to.isCharacter || to.isBinary ? nil : "a RAW value is opaque" }
        if to.isCharacter { return nil }
        if from.isCharacter { return refusalFromText(to) }
        if isNested(from) || isNested(to) { return refusalOfNested(from, to) }
        if from.isBinary || to.isBinary {
            return from.isBinary && to.isBinary ? nil : "only text converts to and from bytes"
        }
        if from.isInterval || to.isInterval {
            return from.lane == to.lane && from.isInterval && to.isInterval ? nil : "intervals convert to text only"
        }
        if from.isDatetime || to.isDatetime { return refusalOfDatetimes(from, to) }
        return nil
    }

    private static func isNested(_ type: LogicalType) -> Bool {
        switch type {
        case .array, .map, .multiset, .row, .structured: true
        default: false
        }
    }

    private static func refusalFromText(_ to: LogicalType) -> String? {
        if isNested(to) { return "a text is not parsed into a collection" }
        if to.isInterval { return "a text is not parsed into an interval" }
        return nil
    }

    private static func refusalOfDatetimes(_ from: LogicalType, _ to: LogicalType) -> String? {
        switch (from, to) {
        case (.date, .date), (.date, .timestamp), (.date, .timestampLTZ), (.time, .time), (.time, .timestamp),
            (.time, .timestampLTZ):
            return nil
        case (.timestamp, _) where to.isDatetime, (.timestampLTZ, _) where to.isDatetime: return nil
        case (.timestamp, _), (.timestampLTZ, _): return "use UNIX_TIMESTAMP(CAST(value AS STRING)) for a number"
        case (_, .timestamp):
            return from.isNumeric ? "use TO_TIMESTAMP(FROM_UNIXTIME(seconds))" : "these kinds do not convert"
        case (_, .timestampLTZ):
            return from.isNumeric ? "use TO_TIMESTAMP_LTZ(number, precision)" : "these kinds do not convert"
        default: return "these kinds do not convert"
        }
    }

    private static func refusalOfNested(_ from: LogicalType, _ to: LogicalType) -> String? {
        switch (from, to) {
        case (.array(let lhs), .array(let rhs)), (.multiset(let lhs), .multiset(let rhs)):
            return refusal(lhs.logical, rhs.logical)
        case (.map(let lhsKey, let lhsValue), .map(let rhsKey, let rhsValue)):
            return refusal(lhsKey.logical, rhsKey.logical) ?? refusal(lhsValue.logical, rhsValue.logical)
        case (.row(let lhs), .row(let rhs)), (.structured(_, let lhs), .row(let rhs)),
            (.row(let lhs), .structured(_, let rhs)), (.structured(_, let lhs), .structured(_, let rhs)):
            guard lhs.count == rhs.count else { return "the rows have different numbers of fields" }
            for (field, other) in zip(lhs, rhs) {
                if let reason = refusal(field.type.logical, other.type.logical) { return reason }
            }
            return nil
        default: return "these kinds do not convert"
        }
    }
}
