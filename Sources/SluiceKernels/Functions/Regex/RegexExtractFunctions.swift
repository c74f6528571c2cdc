import SluiceColumns

extension RegexFunctions {
    /// Taking out what matched.
    static let extractFunctions: [ScalarFunction] = [
        ScalarFunction(
            "REGEXP_EXTRACT",
            category: "string",
            signature: "REGEXP_EXTRACT(string, pattern [, group])",
            summary: "The part of the first match that the group (0, the whole, by default) took; NULL where there is "
                + "none.",
            example: ("REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2)", "bar"),
            takes: ArgumentList([.text, .text, .int], optionalCount: 1),
            gives: .nullable(.string),
            compile: extractKernel
        ),
        ScalarFunction(
            "REGEXP_SUBSTR",
            category: "string",
            signature: "REGEXP_SUBSTR(string, pattern)",
            summary: "The first match; NULL where there is none.",
            example: ("REGEXP_SUBSTR('hello', 'l+')", "ll"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .nullable(.string),
            compile: extractKernel
        ),
        ScalarFunction(
            "REGEXP_EXTRACT_ALL",
            category: "string",
            signature: "REGEXP_EXTRACT_ALL(string, pattern [, group])",
            summary: "The parts of all matches that the group (1 by default) took.",
            example: ("REGEXP_EXTRACT_ALL('100-200, 300-400', '(\\d+)-(\\d+)', 1)", "[100, 300]"),
            takes: ArgumentList([.textOrNull, .textOrNull, .int.orNull(.int)], optionalCount: 1),
            gives: .nullable(.array(DataType(.string))),
            compile: extractAllKernel
        ),
    ]

    @Sendable
    private static func extractKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let cache = RegexCache()
        let hasGroup = call.argumentTypes.count == 3
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let views = arguments.views(0)
            let patterns = arguments.text(1)
            let programs = try RegexColumn(cache, arguments[1], patterns)
            var fixedGroup: Int? = hasGroup ? nil : 0
            if hasGroup, arguments[2].isConstant { fixedGroup = Int(arguments.lane(2, of: Int32.self)[0]) }
            var result = TextResult(arguments, rowCount: rowCount)
            result.share([arguments[0]])
            if let program = programs.constant, let fixedGroup {
                // The usual case by itself: no row touches the program's reference count.
                for row in 0..<rowCount where result.isPresent(row) {
                    if try program.find(in: texts[row]), let range = program.range(fixedGroup) {
                        result.set(row, view: views[row].part(range))
                    } else {
                        result.setNull(row)
                    }
                }
                return try result.finish(call.type)
            }
            for row in 0..<rowCount where result.isPresent(row) {
                let group = fixedGroup ?? Int(arguments.lane(2, of: Int32.self)[row])
                if let program = try programs.program(patterns[row]), try program.find(in: texts[row]),
                    let range = program.range(group)
                {
                    result.set(row, view: views[row].part(range))
                } else {
                    result.setNull(row)
                }
            }
            return try result.finish(call.type)
        }
    }

    /// The matcher is called once for each match and once more, which is why it takes more than 100 ns a row.
    @Sendable
    private static func extractAllKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let programs = RegexCache()
        let hasGroup = call.argumentTypes.count == 3
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let patterns = arguments.text(1)
            var result = TextListResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount {
                if result.isPresent(row) {
                    let group = hasGroup ? Int(arguments.lane(2, of: Int32.self)[row]) : 1
                    let program = try programs.program(patterns[row])
                    if let program, group >= 0, group <= program.groupCount {
                        try appendMatches(of: program, group, texts[row], to: &result)
                    } else {
                        result.setNull(row)
                    }
                }
                result.endRow(row)
            }
            return try result.finish(call.type)
        }
    }

    private static func appendMatches(
        of program: RegexProgram,
        _ group: Int,
        _ text: Span<UInt8>,
        to result: inout TextListResult
    ) throws {
        var start: Int? = 0
        while let from = start, try program.find(in: text, from: from) {
            if let range = program.range(group) {
                result.append(text.extracting(range))
            } else {
                result.appendNull()
            }
            start = program.nextStart(text)
        }
    }
}
