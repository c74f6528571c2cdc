import SluiceColumns

extension CleansingFunctions {
    static let caselessFunctions: [ScalarFunction] = [
        caseless("EQUALS_IGNORE_CASE", "is the other", example: ("EQUALS_IGNORE_CASE('Ab', 'aB')", "TRUE")) {
            ByteSearch.equal($0, $1)
        },
        caseless("CONTAINS_IGNORE_CASE", "contains the other", example: ("CONTAINS_IGNORE_CASE('xAby', 'aB')", "TRUE"))
        { ByteSearch.firstOffset(of: $1, in: $0) != nil },
        caseless(
            "STARTSWITH_IGNORE_CASE",
            "starts with the other",
            example: ("STARTSWITH_IGNORE_CASE('Abc', 'aB')", "TRUE")
        ) { ByteSearch.matches($0, at: 0, $1) },
        caseless("ENDSWITH_IGNORE_CASE", "ends with the other", example: ("ENDSWITH_IGNORE_CASE('xAb', 'aB')", "TRUE"))
        { $0.count >= $1.count && ByteSearch.matches($0, at: $0.count - $1.count, $1) },
    ]

    /// A test of two strings in upper case.
    private static func caseless(
        _ name: String,
        _ condition: String,
        example: (String, String),
        _ holds: @escaping @Sendable (_ text: Span<UInt8>, _ other: Span<UInt8>) -> Bool
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "cleansing",
            signature: "\(name)(string, other)",
            summary: "Whether the string \(condition) when both are written in upper case.",
            example: example,
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .strict(.boolean),
            compile: { call in
                let mapper = CaseMapper(.upper)
                return StrictKernel.make(call) { arguments, rowCount in
                    let texts = arguments.text(0)
                    let others = arguments.text(1)
                    let isOtherConstant = arguments[1].isConstant
                    var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                    var text = TextBuffer()
                    var other = TextBuffer()
                    if isOtherConstant { mapper.append(others[0], to: &other) }
                    for row in 0..<rowCount where result.isPresent(row) {
                        text.removeAll()
                        mapper.append(texts[row], to: &text)
                        if !isOtherConstant {
                            other.removeAll()
                            mapper.append(others[row], to: &other)
                        }
                        if holds(text.bytes, other.bytes) { result.set(row, 1) }
                    }
                    return try result.finish(call.type)
                }
            }
        )
    }
}
