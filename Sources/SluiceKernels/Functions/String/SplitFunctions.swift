import SluiceColumns

extension StringFunctions {
    static let splitFunctions: [ScalarFunction] = [
        ScalarFunction(
            "SPLIT_INDEX",
            category: "string",
            signature: "SPLIT_INDEX(string, separator, integer)",
            summary: "The part of the string with the given number (from 0) between separators; the separator is a "
                + "string or the number of a character up to 255. NULL where there is no such part.",
            example: ("SPLIT_INDEX('a,b,c', ',', 1)", "b"),
            resolve: { arguments in
                let separator = ArgumentRule("a string or an INT") {
                    ArgumentRule.text.coerce($0) ?? ArgumentRule.int.coerce($0)
                }
                let types = try ArgumentList([.text, separator, .int]).types("SPLIT_INDEX", arguments)
                return ResolvedSignature(types, DataType(.string))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in try splitIndexRows(call, arguments, rowCount) }
            }
        ),
        ScalarFunction(
            "SPLIT",
            category: "string",
            signature: "SPLIT(string, delimiter)",
            summary: "The parts between delimiters as an array; its characters for the empty delimiter.",
            example: ("SPLIT('a,b', ',')", "[a, b]"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .strict(.array(DataType(.string))),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let delimiters = arguments.text(1)
                var result = TextListResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    if result.isPresent(row), texts[row].count > 0 {
                        appendParts(texts[row], delimiters[row], to: &result)
                    }
                    result.endRow(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]

    private static func splitIndexRows(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        let texts = arguments.text(0)
        let views = arguments.views(0)
        let indexes = arguments.lane(2, of: Int32.self)
        var result = TextResult(arguments, rowCount: rowCount)
        result.share([arguments[0]])
        if arguments[1].type.lane == .int32 {
            let characters = arguments.lane(1, of: Int32.self)
            var separator = TextBuffer()
            for row in 0..<rowCount where result.isPresent(row) {
                guard characters[row] >= 1, characters[row] <= 255 else {
                    result.setNull(row)
                    continue
                }
                separator.removeAll()
                separator.append(codePoint: UInt32(characters[row]))
                setPart(row, of: texts[row], views[row], separator.bytes, Int(indexes[row]), &result)
            }
        } else {
            let separators = arguments.text(1)
            for row in 0..<rowCount where result.isPresent(row) {
                setPart(row, of: texts[row], views[row], separators[row], Int(indexes[row]), &result)
            }
        }
        return try result.finish(call.type)
    }

    @inline(__always)
    private static func setPart(
        _ row: Int,
        of text: Span<UInt8>,
        _ view: StringView,
        _ separator: Span<UInt8>,
        _ index: Int,
        _ result: inout TextResult
    ) {
        guard let range = partRange(text, separator, index) else { return result.setNull(row) }
        result.set(row, view: view.part(range))
    }

    /// The bytes of part `index`; nil where there is none.
    ///
    /// The empty text has no parts; the empty separator stands for
    /// runs of white space, as in the library that Flink uses.
    private static func partRange(_ text: Span<UInt8>, _ separator: Span<UInt8>, _ index: Int) -> Range<Int>? {
        if index < 0 || text.count == 0 { return nil }
        if separator.count == 1 { return partRange(text, separator[0], index) }
        var start = 0
        var left = index
        while true {
            guard let end = separatorRange(text, separator, from: start) else {
                return left == 0 ? start..<text.count : nil
            }
            if left == 0 { return start..<end.lowerBound }
            left -= 1
            start = end.upperBound
        }
    }

    /// The bytes of part `index` between bytes `separator`; nil where there is none.
    @inline(__always)
    private static func partRange(_ text: Span<UInt8>, _ separator: UInt8, _ index: Int) -> Range<Int>? {
        var left = index
        var start = 0
        var window = 0
        while window < text.count {
            var marks = ByteScan.marks(of: separator, in: text, from: window)
            while marks != 0 {
                let offset = window + marks.trailingZeroBitCount
                if left == 0 { return start..<offset }
                left -= 1
                start = offset + 1
                marks &= marks &- 1
            }
            window += ByteScan.windowByteCount
        }
        return left == 0 ? start..<text.count : nil
    }

    @inline(__always)
    private static func separatorRange(
        _ text: Span<UInt8>,
        _ separator: Span<UInt8>,
        from start: Int
    ) -> Range<Int>? {
        if separator.count == 1 {
            let offset = ByteScan.firstOffset(of: separator[0], in: text, from: start)
            return offset < text.count ? offset..<offset + 1 : nil
        }
        if separator.count > 1 {
            return ByteSearch.firstOffset(of: separator, in: text, from: start).map { $0..<$0 + separator.count }
        }
        var offset = start
        while offset < text.count {
            let byte = text[offset]
            if byte == 0x20 || byte &- 9 < 5 || byte &- 28 < 4 { return offset..<offset + 1 }
            offset += 1
        }
        return nil
    }

    private static func appendParts(_ text: Span<UInt8>, _ delimiter: Span<UInt8>, to result: inout TextListResult) {
        var start = 0
        if delimiter.count == 0 {
            while start < text.count {
                let end = characterEnd(text, start)
                if end - start == 4 {
                    // Java splits into UTF-16 units; half a pair cannot be written.
                    result.append("?".utf8.span)
                    result.append("?".utf8.span)
                } else {
                    result.append(text.extracting(start..<end))
                }
                start = end
            }
            return
        }
        while let range = separatorRange(text, delimiter, from: start) {
            result.append(text.extracting(start..<range.lowerBound))
            start = range.upperBound
        }
        result.append(text.extracting(start..<text.count))
    }
}
