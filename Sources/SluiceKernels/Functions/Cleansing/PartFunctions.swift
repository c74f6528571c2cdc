import SluiceColumns

extension CleansingFunctions {
    /// Taking lines of logs apart.
    static let partFunctions: [ScalarFunction] = [
        ScalarFunction(
            "SPLIT_QUOTED",
            category: "cleansing",
            signature: "SPLIT_QUOTED(string, delimiter [, quotes])",
            summary:
                "The parts between delimiters as an array, where a delimiter in quotes is none. `quotes` lists the "
                + "opening and the closing character of each kind ('\"\"' by default); a part that is one quote loses "
                + "them. NULL for an empty delimiter and an odd list.",
            example: ("SPLIT_QUOTED('GET \"a b\" [1 2]', ' ', '\"\"[]')", "[GET, a b, 1 2]"),
            takes: ArgumentList([.textOrNull, .textOrNull, .textOrNull], optionalCount: 1),
            gives: .nullable(.array(DataType(.string))),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let delimiters = arguments.text(1)
                let listed = arguments.text(arguments.count == 3 ? 2 : 1)
                var quotes = QuotePairs()
                var isFit = true
                if arguments.count == 2 { isFit = quotes.set("\"\"".utf8Span.span) }
                var result = TextListResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    if result.isPresent(row) {
                        if arguments.count == 3, row == 0 || !arguments[2].isConstant {
                            isFit = quotes.set(listed[row])
                        }
                        if isFit, delimiters[row].count > 0 {
                            quotes.split(texts[row], delimiters[row], to: &result)
                        } else {
                            result.setNull(row)
                        }
                    }
                    result.endRow(row)
                }
                return try result.finish(call.type)
            }
        )
    ]
}

/// The kinds of quotes of a line of text.
struct QuotePairs {
    private var points: [UInt32] = []

    /// Takes a list of opening and closing code points; false where one has no partner.
    mutating func set(_ list: Span<UInt8>) -> Bool {
        points.removeAll(keepingCapacity: true)
        var index = 0
        while index < list.count {
            let (point, byteCount) = QuotePairs.point(at: index, in: list)
            points.append(point)
            index += byteCount
        }
        return points.count.isMultiple(of: 2)
    }

    /// Appends the parts of `text`.
    func split(_ text: Span<UInt8>, _ delimiter: Span<UInt8>, to result: inout TextListResult) {
        var start = 0
        var index = 0
        // The quote that begins where the part does.
        var leading: (inside: Range<Int>, end: Int)?
        while index < text.count {
            if ByteSearch.matches(text, at: index, delimiter) {
                append(text, start..<index, leading, to: &result)
                index += delimiter.count
                (start, leading) = (index, nil)
            } else if let quote = quote(at: index, in: text) {
                if index == start { leading = quote }
                index = quote.end
            } else {
                index += 1
            }
        }
        append(text, start..<text.count, leading, to: &result)
    }

    private func append(
        _ text: Span<UInt8>,
        _ part: Range<Int>,
        _ leading: (inside: Range<Int>, end: Int)?,
        to result: inout TextListResult
    ) {
        if let leading, leading.end == part.upperBound {
            result.append(text.extracting(leading.inside))
        } else {
            result.append(text.extracting(part))
        }
    }

    /// The quote that opens at a byte; nil where none does or it is never closed.
    private func quote(at start: Int, in text: Span<UInt8>) -> (inside: Range<Int>, end: Int)? {
        let (point, byteCount) = QuotePairs.point(at: start, in: text)
        for pair in stride(from: 0, to: points.count, by: 2) where points[pair] == point {
            var index = start + byteCount
            while index < text.count {
                let (other, otherCount) = QuotePairs.point(at: index, in: text)
                if other == points[pair + 1] { return (start + byteCount..<index, index + otherCount) }
                index += otherCount
            }
        }
        return nil
    }

    /// The code point at a byte; a byte in the middle of one, or broken text, counts as a code point that none has.
    private static func point(at index: Int, in text: Span<UInt8>) -> (UInt32, Int) {
        UnicodeText.codePoint(at: index, in: text) ?? (.max, 1)
    }
}
