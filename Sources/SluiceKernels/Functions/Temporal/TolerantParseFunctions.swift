import SluiceColumns

extension TemporalFunctions {
    /// What Flink lacks for times in several or in broken forms.
    static let tolerantParseFunctions: [ScalarFunction] = [
        ScalarFunction(
            "TRY_TO_TIMESTAMP",
            category: "temporal",
            signature: "TRY_TO_TIMESTAMP(string, pattern1, pattern2, ...)",
            summary: "The timestamp that the string means by the first of the Java date patterns that fits; NULL where "
                + "none does. Not in Flink.",
            example: ("TRY_TO_TIMESTAMP('29/02/2024', 'yyyy-MM-dd', 'dd/MM/yyyy')", "2024-02-29 00:00:00.000"),
            takes: ArgumentList([.textOrNull, .textOrNull], repeatsLast: true),
            gives: .nullable(.timestamp(3)),
            compile: { call in
                let caches = call.argumentTypes.dropFirst().map { _ in DatePatternCache(.dateTimeFormatter) }
                return StrictKernel.make(call) { arguments, rowCount in
                    try firstFit(call, arguments, caches, rowCount)
                }
            }
        )
    ]

    private static func firstFit(
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ caches: [DatePatternCache],
        _ rowCount: Int
    ) throws -> Column {
        let texts = arguments.text(0)
        var result = LaneResult<Int64>(arguments, rowCount: rowCount)
        var isFound = [Bool](repeating: false, count: rowCount)
        for (index, cache) in caches.enumerated() {
            let forms = arguments.text(index + 1)
            for row in 0..<rowCount where !isFound[row] && result.isPresent(row) {
                guard let millis = strictMillis(texts[row], cache.pattern(forms[row])) else { continue }
                result.set(row, millis &* 1_000)
                isFound[row] = true
            }
        }
        for row in 0..<rowCount where !isFound[row] && result.isPresent(row) { result.setNull(row) }
        return try result.finish(call.type)
    }

    /// By the pattern alone; a broken pattern fits nothing.
    private static func strictMillis(_ text: Span<UInt8>, _ pattern: DatePattern?) -> Int64? {
        guard let pattern else { return nil }
        guard pattern.canParse else { return nil }
        return pattern.parse(text)?.local.millis
    }
}
