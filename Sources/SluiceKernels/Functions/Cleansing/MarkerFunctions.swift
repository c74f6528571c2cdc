import SluiceColumns

extension CleansingFunctions {
    static let markerFunctions: [ScalarFunction] = [
        ScalarFunction(
            "COUNT_OCCURRENCES",
            category: "cleansing",
            signature: "COUNT_OCCURRENCES(string, part)",
            summary: "How often the part occurs in the string, without overlaps; 0 for an empty part.",
            example: ("COUNT_OCCURRENCES('aaaa', 'aa')", "2"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let parts = arguments.text(1)
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.set(row, occurrenceCount(of: parts[row], in: texts[row]))
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "SUBSTRING_BETWEEN",
            category: "cleansing",
            signature: "SUBSTRING_BETWEEN(string, open, close)",
            summary: "What stands between the first `open` and the next `close` after it; NULL where one is missing.",
            example: ("SUBSTRING_BETWEEN('a[b]c', '[', ']')", "b"),
            takes: ArgumentList([.textOrNull, .textOrNull, .textOrNull]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let opens = arguments.text(1)
                let closes = arguments.text(2)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let text = texts[row]
                    if let range = range(in: text, between: opens[row], and: closes[row]) {
                        result.set(row, text.extracting(range))
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "SUBSTRING_INDEX",
            category: "cleansing",
            signature: "SUBSTRING_INDEX(string, delimiter, count)",
            summary: "What stands before the delimiter number `count`, or, where it is negative, after the one counted "
                + "from the end; the whole string where there are fewer. Empty for a count of 0 or an empty delimiter.",
            example: ("SUBSTRING_INDEX('www.a.org', '.', -2)", "a.org"),
            takes: ArgumentList([.textOrNull, .textOrNull, .integer.orNull(.bigint)]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let delimiters = arguments.text(1)
                let counts = arguments.lane(2, of: Int64.self)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let text = texts[row]
                    result.set(row, text.extracting(range(in: text, upTo: counts[row], delimiters[row])))
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "KEY_VALUE",
            aliases: ["KEYVALUE"],
            category: "cleansing",
            signature: "KEY_VALUE(string, pairDelimiter, keyDelimiter, key)",
            summary: "The value of the first pair with the key; NULL where there is none or a delimiter is empty.",
            example: ("KEY_VALUE('a=1;b=2', ';', '=', 'b')", "2"),
            takes: ArgumentList([.textOrNull, .textOrNull, .textOrNull, .textOrNull]),
            gives: .nullable(.string),
            rows: keyValueRows
        ),
    ]

    private static let keyValueRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let pairDelimiters = arguments.text(1)
        let keyDelimiters = arguments.text(2)
        let keys = arguments.text(3)
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            let text = texts[row]
            if let range = valueRange(of: keys[row], in: text, pairDelimiters[row], keyDelimiters[row]) {
                result.set(row, text.extracting(range))
            } else {
                result.setNull(row)
            }
        }
        return try result.finish(call.type)
    }

    /// The bytes of the value in the first pair with the key; pairs without a key delimiter are passed over.
    private static func valueRange(
        of key: Span<UInt8>,
        in text: Span<UInt8>,
        _ pairDelimiter: Span<UInt8>,
        _ keyDelimiter: Span<UInt8>
    ) -> Range<Int>? {
        if pairDelimiter.count == 0 || keyDelimiter.count == 0 { return nil }
        var start = 0
        while start <= text.count {
            let end = ByteSearch.firstOffset(of: pairDelimiter, in: text, from: start) ?? text.count
            let pair = text.extracting(start..<end)
            if let split = ByteSearch.firstOffset(of: keyDelimiter, in: pair),
                ByteSearch.equal(pair.extracting(0..<split), key)
            {
                return start + split + keyDelimiter.count..<end
            }
            start = end + pairDelimiter.count
        }
        return nil
    }

    private static func occurrenceCount(of part: Span<UInt8>, in text: Span<UInt8>) -> Int32 {
        if part.count == 0 { return 0 }
        var count: Int32 = 0
        var start = 0
        while let offset = ByteSearch.firstOffset(of: part, in: text, from: start) {
            count += 1
            start = offset + part.count
        }
        return count
    }

    private static func range(
        in text: Span<UInt8>,
        between open: Span<UInt8>,
        and close: Span<UInt8>
    ) -> Range<Int>? {
        guard let offset = ByteSearch.firstOffset(of: open, in: text) else { return nil }
        let start = offset + open.count
        guard let end = ByteSearch.firstOffset(of: close, in: text, from: start) else { return nil }
        return start..<end
    }

    private static func range(in text: Span<UInt8>, upTo count: Int64, _ delimiter: Span<UInt8>) -> Range<Int> {
        if count == 0 || delimiter.count == 0 { return 0..<0 }
        var left = count.magnitude
        if count > 0 {
            var start = 0
            while let offset = ByteSearch.firstOffset(of: delimiter, in: text, from: start) {
                left -= 1
                if left == 0 { return 0..<offset }
                start = offset + delimiter.count
            }
            return 0..<text.count
        }
        var offset = text.count - delimiter.count
        while offset >= 0 {
            if ByteSearch.matches(text, at: offset, delimiter) {
                left -= 1
                if left == 0 { return offset + delimiter.count..<text.count }
                offset -= delimiter.count
            } else {
                offset -= 1
            }
        }
        return 0..<text.count
    }
}
