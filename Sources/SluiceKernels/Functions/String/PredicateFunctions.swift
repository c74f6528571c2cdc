import SluiceColumns

extension StringFunctions {
    static let predicateFunctions: [ScalarFunction] = [
        predicate("IS_ALPHA", "all characters of the string are letters", .alpha, example: ("IS_ALPHA('abc')", "TRUE")),
        predicate(
            "IS_DECIMAL",
            "the string can be read as a number",
            .decimal,
            example: ("IS_DECIMAL('1.5')", "TRUE")
        ),
        predicate("IS_DIGIT", "all characters of the string are digits", .digit, example: ("IS_DIGIT('12')", "TRUE")),
    ]

    private enum Predicate { case alpha, decimal, digit }

    private static func predicate(
        _ name: String,
        _ condition: String,
        _ predicate: Predicate,
        example: (String, String)
    ) -> ScalarFunction {
        let rule = ArgumentRule("a string or a number") { $0.logical.isText || $0.logical.isNumber ? $0 : nil }
        return ScalarFunction(
            name,
            category: "string",
            signature: "\(name)(string)",
            summary: "Whether \(condition); FALSE for the empty string and for NULL.",
            example: example,
            takes: ArgumentList([rule]),
            gives: .notNull(.boolean),
            compile: { call in
                let type = call.argumentTypes[0].logical
                guard type.isText else {
                    let holds = holds(predicate, for: type)
                    return { arguments, rowCount in numberRows(call, arguments[0], holds, rowCount) }
                }
                return { arguments, rowCount in
                    let texts = arguments.text(0)
                    var result = LaneResult<UInt8>([], rowCount: rowCount)
                    for row in 0..<rowCount where !arguments[0].isNull(row) {
                        if holds(predicate, texts[row]) { result.set(row, 1) }
                    }
                    return try result.finish(call.type)
                }
            }
        )
    }

    /// What Flink says of numbers: it asks for the Java class of the value.
    private static func holds(_ predicate: Predicate, for type: LogicalType) -> Bool {
        switch predicate {
        case .alpha: return false
        case .digit: return type.isInteger
        case .decimal:
            if case .decimal = type { return false }
            return true
        }
    }

    private static func numberRows(_ call: ResolvedCall, _ column: Column, _ holds: Bool, _ rowCount: Int) -> Column {
        var lane = MutableLane<UInt8>(count: rowCount)
        var slots = lane.span
        for row in 0..<rowCount { slots[row] = holds && !column.isNull(row) ? 1 : 0 }
        return Column(type: call.type, count: rowCount, values: lane.finish())
    }

    private static func holds(_ predicate: Predicate, _ text: Span<UInt8>) -> Bool {
        if text.count == 0 { return false }
        if predicate == .decimal { return FloatText.parseJavaDouble(text) != nil }
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                let isMember = predicate == .digit ? byte &- 0x30 < 10 : (byte | 0x20) &- 0x61 < 26
                if !isMember { return false }
                index += 1
                continue
            }
            // Beyond U+FFFF Java looks at surrogates, which are neither letters nor digits.
            guard let (point, byteCount) = UnicodeText.codePoint(at: index, in: text), byteCount < 4,
                let category = Unicode.Scalar(point)?.properties.generalCategory
            else { return false }
            switch category {
            case .decimalNumber where predicate == .digit: break
            case .uppercaseLetter where predicate == .alpha: break
            case .lowercaseLetter where predicate == .alpha: break
            case .titlecaseLetter where predicate == .alpha: break
            case .modifierLetter where predicate == .alpha: break
            case .otherLetter where predicate == .alpha: break
            default: return false
            }
            index += byteCount
        }
        return true
    }
}
