import SluiceColumns

extension MathFunctions {
    /// Numbers and bytes in binary and hexadecimal.
    static let baseFunctions: [ScalarFunction] = [
        ScalarFunction(
            "BIN",
            category: "arithmetic",
            signature: "BIN(integer)",
            summary: "The integer in binary; a negative one as 64 bits.",
            example: ("BIN(12)", "1100"),
            takes: ArgumentList([.integer]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                try digitRows(call, arguments, rowCount, bitsPerDigit: 1)
            }
        ),
        ScalarFunction(
            "HEX",
            category: "arithmetic",
            signature: "HEX(integer | string)",
            summary: "The integer, or the bytes of the string in UTF-8, in hexadecimal.",
            example: ("HEX(255)", "FF"),
            resolve: { arguments in
                let rule = ArgumentRule("an integer or a string") {
                    ArgumentRule.text.coerce($0) ?? ArgumentRule.integer.coerce($0)
                }
                let types = try ArgumentList([rule]).types("HEX", arguments)
                return ResolvedSignature(types, ResultRule.strict(.string).type(types))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    if arguments[0].type.lane == .int64 {
                        return try digitRows(call, arguments, rowCount, bitsPerDigit: 4)
                    }
                    return try byteRows(call, arguments, rowCount)
                }
            }
        ),
        ScalarFunction(
            "UNHEX",
            category: "arithmetic",
            signature: "UNHEX(string)",
            summary: "The bytes that the hexadecimal text stands for; NULL where it is broken. The first digit of an "
                + "odd number of them counts as 00.",
            example: ("UNHEX('4142')", "x'4142'"),
            takes: ArgumentList([.textOrNull]),
            gives: .nullable(.bytes),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    if appendBytes(texts[row], to: &result.buffer) {
                        result.setFromBuffer(row)
                    } else {
                        result.buffer.removeAll()
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
    ]

    private static func digitRows(
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int,
        bitsPerDigit: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: Int64.self)
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            let bits = UInt64(bitPattern: numbers[row])
            let usedBits = max(1, 64 - bits.leadingZeroBitCount)
            let digitCount = (usedBits + bitsPerDigit - 1) / bitsPerDigit
            result.buffer.append(bits, digitCount: digitCount, bitsPerDigit: bitsPerDigit, ten: UInt8(ascii: "A"))
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    private static func byteRows(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        let texts = arguments.text(0)
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            result.buffer.append(hexadecimalOf: texts[row], ten: UInt8(ascii: "A"))
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    private static func appendBytes(_ text: Span<UInt8>, to buffer: inout TextBuffer) -> Bool {
        var index = text.count & 1
        if index == 1 {
            guard HexText.value(text[0]) != nil else { return false }
            // Flink loses this digit.
            buffer.append(0)
        }
        while index < text.count {
            guard let high = HexText.value(text[index]), let low = HexText.value(text[index + 1]) else { return false }
            buffer.append(high << 4 | low)
            index += 2
        }
        return true
    }
}
