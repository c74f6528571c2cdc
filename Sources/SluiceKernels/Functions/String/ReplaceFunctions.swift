import SluiceColumns

extension StringFunctions {
    static let replaceFunctions: [ScalarFunction] = [
        ScalarFunction(
            "REPLACE",
            category: "string",
            signature: "REPLACE(string1, string2, string3)",
            summary: "string1 with every string2 in it replaced by string3.",
            example: ("REPLACE('hello world', 'world', 'sluice')", "hello sluice"),
            takes: ArgumentList([.text, .text, .text]),
            gives: .strict(.string),
            rows: replaceRows
        ),
        ScalarFunction(
            "TRANSLATE",
            category: "string",
            signature: "TRANSLATE(string, from, to)",
            summary: "The string with each character of from replaced by the one at the same place of to, or left out "
                + "where to is shorter.",
            example: ("TRANSLATE('www.apache.org', 'wapcheorg', ' APCHEcom')", "   .APACHE.com"),
            takes: ArgumentList([.textOrNull, .textOrNull, .textOrNull]),
            gives: ResultRule { types in DataType(.string, nullable: types[0].isNullable) },
            compile: { call in { arguments, rowCount in try translateRows(call, arguments, rowCount) } }
        ),
        ScalarFunction(
            "OVERLAY",
            category: "string",
            signature: "OVERLAY(string1 PLACING string2 FROM integer1 [FOR integer2])",
            summary: "string1 with integer2 (by default the length of string2) characters from position integer1 "
                + "replaced by string2; unchanged where the position is outside.",
            example: ("OVERLAY('sluice' PLACING 'ABC' FROM 2 FOR 3)", "sABCce"),
            takes: ArgumentList([.text, .text, .int, .int], optionalCount: 1),
            gives: ResultRule { types in
                let length = min(
                    types[0].logical.declaredLength + types[1].logical.declaredLength,
                    LogicalType.maxLength
                )
                return DataType(.varchar(length), nullable: types.contains(where: \.isNullable))
            },
            rows: overlayRows
        ),
    ]

    private static let replaceRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let needles = arguments.text(1)
        let replacements = arguments.text(2)
        let views = arguments.views(0)
        var result = TextResult(arguments, rowCount: rowCount)
        result.share([arguments[0]])
        for row in 0..<rowCount where result.isPresent(row) {
            let text = texts[row]
            let needle = needles[row]
            if needle.count == 0 {
                appendBetweenAll(text, replacements[row], &result.buffer)
                result.setFromBuffer(row)
                continue
            }
            let isReplaced =
                needle.count == 1
                ? appendReplacing(needle[0], text, by: replacements[row], &result.buffer)
                : appendReplacing(needle, text, by: replacements[row], &result.buffer)
            if isReplaced { result.setFromBuffer(row) } else { result.set(row, view: views[row]) }
        }
        return try result.finish(call.type)
    }

    /// Appends the text with every `byte` replaced; appends nothing and says so where there is none.
    @inline(__always)
    private static func appendReplacing(
        _ byte: UInt8,
        _ text: Span<UInt8>,
        by replacement: Span<UInt8>,
        _ buffer: inout TextBuffer
    ) -> Bool {
        var copied = 0
        var window = 0
        while window < text.count {
            var marks = ByteScan.marks(of: byte, in: text, from: window)
            while marks != 0 {
                let offset = window + marks.trailingZeroBitCount
                buffer.append(text.extracting(copied..<offset))
                buffer.append(replacement)
                copied = offset + 1
                marks &= marks &- 1
            }
            window += ByteScan.windowByteCount
        }
        if copied == 0 { return false }
        buffer.append(text.extracting(copied..<text.count))
        return true
    }

    /// Appends the text with every `needle` replaced; appends nothing and says so where there is none.
    private static func appendReplacing(
        _ needle: Span<UInt8>,
        _ text: Span<UInt8>,
        by replacement: Span<UInt8>,
        _ buffer: inout TextBuffer
    ) -> Bool {
        guard var offset = ByteSearch.firstOffset(of: needle, in: text) else { return false }
        var copied = 0
        while true {
            buffer.append(text.extracting(copied..<offset))
            buffer.append(replacement)
            copied = offset + needle.count
            guard let next = ByteSearch.firstOffset(of: needle, in: text, from: copied) else { break }
            offset = next
        }
        buffer.append(text.extracting(copied..<text.count))
        return true
    }

    /// The empty string is found before each character and at the end.
    private static func appendBetweenAll(_ text: Span<UInt8>, _ part: Span<UInt8>, _ buffer: inout TextBuffer) {
        buffer.append(part)
        var start = 0
        while start < text.count {
            let end = characterEnd(text, start)
            if end - start == 4, part.count > 0 {
                // Java cuts between the two units of a pair, and half a pair is written as a question mark.
                buffer.append(UInt8(ascii: "?"))
                buffer.append(part)
                buffer.append(UInt8(ascii: "?"))
            } else {
                buffer.append(text.extracting(start..<end))
            }
            buffer.append(part)
            start = end
        }
    }

    /// A NULL `from` changes nothing, a NULL `to` is the empty string.
    private static func translateRows(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        if rowCount > 0, arguments[0].isConstant, arguments[0].isNull(0) { return .allNull(call.type, count: rowCount) }
        let texts = arguments.text(0)
        let froms = arguments.text(1)
        let tos = arguments.text(2)
        var result = TextResult([arguments[0]], rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            if arguments[1].isNull(row) {
                result.set(row, texts[row])
                continue
            }
            let to = arguments[2].isNull(row) ? Span<UInt8>() : tos[row]
            appendTranslated(texts[row], froms[row], to, &result.buffer)
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    private static func appendTranslated(
        _ text: Span<UInt8>,
        _ from: Span<UInt8>,
        _ to: Span<UInt8>,
        _ buffer: inout TextBuffer
    ) {
        var start = 0
        while start < text.count {
            let end = characterEnd(text, start)
            let character = text.extracting(start..<end)
            start = end
            var fromStart = 0
            var toStart = 0
            var isFound = false
            while fromStart < from.count, !isFound {
                let fromEnd = characterEnd(from, fromStart)
                isFound = ByteSearch.equal(from.extracting(fromStart..<fromEnd), character)
                fromStart = fromEnd
                let toEnd = toStart < to.count ? characterEnd(to, toStart) : toStart
                if isFound { buffer.append(to.extracting(toStart..<toEnd)) }
                toStart = toEnd
            }
            if !isFound { buffer.append(character) }
        }
    }

    private static let overlayRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let parts = arguments.text(1)
        let starts = arguments.lane(2, of: Int32.self)
        let lengths = arguments.lane(arguments.count - 1, of: Int32.self)
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            let text = texts[row]
            let unitCount = UnicodeText.utf16Count(text)
            let start = Int(starts[row])
            if start <= 0 || start > unitCount {
                result.set(row, text)
                continue
            }
            let length = arguments.count == 4 ? Int(lengths[row]) : UnicodeText.utf16Count(parts[row])
            UTF16Text.appendPrefix(text, start - 1, to: &result.buffer)
            result.buffer.append(parts[row])
            // Flink keeps no rest where nothing is replaced.
            if length > 0, start + length <= unitCount {
                UTF16Text.appendSuffix(text, after: start - 1 + length, to: &result.buffer)
            }
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }
}
