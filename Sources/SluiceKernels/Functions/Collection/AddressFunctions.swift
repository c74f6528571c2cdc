import SluiceColumns

extension CollectionFunctions {
    static let addressFunctions: [ScalarFunction] = [
        ScalarFunction(
            "INET_ATON",
            category: "network",
            signature: "INET_ATON(string)",
            summary:
                "The number of an IPv4 address; NULL where it is none. Parts that are left out are zeros before the "
                + "last.",
            example: ("INET_ATON('127.0.0.1')", "2130706433"),
            takes: ArgumentList([.textOrNull]),
            gives: .nullable(.bigint),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = LaneResult<Int64>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    if let number = addressNumber(texts[row]) { result.set(row, number) } else { result.setNull(row) }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "INET_NTOA",
            category: "network",
            signature: "INET_NTOA(integer)",
            summary: "The IPv4 address of a number; NULL where it is out of range.",
            example: ("INET_NTOA(2130706433)", "127.0.0.1"),
            takes: ArgumentList([.integer.orNull(.bigint)]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let numbers = arguments.lane(0, of: Int64.self)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    guard let number = UInt32(exactly: numbers[row]) else {
                        result.setNull(row)
                        continue
                    }
                    for shift in [24, 16, 8, 0] as [UInt32] {
                        if shift < 24 { result.buffer.append(UInt8(ascii: ".")) }
                        result.buffer.append(integer: Int64(number >> shift & 0xFF))
                    }
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// One to four decimal parts; the last stands for all the bytes that are left.
    private static func addressNumber(_ text: Span<UInt8>) -> Int64? {
        var total: Int64 = 0
        var part: Int64 = 0
        var digitCount = 0
        var dotCount: Int64 = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard digitCount > 0, part <= 0xFF, dotCount < 3 else { return nil }
                total = total << 8 | part
                (part, digitCount) = (0, 0)
                dotCount += 1
            } else {
                guard byte &- 0x30 < 10, digitCount < 10 else { return nil }
                part = part * 10 + Int64(byte &- 0x30)
                digitCount += 1
            }
        }
        let lastBits = 8 * (4 - dotCount)
        guard digitCount > 0, part < 1 << lastBits else { return nil }
        return total << lastBits | part
    }
}
