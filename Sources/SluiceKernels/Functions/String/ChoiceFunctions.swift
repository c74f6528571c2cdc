import SluiceColumns

extension StringFunctions {
    static let choiceFunctions: [ScalarFunction] = [
        ScalarFunction(
            "ELT",
            category: "string",
            signature: "ELT(index, value1, value2, ...)",
            summary: "The value with the given number (from 1); NULL where there is none.",
            example: ("ELT(2, 'a', 'b')", "b"),
            resolve: resolveChoice,
            makeKernel: { call in { arguments, rowCount in try choiceRows(call, arguments, rowCount) } }
        ),
        ScalarFunction(
            "UUID",
            category: "string",
            signature: "UUID()",
            summary: "A random universally unique identifier (version 4).",
            example: ("CHAR_LENGTH(UUID())", "36"),
            determinism: .perRow,
            takes: ArgumentList([]),
            gives: .notNull(.char(36)),
            compile: { call in
                var random = IdentifierRandom(seed: call.context.makeSeed())
                return { _, rowCount in
                    var result = TextResult([], rowCount: rowCount)
                    for row in 0..<rowCount {
                        random.appendIdentifier(&result.buffer)
                        result.setFromBuffer(row)
                    }
                    return try result.finish(call.type)
                }
            }
        ),
    ]

    @Sendable
    private static func resolveChoice(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let rule = ArgumentRule.textOrBinary.orNull(.string)
        let list = ArgumentList([.integer.orNull(.bigint), rule], repeatsLast: true)
        let types = try list.types("ELT", arguments)
        if case .integer(let index)? = arguments[0].literal, index < 0 {
            throw FunctionError("ELT counts from 1; there is no value \(index)", argument: 0)
        }
        let values = types.dropFirst().map(\.logical)
        let isText = values[0].isText
        if values.contains(where: { $0.isText != isText }) {
            throw FunctionError("ELT chooses among strings or among binary strings, not both")
        }
        let length = values.map(\.declaredLength).max() ?? LogicalType.maxLength
        var result = isText ? LogicalType.varchar(length) : .varbinary(length)
        if values.allSatisfy({ $0 == values[0] }) { result = values[0] }
        return ResolvedSignature(types, DataType(result))
    }

    private static func choiceRows(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        let indexes = arguments.lane(0, of: Int64.self)
        let isIndexNull = arguments[0].isConstant && rowCount > 0 && arguments[0].isNull(0)
        if isIndexNull { return .allNull(call.type, count: rowCount) }
        var result = TextResult([arguments[0]], rowCount: rowCount)
        result.share(arguments)
        for row in 0..<rowCount where result.isPresent(row) {
            let index = indexes[row]
            guard index >= 1, index < arguments.count, !arguments[Int(index)].isNull(row) else {
                result.setNull(row)
                continue
            }
            let chosen = arguments[Int(index)]
            result.set(row, view: chosen.views[chosen.isConstant ? 0 : row])
        }
        return try result.finish(call.type)
    }
}

/// The random bits of UUID: splitmix64 from a seed, so that a test can repeat them.
struct IdentifierRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Appends an identifier of version 4, variant 1 (RFC 9562).
    mutating func appendIdentifier(_ buffer: inout TextBuffer) {
        let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        buffer.append(lowerHexadecimal: high &>> 32, digitCount: 8)
        buffer.append(UInt8(ascii: "-"))
        buffer.append(lowerHexadecimal: high &>> 16, digitCount: 4)
        buffer.append(UInt8(ascii: "-"))
        buffer.append(lowerHexadecimal: high, digitCount: 4)
        buffer.append(UInt8(ascii: "-"))
        buffer.append(lowerHexadecimal: low &>> 48, digitCount: 4)
        buffer.append(UInt8(ascii: "-"))
        buffer.append(lowerHexadecimal: low, digitCount: 12)
    }
}

extension TextBuffer {
    /// Appends the last `digitCount` hexadecimal digits of a word.
    fileprivate mutating func append(lowerHexadecimal word: UInt64, digitCount: Int) {
        append(word, digitCount: digitCount, bitsPerDigit: 4, ten: UInt8(ascii: "a"))
    }
}
