import SluiceColumns

/// The functions of regular expressions in Java's language.
///
/// How the binder writes special syntax as plain calls: `s SIMILAR TO p [ESCAPE e]` is `SIMILAR TO(s, p [, e])`. A
/// pattern that is none gives NULL (FALSE for REGEXP), as in Flink; one that Java knows and this engine does not fails
/// the job.
package enum RegexFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] = testFunctions + extractFunctions + replaceFunctions + groupFunctions

    static let testFunctions: [ScalarFunction] = [
        ScalarFunction(
            "REGEXP",
            aliases: ["RLIKE"],
            category: "string",
            signature: "REGEXP(string, pattern)",
            summary: "Whether a part of the string matches the pattern; FALSE for the empty pattern.",
            example: ("REGEXP('abc', '[b-d]c')", "TRUE"),
            takes: ArgumentList([.text, .text]),
            gives: .strict(.boolean),
            compile: { call in
                perRow(call, of: UInt8.self) { program, text, _ in
                    guard let program else { return 0 }
                    return try program.find(in: text) ? 1 : 0
                }
            }
        ),
        ScalarFunction(
            "REGEXP_COUNT",
            category: "string",
            signature: "REGEXP_COUNT(string, pattern)",
            summary: "How often the pattern matches.",
            example: ("REGEXP_COUNT('a.b.c', '\\.')", "2"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .nullable(.int),
            compile: { call in
                perRow(call, of: Int32.self) { program, text, _ in
                    guard let program else { return nil }
                    var count: Int32 = 0
                    var start: Int? = 0
                    while let from = start, try program.find(in: text, from: from) {
                        count += 1
                        start = program.nextStart(text)
                    }
                    return count
                }
            }
        ),
        ScalarFunction(
            "REGEXP_INSTR",
            category: "string",
            signature: "REGEXP_INSTR(string, pattern)",
            summary: "The position of the first match (1 is the first, in UTF-16 units); 0 where there is none.",
            example: ("REGEXP_INSTR('hello', 'l+')", "3"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .nullable(.int),
            compile: { call in
                perRow(call, of: Int32.self) { program, text, _ in
                    guard let program else { return nil }
                    guard try program.find(in: text), let range = program.range(0) else { return 0 }
                    return Int32(UnicodeText.utf16Count(text.extracting(0..<range.lowerBound)) + 1)
                }
            }
        ),
        ScalarFunction(
            "SIMILAR TO",
            category: "string",
            signature: "string1 SIMILAR TO string2 [ESCAPE string3]",
            summary: "Whether the whole of string1 matches the SQL regular expression string2.",
            example: ("'abc' SIMILAR TO '%(b|d)%'", "TRUE"),
            takes: ArgumentList([.text, .text, .text], optionalCount: 1),
            gives: .strict(.boolean),
            compile: similarKernel
        ),
    ]

    /// The loop over texts and patterns.
    ///
    /// `value` gets the program, nil where the pattern is none, and gives nil for NULL.
    static func perRow<Value: BitwiseCopyable>(
        _ call: ResolvedCall,
        of type: Value.Type,
        _ value: @escaping (_ program: RegexProgram?, _ text: Span<UInt8>, _ row: Int) throws -> Value?
    ) -> ScalarKernel {
        let cache = RegexCache()
        let isTest = call.type.logical == .boolean
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let patterns = arguments.text(1)
            let programs = try RegexColumn(cache, arguments[1], patterns)
            var result = LaneResult<Value>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                // The empty pattern would match everywhere; REGEXP says FALSE.
                let program = isTest && patterns[row].count == 0 ? nil : try programs.program(patterns[row])
                if let found = try value(program, texts[row], row) {
                    result.set(row, found)
                } else {
                    result.setNull(row)
                }
            }
            return try result.finish(call.type)
        }
    }

    @Sendable
    private static func similarKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let escapeIndex = call.argumentTypes.count == 3 ? 2 : nil
        var escape: UInt8?
        if let escapeIndex {
            guard case .bytes(let bytes)? = call.literals[escapeIndex], bytes.count == 1 else {
                throw EvaluationError("badEscape", "the ESCAPE of SIMILAR TO must be a literal of one ASCII character")
            }
            escape = bytes[0]
        }
        let programs = RegexCache { source throws(RegexError) in
            try JavaPattern.translated(try SimilarPattern.javaPattern(source, escape: escape))
        }
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let patterns = arguments.text(1)
            var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                guard let program = try programs.program(patterns[row]) else {
                    throw EvaluationError(
                        "badPattern",
                        "'\(String(copying: patterns[row]))' is no pattern of SIMILAR TO"
                    )
                }
                result.set(row, try program.find(in: texts[row]) ? 1 : 0)
            }
            return try result.finish(call.type)
        }
    }
}
