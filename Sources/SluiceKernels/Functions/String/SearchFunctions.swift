import SluiceColumns

extension StringFunctions {
    static let searchFunctions: [ScalarFunction] = [
        position(
            "POSITION",
            signature: "POSITION(string1 IN string2)",
            example: ("POSITION('l' IN 'sluice')", "2")
        ),
        position(
            "LOCATE",
            signature: "LOCATE(string1, string2 [, integer])",
            example: ("LOCATE('c', 'sluice')", "5")
        ),
        ScalarFunction(
            "INSTR",
            category: "string",
            signature: "INSTR(string1, string2 [, integer1 [, integer2]])",
            summary: "The position of the integer2-th string2 in string1, from position integer1 on; a negative "
                + "integer1 searches from the end. 0 where there is none.",
            example: ("INSTR('Corporate Floor', 'or', 3, 2)", "14"),
            takes: ArgumentList([.text, .text, .int, .int], optionalCount: 2),
            gives: .strict(.int),
            rows: occurrenceRows
        ),
        affix("STARTSWITH", "begins", atEnd: false, example: ("STARTSWITH('sluice', 'sl')", "TRUE")),
        affix("ENDSWITH", "ends", atEnd: true, example: ("ENDSWITH('sluice', 'ice')", "TRUE")),
    ]

    private static func position(_ name: String, signature: String, example: (String, String)) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "string",
            signature: signature,
            summary: "The position of the first string1 in string2 (1 is the first), from the given one on; 0 where "
                + "there is none.",
            example: example,
            takes: ArgumentList([.text, .text, .int], optionalCount: 1),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                let needles = arguments.text(0)
                let texts = arguments.text(1)
                let hasStart = arguments.count == 3
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let start = hasStart ? Int(arguments.lane(2, of: Int32.self)[row]) : 1
                    result.set(row, Int32(truncatingIfNeeded: position(of: needles[row], in: texts[row], from: start)))
                }
                return try result.finish(call.type)
            }
        )
    }

    /// The position (from 1) of the first `needle` at or after position `start`; 0 where there is none.
    ///
    /// The empty needle is at 1, whatever the start.
    static func position(of needle: Span<UInt8>, in text: Span<UInt8>, from start: Int) -> Int {
        if needle.count == 0 { return 1 }
        let from = start > 1 ? UnicodeText.byteOffset(ofCodePoint: start - 1, in: text) : 0
        guard let offset = ByteSearch.firstOffset(of: needle, in: text, from: from) else { return 0 }
        return UnicodeText.codePointCount(text.extracting(0..<offset)) + 1
    }

    private static let occurrenceRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let needles = arguments.text(1)
        var result = LaneResult<Int32>(arguments, rowCount: rowCount)
        var reversedText = TextBuffer()
        var reversedNeedle = TextBuffer()
        for row in 0..<rowCount where result.isPresent(row) {
            let start = arguments.count > 2 ? Int(arguments.lane(2, of: Int32.self)[row]) : 1
            let number = arguments.count > 3 ? Int(arguments.lane(3, of: Int32.self)[row]) : 1
            if number <= 0 {
                throw EvaluationError("invalidArgument", "INSTR looks for the occurrence \(number); the first is 1")
            }
            var position = 0
            if start > 0 {
                position = occurrence(number, of: needles[row], in: texts[row], from: start)
            } else if start < 0 {
                reversedText.removeAll()
                reversedNeedle.removeAll()
                appendReversed(texts[row], &reversedText)
                appendReversed(needles[row], &reversedNeedle)
                position = occurrence(number, of: reversedNeedle.bytes, in: reversedText.bytes, from: -start)
                if position != 0 {
                    let length = UnicodeText.codePointCount(texts[row])
                    position = length + 2 - position - UnicodeText.codePointCount(needles[row])
                }
            }
            result.set(row, Int32(truncatingIfNeeded: position))
        }
        return try result.finish(call.type)
    }

    /// The position of the `number`-th `needle`; matches may overlap.
    private static func occurrence(
        _ number: Int,
        of needle: Span<UInt8>,
        in text: Span<UInt8>,
        from start: Int
    ) -> Int {
        if needle.count == 0 { return 1 }
        var offset = UnicodeText.byteOffset(ofCodePoint: start - 1, in: text) - 1
        for _ in 0..<number {
            guard let next = ByteSearch.firstOffset(of: needle, in: text, from: offset + 1) else { return 0 }
            offset = next
        }
        return UnicodeText.codePointCount(text.extracting(0..<offset)) + 1
    }

    private static func affix(
        _ name: String,
        _ verb: String,
        atEnd: Bool,
        example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "string",
            signature: "\(name)(value, part)",
            summary: "Whether the string (or binary string) \(verb) with the other one.",
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                let rule = ArgumentRule.textOrBinary.orNull(.string)
                let types = try ArgumentList([rule, rule]).types(name, arguments)
                if types[0].logical.isText != types[1].logical.isText {
                    throw FunctionError("\(name) takes two strings or two binary strings", argument: 1)
                }
                return ResolvedSignature(types, ResultRule.strict(.boolean).type(types))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    let texts = arguments.text(0)
                    let parts = arguments.text(1)
                    var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                    for row in 0..<rowCount {
                        let offset = atEnd ? max(0, texts[row].count - parts[row].count) : 0
                        result.set(row, ByteSearch.matches(texts[row], at: offset, parts[row]) ? 1 : 0)
                    }
                    return try result.finish(call.type)
                }
            }
        )
    }
}
