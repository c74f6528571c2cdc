import SluiceColumns

/// Values as a user writes them in options.
enum DatagenValueText {
    /// The unscaled value of a decimal number at `scale`; nil where it is malformed or has more fractional digits.
    static func decimal(_ text: String, scale: Int) -> Int128? {
        var digits = Array(text.utf8)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, digits.count <= 40 else { return nil }
        let fraction = parts.count == 2 ? parts[1] : []
        guard !(whole.isEmpty && fraction.isEmpty), fraction.count <= scale else { return nil }
        var value: Int128 = 0
        let padding = repeatElement(UInt8(ascii: "0"), count: scale - fraction.count)
        for digit in Array(whole) + Array(fraction) + Array(padding) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Int128(digit - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return isNegative ? -value : value
    }

    /// A value of `type`; nil where the text is none, or values of the type cannot be written in options.
    static func value(_ text: String, _ type: LogicalType) -> Value? {
        switch type {
        case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .tinyint: Int8(text).map { .integer(Int64($0)) }
        case .smallint: Int16(text).map { .integer(Int64($0)) }
        case .int: Int32(text).map { .integer(Int64($0)) }
        case .bigint: Int64(text).map { .integer($0) }
        case .float: Float(text).map { .float($0) }
        case .double: Double(text).map { .double($0) }
        case .varchar(let most): text.unicodeScalars.count <= most ? .string(text) : nil
        case .char(let length): text.unicodeScalars.count == length ? .string(text) : nil
        case .decimal(let precision, let scale): decimal(text, precision, scale)
        case .timestamp(let precision), .timestampLTZ(let precision): timestamp(text, precision)
        default: nil
        }
    }

    private static func decimal(_ text: String, _ precision: Int, _ scale: Int) -> Value? {
        guard let value = decimal(text, scale: scale) else { return nil }
        let limit = (0..<precision).reduce(Int128(1)) { value, _ in value * 10 }
        guard abs(value) < limit else { return nil }
        return precision <= 18 ? .integer(Int64(value)) : .wide(value)
    }

    private static func timestamp(_ text: String, _ precision: Int) -> Value? {
        guard let micros = CivilTime.parseMicros(text) else { return nil }
        if precision > 6 { return .wide(Int128(micros) * 1000) }
        let unit = (0..<(6 - precision)).reduce(Int64(1)) { value, _ in value * 10 }
        return micros % unit == 0 ? .integer(micros) : nil
    }
}
