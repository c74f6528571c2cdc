import SluiceColumns

extension StringFunctions {
    static let padFunctions: [ScalarFunction] = [
        pad("LPAD", "left", onLeft: true, example: ("LPAD('hi', 4, '?!')", "?!hi")),
        pad("RPAD", "right", onLeft: false, example: ("RPAD('hi', 4, '?!')", "hi?!")),
    ]

    private static func pad(
        _ name: String,
        _ side: String,
        onLeft: Bool,
        example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "string",
            signature: "\(name)(string1, integer, string2)",
            summary: "string1, filled up on the \(side) with string2 or cut to the length; without a value where the "
                + "length is negative or string2 is empty.",
            example: example,
            takes: ArgumentList([.text, .int, .text]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let lengths = arguments.lane(1, of: Int32.self)
                let pads = arguments.text(2)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let length = Int(lengths[row])
                    if length < 0 || pads[row].count == 0 {
                        result.setNull(row)
                        continue
                    }
                    try checkMade(name, length)
                    if onLeft {
                        appendFill(pads[row], length - UnicodeText.utf16Count(texts[row]), to: &result.buffer)
                        UTF16Text.appendPrefix(texts[row], length, to: &result.buffer)
                    } else {
                        UTF16Text.appendPrefix(texts[row], length, to: &result.buffer)
                        appendFill(pads[row], length - UnicodeText.utf16Count(texts[row]), to: &result.buffer)
                    }
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        )
    }

    /// Appends `unitCount` UTF-16 units of `pad`, over and over.
    private static func appendFill(_ pad: Span<UInt8>, _ unitCount: Int, to buffer: inout TextBuffer) {
        let padUnits = UnicodeText.utf16Count(pad)
        var left = unitCount
        while left >= padUnits {
            buffer.append(pad)
            left -= padUnits
        }
        UTF16Text.appendPrefix(pad, left, to: &buffer)
    }
}
