import SluiceColumns

extension MathFunctions {
    static let conversionFunctions: [ScalarFunction] = [
        ScalarFunction(
            "CONV",
            category: "arithmetic",
            signature: "CONV(string, fromBase, toBase)",
            summary: "The whole number that the digits at the beginning of the string mean in a base from 2 to 36, "
                + "written in another. It has 64 bits without a sign, unless toBase is negative; what does not fit is "
                + "the greatest. NULL for an empty string and other bases. Not in Flink.",
            example: ("CONV('ff', 16, 2)", "11111111"),
            takes: ArgumentList([.textOrNull, .integer.orNull(.bigint), .integer.orNull(.bigint)]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let sources = arguments.lane(1, of: Int64.self)
                let targets = arguments.lane(2, of: Int64.self)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let conversion = BaseConversion(from: sources[row], to: targets[row])
                    if let conversion, conversion.append(texts[row], to: &result.buffer) {
                        result.setFromBuffer(row)
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "FACTORIAL",
            category: "arithmetic",
            signature: "FACTORIAL(integer)",
            summary: "The product of the integers from 1 to this one, from 0 to 20; NULL for others. Not in Flink.",
            example: ("FACTORIAL(5)", "120"),
            takes: ArgumentList([.integer.orNull(.bigint)]),
            gives: .nullable(.bigint),
            rows: { call, arguments, rowCount in
                let numbers = arguments.lane(0, of: Int64.self)
                var result = LaneResult<Int64>(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    let number = numbers[row]
                    if number >= 0, number < Int64(factorials.count) {
                        result.set(row, factorials[Int(number)])
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// From 0! to 20!, the last that 64 bits hold.
    private static let factorials: [Int64] = (1...20).reduce(into: [1]) { $0.append($0[$0.count - 1] * $1) }
}

/// Writes whole numbers of one base in another.
struct BaseConversion {
    private let source: UInt64
    private let target: UInt64
    private let isSigned: Bool

    /// Nil where a base is not one of 2 to 36; the target may be negative.
    init?(from source: Int64, to target: Int64) {
        guard 2...36 ~= source, 2...36 ~= target.magnitude else { return nil }
        self.source = UInt64(source)
        self.target = target.magnitude
        isSigned = target < 0
    }

    /// Appends the number; false for the empty string.
    func append(_ text: Span<UInt8>, to buffer: inout TextBuffer) -> Bool {
        if text.count == 0 { return false }
        let hasMinus = text[0] == UInt8(ascii: "-")
        var (bits, overflows) = read(text, from: hasMinus ? 1 : 0)
        var isNegative = hasMinus
        if overflows {
            bits = .max
        } else if hasMinus, !isSigned {
            // The negative of what has 64 digits does not fit either.
            bits = bits > UInt64(Int64.max) ? .max : 0 &- bits
        }
        if isSigned, bits > UInt64(Int64.max) {
            // These bits are those of a negative number.
            bits = 0 &- bits
            isNegative = true
        }
        if isSigned, isNegative, bits > 0 { buffer.append(UInt8(ascii: "-")) }
        write(bits, to: &buffer)
        return true
    }

    private func read(_ text: Span<UInt8>, from start: Int) -> (bits: UInt64, overflows: Bool) {
        var bits: UInt64 = 0
        for index in start..<text.count {
            guard let digit = BaseConversion.digit(text[index]), digit < source else { break }
            let (product, overflows) = bits.multipliedReportingOverflow(by: source)
            let (sum, carries) = product.addingReportingOverflow(digit)
            if overflows || carries { return (0, true) }
            bits = sum
        }
        return (bits, false)
    }

    private func write(_ number: UInt64, to buffer: inout TextBuffer) {
        var unit: UInt64 = 1
        while number / unit >= target { unit *= target }
        var rest = number
        while unit > 0 {
            let digit = UInt8(truncatingIfNeeded: rest / unit)
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
            rest %= unit
            unit /= target
        }
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x5A: UInt64(byte - 0x41 + 10)
        case 0x61...0x7A: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }
}
