import SluiceColumns

/// The functions that take URLs apart and put them together.
extension StringFunctions {
    static let urlFunctions: [ScalarFunction] = [
        ScalarFunction(
            "URL_ENCODE",
            category: "string",
            signature: "URL_ENCODE(string)",
            summary: "The string in the form application/x-www-form-urlencoded.",
            example: ("URL_ENCODE('a b&c')", "a+b%26c"),
            takes: ArgumentList([.textOrNull]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    appendEncoded(texts[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "URL_DECODE",
            category: "string",
            signature: "URL_DECODE(string)",
            summary: "The string that the form application/x-www-form-urlencoded stands for; NULL where it is broken.",
            example: ("URL_DECODE('a+b%26c')", "a b&c"),
            takes: ArgumentList([.textOrNull]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                var decoded = TextBuffer()
                for row in 0..<rowCount where result.isPresent(row) {
                    decoded.removeAll()
                    if appendDecoded(texts[row], to: &decoded) {
                        UnicodeText.repair(decoded.bytes, into: &result.buffer)
                        result.setFromBuffer(row)
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "PARSE_URL",
            category: "string",
            signature: "PARSE_URL(url, part [, key])",
            summary: "A part of a URL: PROTOCOL, AUTHORITY, USERINFO, HOST, PATH, QUERY, FILE or REF; or the value of "
                + "a key of the QUERY. NULL where the URL is broken or has no such part.",
            example: ("PARSE_URL('http://flink.apache.org/path?k1=v1', 'QUERY', 'k1')", "v1"),
            takes: ArgumentList([.text, .text, .text], optionalCount: 1),
            gives: .nullable(.string),
            rows: parseRows
        ),
    ]

    private static func appendEncoded(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        for index in 0..<text.count {
            let byte = text[index]
            let isLetter = (byte | 0x20) &- 0x61 < 26 && byte < 0x80
            if isLetter || byte &- 0x30 < 10 || byte == 0x2A || byte == 0x2D || byte == 0x2E || byte == 0x5F {
                buffer.append(byte)
            } else if byte == 0x20 {
                buffer.append(UInt8(ascii: "+"))
            } else {
                buffer.append(UInt8(ascii: "%"))
                buffer.append(HexText.upperDigit(byte >> 4))
                buffer.append(HexText.upperDigit(byte & 15))
            }
        }
    }

    private static func appendDecoded(_ text: Span<UInt8>, to buffer: inout TextBuffer) -> Bool {
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == UInt8(ascii: "%") else {
                buffer.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
                continue
            }
            guard index + 2 < text.count, let high = HexText.value(text[index + 1]),
                let low = HexText.value(text[index + 2])
            else { return false }
            buffer.append(high << 4 | low)
            index += 3
        }
        return true
    }

    private static let parseRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let parts = arguments.text(1)
        let keys = arguments.text(arguments.count - 1)
        let fixedPart = arguments[1].isConstant ? URLParts.Part(parts[0]) : nil
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            let text = texts[row]
            let part = arguments[1].isConstant ? fixedPart : URLParts.Part(parts[row])
            guard let part, let url = URLParts(text), var range = url.range(of: part) else {
                result.setNull(row)
                continue
            }
            if arguments.count == 3 {
                guard part == .query, let value = URLParts.value(of: keys[row], inQuery: range, of: text) else {
                    result.setNull(row)
                    continue
                }
                range = value
            }
            result.set(row, text.extracting(range))
        }
        return try result.finish(call.type)
    }
}
