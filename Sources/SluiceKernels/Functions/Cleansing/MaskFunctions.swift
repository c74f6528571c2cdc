import SluiceColumns

extension CleansingFunctions {
    static let maskFunctions: [ScalarFunction] = [
        ScalarFunction(
            "MASK",
            category: "cleansing",
            signature: "MASK(string, prefixLength, suffixLength [, mask])",
            summary: "The string with all but its first and last code points replaced by the mask ('*'); all are "
                + "replaced where nothing else would be hidden. NULL for a negative length.",
            example: ("MASK('13812345678', 3, 4)", "138****5678"),
            takes: ArgumentList(
                [.textOrNull, .integer.orNull(.bigint), .integer.orNull(.bigint), .textOrNull],
                optionalCount: 1
            ),
            gives: .nullable(.string),
            rows: maskRows
        ),
        ScalarFunction(
            "OCTET_LENGTH",
            category: "cleansing",
            signature: "OCTET_LENGTH(string)",
            summary: "How many bytes the string takes in UTF-8.",
            example: ("OCTET_LENGTH('é')", "2"),
            takes: ArgumentList([.textOrNull]),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.set(row, Int32(truncatingIfNeeded: texts[row].count))
                }
                return try result.finish(call.type)
            }
        ),
    ]

    private static let maskRows: StrictRows = { call, arguments, rowCount in
        let texts = arguments.text(0)
        let prefixes = arguments.lane(1, of: Int64.self)
        let suffixes = arguments.lane(2, of: Int64.self)
        let masks = arguments.text(arguments.count == 4 ? 3 : 0)
        let hasMask = arguments.count == 4
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            guard prefixes[row] >= 0, suffixes[row] >= 0 else {
                result.setNull(row)
                continue
            }
            let text = texts[row]
            let hidden = hiddenRange(of: text, prefixes[row], suffixes[row])
            result.buffer.append(text.extracting(0..<hidden.lowerBound))
            for index in hidden where !UnicodeText.isContinuation(text[index]) {
                if hasMask { result.buffer.append(masks[row]) } else { result.buffer.append(UInt8(ascii: "*")) }
            }
            result.buffer.append(text.extracting(hidden.upperBound..<text.count))
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    /// The bytes to replace.
    private static func hiddenRange(of text: Span<UInt8>, _ prefix: Int64, _ suffix: Int64) -> Range<Int> {
        let count = Int64(UnicodeText.codePointCount(text))
        // Neither can overflow: both are at most the count when they are added.
        guard prefix < count, suffix < count, prefix + suffix < count else { return 0..<text.count }
        let start = UnicodeText.byteOffset(ofCodePoint: Int(prefix), in: text)
        let end = UnicodeText.byteOffset(ofCodePoint: Int(count - suffix - prefix), in: text, from: start)
        return start..<end
    }
}
