import SluiceColumns

extension CleansingFunctions {
    static let soundFunctions: [ScalarFunction] = [
        ScalarFunction(
            "SOUNDEX",
            category: "cleansing",
            signature: "SOUNDEX(string)",
            summary:
                "The American Soundex code, a letter and three digits, of a name that begins with an ASCII letter; "
                + "other characters within are passed over. Any other string stays as it is.",
            example: ("SOUNDEX('Robert')", "R163"),
            takes: ArgumentList([.textOrNull]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    appendSoundex(texts[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        )
    ]

    /// Digits of the letters from A to Z: 0 for a vowel, which parts equal digits, and 7 for H and W, which do not.
    private static let soundexDigits: InlineArray<26, UInt8> = [
        0, 1, 2, 3, 0, 1, 2, 7, 0, 2, 2, 4, 5, 5, 0, 1, 2, 6, 2, 3, 0, 1, 7, 2, 0, 2,
    ]

    private static func appendSoundex(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        guard text.count > 0, let first = letter(text[0]) else { return buffer.append(text) }
        buffer.append(UInt8(ascii: "A") + UInt8(first))
        var last = soundexDigits[first]
        var count = 1
        for index in 1..<text.count {
            if count == 4 { return }
            guard let letter = letter(text[index]) else { continue }
            let digit = soundexDigits[letter]
            if digit == 7 { continue }
            if digit != 0, digit != last {
                buffer.append(UInt8(ascii: "0") + digit)
                count += 1
            }
            last = digit
        }
        while count < 4 {
            buffer.append(UInt8(ascii: "0"))
            count += 1
        }
    }

    /// The number, from 0, of an ASCII letter of either case.
    private static func letter(_ byte: UInt8) -> Int? {
        let index = (byte | 0x20) &- UInt8(ascii: "a")
        return index < 26 ? Int(index) : nil
    }
}
