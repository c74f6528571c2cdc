import SluiceColumns

extension StringFunctions {
    static let substringFunctions: [ScalarFunction] = [
        ScalarFunction(
            "SUBSTRING",
            aliases: ["SUBSTR"],
            category: "string",
            signature: "SUBSTRING(string FROM integer1 [FOR integer2])",
            summary: "The characters from position integer1 (1 is the first, -1 the last, 0 counts as 1), all or "
                + "integer2 of them; NULL for a negative length.",
            example: ("SUBSTRING('sluice' FROM 2 FOR 3)", "lui"),
            takes: ArgumentList([.text, .int, .int], optionalCount: 1),
            gives: .varchar(lengthOf: 0, forced: true),
            rows: substringRows
        ),
        ScalarFunction(
            "LEFT",
            category: "string",
            signature: "LEFT(string, integer)",
            summary: "The first characters; empty where the integer is not positive.",
            example: ("LEFT('sluice', 2)", "sl"),
            takes: ArgumentList([.text, .int]),
            gives: .varchar(lengthOf: 0, forced: true),
            rows: { call, arguments, rowCount in
                try edgeRows(call, arguments, rowCount) { text, count in
                    0..<UnicodeText.byteOffset(ofCodePoint: count, in: text)
                }
            }
        ),
        ScalarFunction(
            "RIGHT",
            category: "string",
            signature: "RIGHT(string, integer)",
            summary: "The last characters; empty where the integer is not positive.",
            example: ("RIGHT('sluice', 3)", "ice"),
            takes: ArgumentList([.text, .int]),
            gives: .varchar(lengthOf: 0, forced: true),
            rows: { call, arguments, rowCount in
                try edgeRows(call, arguments, rowCount) { text, count in
                    let skipped = max(0, UnicodeText.codePointCount(text) - count)
                    return UnicodeText.byteOffset(ofCodePoint: skipped, in: text)..<text.count
                }
            }
        ),
    ]

    private static let substringRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let starts = arguments.lane(1, of: Int32.self)
        // Without a length the start column stands in for it and is not read.
        let lengths = arguments.lane(arguments.count - 1, of: Int32.self)
        let hasLength = arguments.count == 3
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            let length = hasLength ? Int(lengths[row]) : Int(Int32.max)
            if length < 0 {
                result.setNull(row)
            } else {
                let text = texts[row]
                result.set(row, text.extracting(substringRange(text, from: Int(starts[row]), length: length)))
            }
        }
        return try result.finish(call.type)
    }

    /// The bytes of `length` characters from position `start` of SQL.
    private static func substringRange(_ text: Span<UInt8>, from start: Int, length: Int) -> Range<Int> {
        var skipped = max(start - 1, 0)
        if start < 0 {
            skipped = UnicodeText.codePointCount(text) + start
            if skipped < 0 { return 0..<0 }
        }
        let lower = UnicodeText.byteOffset(ofCodePoint: skipped, in: text)
        return lower..<UnicodeText.byteOffset(ofCodePoint: length, in: text, from: lower)
    }

    @inline(__always)
    private static func edgeRows(
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int,
        _ range: (_ text: Span<UInt8>, _ count: Int) -> Range<Int>
    ) throws -> Column {
        let texts = arguments.text(0)
        let counts = arguments.lane(1, of: Int32.self)
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) && counts[row] > 0 {
            let text = texts[row]
            result.set(row, text.extracting(range(text, Int(counts[row]))))
        }
        return try result.finish(call.type)
    }
}
