import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Types and values of literals, by Calcite's rules.
package enum LiteralBinder {
    /// The constant that `literal` means; `isNegative` is a minus sign directly in front of a number.
    package static func bind(
        _ literal: Literal,
        isNegative: Bool = false,
        at span: SourceSpan
    ) throws(SQLError) -> ScalarExpression {
        switch literal {
        case .null: return .literal(.null, DataType(.null))
        case .unknown: return .literal(.null, DataType(.boolean))
        case .boolean(let value): return .literal(.boolean(value), .notNull(.boolean))
        case .integer(let text): return try integer(text, isNegative, span)
        case .decimal(let text): return try decimal(text, isNegative, span)
        case .approximate(let text):
            guard let value = Double(text), value.isFinite else { throw outOfRange(text, span) }
            // A literal has no negative zero, as in Flink.
            return .literal(.double(isNegative && value != 0 ? -value : value), .notNull(.double))
        case .string(let text):
            return .literal(.string(text), .notNull(.char(text.utf16.count)))
        case .binary(let digits): return try binary(digits, span)
        case .date(let text):
            guard let padded = DatetimeLiteral.date(text[...]),
                let days = TimestampText.parseDate(Array(padded.utf8).span)
            else { throw bad("DATE", text, span) }
            return .literal(.integer(Int64(days)), .notNull(.date))
        case .time(let text):
            guard let padded = DatetimeLiteral.time(text[...], digitCountMax: 3),
                let millis = TimestampText.parseTime(Array(padded.utf8).span, secondsOptional: false)
            else { throw bad("TIME", text, span) }
            return .literal(.integer(Int64(millis)), .notNull(.time(fractionDigits(padded))))
        case .timestamp(let text): return try timestamp(text, span)
        case .interval(let text, let negative, let qualifier):
            return try IntervalText.bind(text, isNegative: negative, qualifier, at: span)
        }
    }

    private static func integer(
        _ text: String,
        _ isNegative: Bool,
        _ span: SourceSpan
    ) throws(SQLError) -> ScalarExpression {
        guard let value = Int64((isNegative ? "-" : "") + text) else { throw outOfRange(text, span) }
        return .literal(.integer(value), .notNull(Int32(exactly: value) == nil ? .bigint : .int))
    }

    private static func decimal(
        _ text: String,
        _ isNegative: Bool,
        _ span: SourceSpan
    ) throws(SQLError) -> ScalarExpression {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(parts.first ?? "")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        guard !fraction.isEmpty else { return try integer(whole, isNegative, span) }
        // The zero in front of 38 digits needs none of them.
        let isPureFraction = Int64(whole) == 0 && fraction.utf8.count == 38
        let precision = isPureFraction ? 38 : whole.utf8.count + fraction.utf8.count
        // The whole part must fit a BIGINT, whatever the type would hold: Calcite's rule.
        guard whole.isEmpty || Int64(whole) != nil, precision <= 38, let digits = Int128(whole + fraction) else {
            throw outOfRange(text, span)
        }
        let type = LogicalType.decimal(precision: precision, scale: fraction.utf8.count)
        let value = isNegative ? -digits : digits
        return .literal(type.lane == .int64 ? .integer(Int64(value)) : .wide(value), .notNull(type))
    }

    private static func binary(_ digits: String, _ span: SourceSpan) throws(SQLError) -> ScalarExpression {
        let text = Array(digits.utf8)
        guard text.count.isMultiple(of: 2) else {
            throw SQLError(.invalidLiteral, "a binary literal has an even number of digits", at: span)
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let byte = UInt8(String(decoding: text[index...index + 1], as: UTF8.self), radix: 16) else {
                throw bad("binary", digits, span)
            }
            bytes.append(byte)
        }
        return .literal(.bytes(bytes), .notNull(.binary(bytes.count)))
    }

    private static func timestamp(_ text: String, _ span: SourceSpan) throws(SQLError) -> ScalarExpression {
        guard let padded = DatetimeLiteral.timestamp(text),
            let parsed = TimestampText.parseCast(Array(padded.utf8).span)
        else { throw bad("TIMESTAMP", text, span) }
        let precision = fractionDigits(padded)
        let type = LogicalType.timestamp(precision)
        let nanos = Int128(parsed.daysSinceEpoch) * Int128(LocalTimestamp.nanosPerDay) + Int128(parsed.nanosOfDay)
        let value: Value = type.lane == .int128 ? .wide(nanos) : .integer(Int64(truncatingIfNeeded: nanos / 1_000))
        return .literal(value, .notNull(type))
    }

    private static func fractionDigits(_ text: String) -> Int {
        guard let point = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return 0 }
        return min(9, text.utf8.distance(from: point, to: text.utf8.endIndex) - 1)
    }

    private static func bad(_ kind: String, _ text: String, _ span: SourceSpan) -> SQLError {
        SQLError(.invalidLiteral, "'\(text)' is no \(kind) literal", at: span)
    }

    private static func outOfRange(_ text: String, _ span: SourceSpan) -> SQLError {
        SQLError(
            .invalidLiteral,
            "the numeric literal '\(text)' is out of range",
            at: span,
            hint: "write CAST('\(text)' AS DECIMAL(38, 0)) or a number with an exponent"
        )
    }
}
