import SluiceColumns

extension StringFunctions {
    static let trimFunctions: [ScalarFunction] = [
        ScalarFunction(
            "TRIM",
            category: "string",
            signature: "TRIM([BOTH | LEADING | TRAILING] [characters] FROM string)",
            summary: "The string without the given characters (a space by default) at its ends.",
            example: ("TRIM(BOTH 'x' FROM 'xxabx')", "ab"),
            resolve: resolveTrim,
            makeKernel: { call in
                guard call.argumentTypes.count == 3 else { return trimKernel(call, .both, text: 0, characters: nil) }
                let side = trimSide(call.literals[0]) ?? .both
                return trimKernel(call, side, text: 2, characters: 1)
            }
        ),
        trim("BTRIM", .both, rule: .textOrNull, gives: .strict(.string), "both ends"),
        trim("LTRIM", .leading, rule: .text, gives: .varchar(lengthOf: 0, forced: false), "the left end"),
        trim("RTRIM", .trailing, rule: .text, gives: .varchar(lengthOf: 0, forced: false), "the right end"),
    ]

    private static func trim(
        _ name: String,
        _ side: TrimSide,
        rule: ArgumentRule,
        gives result: ResultRule,
        _ end: String
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "string",
            signature: "\(name)(string [, characters])",
            summary: "The string without the given characters (a space by default) at \(end).",
            example: ("\(name)(' x', ' ')", side == .trailing ? " x" : "x"),
            takes: ArgumentList([rule, rule], optionalCount: 1),
            gives: result,
            compile: { call in
                trimKernel(call, side, text: 0, characters: call.argumentTypes.count == 2 ? 1 : nil)
            }
        )
    }

    @Sendable
    private static func resolveTrim(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        if arguments.count == 3, trimSide(arguments[0].literal) == nil {
            throw FunctionError("TRIM removes from BOTH ends, the LEADING or the TRAILING one", argument: 0)
        }
        let count = arguments.count == 1 ? 1 : 3
        let types = try ArgumentList(Array(repeating: .text, count: count)).types("TRIM", arguments)
        return ResolvedSignature(types, ResultRule.varchar(lengthOf: count - 1, forced: false).type(types))
    }

    private static func trimSide(_ literal: Value?) -> TrimSide? {
        switch literal?.stringValue {
        case "BOTH": .both
        case "LEADING": .leading
        case "TRAILING": .trailing
        default: nil
        }
    }

    /// The kernel that trims argument `text` of the characters in argument `characters`, nil for a space.
    private static func trimKernel(
        _ call: ResolvedCall,
        _ side: TrimSide,
        text: Int,
        characters: Int?
    ) -> ScalarKernel {
        let space = Column.constant(.string(" "), .notNull(.char(1)), count: 1)
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(text)
            let all = arguments + [space]
            let sets = all.text(characters ?? arguments.count)
            let views = arguments.views(text)
            var result = TextResult(arguments, rowCount: rowCount)
            result.share([arguments[text]])
            for row in 0..<rowCount where result.isPresent(row) {
                let text = texts[row]
                let range = trimmedRange(text, sets[row], side)
                if range.count == text.count {
                    result.set(row, view: views[row])
                } else {
                    result.set(row, text.extracting(range))
                }
            }
            return try result.finish(call.type)
        }
    }

    private static func trimmedRange(_ text: Span<UInt8>, _ set: Span<UInt8>, _ side: TrimSide) -> Range<Int> {
        var start = 0
        var end = text.count
        if side != .trailing {
            while start < end {
                let next = characterEnd(text, start)
                guard contains(set, text.extracting(start..<next)) else { break }
                start = next
            }
        }
        if side != .leading {
            while end > start {
                var last = end - 1
                while last > start, UnicodeText.isContinuation(text[last]) { last -= 1 }
                guard contains(set, text.extracting(last..<end)) else { break }
                end = last
            }
        }
        return start..<end
    }

    /// The end of the code point that starts at `start`.
    @inline(__always)
    static func characterEnd(_ text: Span<UInt8>, _ start: Int) -> Int {
        var end = start + 1
        while end < text.count, UnicodeText.isContinuation(text[end]) { end += 1 }
        return end
    }

    /// Whether one of the code points of `set` is `character`.
    @inline(__always)
    private static func contains(_ set: Span<UInt8>, _ character: Span<UInt8>) -> Bool {
        if set.count == 1 { return character.count == 1 && set[0] == character[0] }
        var start = 0
        while start < set.count {
            let end = characterEnd(set, start)
            if ByteSearch.equal(set.extracting(start..<end), character) { return true }
            start = end
        }
        return false
    }
}

/// Which ends of a string are trimmed.
private enum TrimSide { case both, leading, trailing }
