import SluiceColumns

extension StringFunctions {
    /// The longest text that a function makes of shorter ones, in bytes.
    ///
    /// Beyond it the job fails instead of the machine.
    static let madeByteCountMax = 1 << 28

    static let concatFunctions: [ScalarFunction] = [
        ScalarFunction(
            "CONCAT",
            category: "string",
            signature: "CONCAT(string1, string2, ...)",
            summary: "The strings one after the other; NULL where one of them is.",
            example: ("CONCAT('AA', 'BB', 'CC')", "AABBCC"),
            takes: ArgumentList([.text], repeatsLast: true),
            gives: .strict(.string),
            compile: { call in concatKernel(call) }
        ),
        ScalarFunction(
            "CONCAT_WS",
            category: "string",
            signature: "CONCAT_WS(separator, string1, string2, ...)",
            summary: "The strings with the separator between them; NULL strings are left out, a NULL separator gives "
                + "NULL.",
            example: ("CONCAT_WS('~', 'AA', 'BB', '', 'CC')", "AA~BB~~CC"),
            takes: ArgumentList([.text, .text], optionalCount: 1, repeatsLast: true),
            gives: .strict(.string),
            compile: { call in { arguments, rowCount in try joinRows(call, arguments, rowCount) } }
        ),
        ScalarFunction(
            "REPEAT",
            category: "string",
            signature: "REPEAT(string, integer)",
            summary: "The string repeated; empty where the integer is not positive.",
            example: ("REPEAT('ab', 3)", "ababab"),
            takes: ArgumentList([.text, .int]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let counts = arguments.lane(1, of: Int32.self)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) && counts[row] > 0 && texts[row].count > 0 {
                    try checkMade("REPEAT", texts[row].count * Int(counts[row]))
                    for _ in 0..<counts[row] { result.buffer.append(texts[row]) }
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// The kernel of CONCAT and of `||`: all arguments are text, NULL where one is.
    static func concatKernel(_ call: ResolvedCall) -> ScalarKernel {
        StrictKernel.make(call) { arguments, rowCount in
            var result = TextResult(arguments, rowCount: rowCount)
            if arguments.count == 2 {
                let first = arguments.text(0)
                let second = arguments.text(1)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.buffer.append(first[row])
                    result.buffer.append(second[row])
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
            for row in 0..<rowCount where result.isPresent(row) {
                for index in arguments.indices { result.buffer.append(arguments.text(index)[row]) }
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    }

    private static func joinRows(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        if rowCount > 0, arguments[0].isConstant, arguments[0].isNull(0) { return .allNull(call.type, count: rowCount) }
        let separators = arguments.text(0)
        var result = TextResult([arguments[0]], rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            var isFirst = true
            for index in 1..<arguments.count where !arguments[index].isNull(row) {
                if !isFirst { result.buffer.append(separators[row]) }
                result.buffer.append(arguments.text(index)[row])
                isFirst = false
            }
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    /// Refuses a text that would exhaust the memory.
    static func checkMade(_ name: String, _ byteCount: Int) throws {
        if byteCount > madeByteCountMax {
            throw EvaluationError(
                "valueTooLong",
                "\(name) would make a string of \(byteCount) bytes; the most is \(madeByteCountMax)"
            )
        }
    }
}
