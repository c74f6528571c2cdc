import SluiceColumns

extension CleansingFunctions {
    static let charsetFunctions: [ScalarFunction] = [
        ScalarFunction(
            "IS_ENCODING",
            category: "cleansing",
            signature: "IS_ENCODING(value, charset)",
            summary: "Whether a string can be written in a character set of ENCODE without losing a character, or "
                + "whether a binary string is text in it.",
            example: ("IS_ENCODING('é', 'US-ASCII')", "FALSE"),
            takes: ArgumentList([.textOrBinary.orNull(.string), .textOrNull]),
            gives: .strict(.boolean),
            rows: { call, arguments, rowCount in
                let values = arguments.text(0)
                let names = arguments.text(1)
                let isBinary = arguments[0].type.logical.isBinary
                var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                let fixed = arguments[1].isConstant ? try Charset(names[0]) : nil
                var there = TextBuffer()
                var back = TextBuffer()
                for row in 0..<rowCount where result.isPresent(row) {
                    there.removeAll()
                    back.removeAll()
                    let charset = try fixed ?? Charset(names[row])
                    if isBinary {
                        let (unmarked, start) = charset.marked(by: values[row])
                        let bytes = values[row].extracting(start...)
                        unmarked.decode(bytes, to: &there)
                        unmarked.encode(there.bytes, to: &back)
                        if ByteSearch.equal(bytes, back.bytes) { result.set(row, 1) }
                    } else {
                        charset.encode(values[row], to: &there)
                        charset.decode(there.bytes, to: &back)
                        if ByteSearch.equal(values[row], back.bytes) { result.set(row, 1) }
                    }
                }
                return try result.finish(call.type)
            }
        )
    ]
}

extension Charset {
    /// The set without a byte order mark that `bytes` are in, and where they begin behind the mark.
    fileprivate func marked(by bytes: Span<UInt8>) -> (Charset, start: Int) {
        guard case .utf16 = self else { return (self, 0) }
        if bytes.count < 2 { return (.utf16BigEndian, 0) }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF): return (.utf16BigEndian, 2)
        case (0xFF, 0xFE): return (.utf16LittleEndian, 2)
        default: return (.utf16BigEndian, 0)
        }
    }
}
