import SluiceColumns

/// `hashCode` of the Java objects that Flink holds values in.
enum JavaHash {
    /// Of `java.lang.String`, over its UTF-16 units.
    static func string(_ text: Span<UInt8>) -> Int32 {
        var hash: UInt32 = 0
        var index = 0
        while index < text.count {
            let (point, byteCount) = UnicodeText.codePoint(at: index, in: text) ?? (0xFFFD, 1)
            if point > 0xFFFF {
                hash = hash &* 31 &+ (0xD7C0 + point >> 10)
                hash = hash &* 31 &+ (0xDC00 + point & 0x3FF)
            } else {
                hash = hash &* 31 &+ point
            }
            index += byteCount
        }
        return Int32(bitPattern: hash)
    }

    /// Of Flink's `BinaryStringData`: MurmurHash3 of the UTF-8 bytes with the seed 42, whose last bytes are mixed in
    /// one by one.
    static func binaryString(_ text: Span<UInt8>) -> Int32 {
        var hash: UInt32 = 42
        let wholeCount = text.count & ~3
        var index = 0
        while index < wholeCount {
            var word: UInt32 = 0
            for byte in (0..<4).reversed() { word = word << 8 | UInt32(text[index + byte]) }
            hash = mixed(hash, word)
            index += 4
        }
        while index < text.count {
            hash = mixed(hash, UInt32(bitPattern: Int32(Int8(bitPattern: text[index]))))
            index += 1
        }
        hash ^= UInt32(truncatingIfNeeded: text.count)
        hash ^= hash >> 16
        hash = hash &* 0x85eb_ca6b
        hash ^= hash >> 13
        hash = hash &* 0xc2b2_ae35
        return Int32(bitPattern: hash ^ hash >> 16)
    }

    private static func mixed(_ hash: UInt32, _ word: UInt32) -> UInt32 {
        let scaled = word &* 0xcc9e_2d51
        let turned = (scaled << 15 | scaled >> 17) &* 0x1b87_3593
        let joined = hash ^ turned
        return (joined << 13 | joined >> 19) &* 5 &+ 0xe654_6b64
    }

    /// Of `Long`.
    static func long(_ value: Int64) -> Int32 { Int32(truncatingIfNeeded: value ^ value >> 32) }

    /// Of `BigDecimal`: the words of the magnitude, the sign and the scale.
    static func decimal(_ unscaled: Int128, scale: Int) -> Int32 {
        var hash: Int32 = 0
        for shift in stride(from: UInt128(96), through: 0, by: -32) {
            hash = hash &* 31 &+ Int32(truncatingIfNeeded: unscaled.magnitude >> shift)
        }
        return (unscaled < 0 ? 0 &- hash : hash) &* 31 &+ Int32(truncatingIfNeeded: scale)
    }

    /// Of one value that is not NULL; of types that are no collections.
    static func code(_ column: Column, _ slot: Int, ofText text: (Span<UInt8>) -> Int32) -> Int32 {
        switch column.type.logical {
        case .boolean: column.bools[slot] != 0 ? 1_231 : 1_237
        case .tinyint: Int32(column.int8s[slot])
        case .smallint: Int32(column.int16s[slot])
        case .bigint, .intervalDayTime: long(column.int64s[slot])
        case .float: column.floats[slot].isNaN ? 0x7FC0_0000 : Int32(bitPattern: column.floats[slot].bitPattern)
        case .double:
            long(column.doubles[slot].isNaN ? 0x7FF8 << 48 : Int64(bitPattern: column.doubles[slot].bitPattern))
        case .decimal(_, let scale):
            decimal(column.type.lane == .int64 ? Int128(column.int64s[slot]) : column.int128s[slot], scale: scale)
        case .timestamp, .timestampLTZ: timestamp(column, slot)
        case .char, .varchar: text(column.strings[slot])
        default: column.int32s[slot]
        }
    }

    /// Of `TimestampData`: its milliseconds, and its nanoseconds within the millisecond.
    private static func timestamp(_ column: Column, _ slot: Int) -> Int32 {
        let nanos = column.type.lane == .int128 ? column.int128s[slot] : Int128(column.int64s[slot]) * 1_000
        let millis = nanos >= 0 ? nanos / 1_000_000 : (nanos - 999_999) / 1_000_000
        return long(Int64(truncatingIfNeeded: millis)) &* 31
            &+ Int32(truncatingIfNeeded: nanos - millis * 1_000_000)
    }
}

extension HashFunctions {
    static let hashCodeFunctions: [ScalarFunction] = [
        ScalarFunction(
            "HASH_CODE",
            category: "hash",
            signature: "HASH_CODE(value)",
            summary: "The hash code that Java has for the value.",
            example: ("HASH_CODE('abc')", "96354"),
            takes: ArgumentList([
                ArgumentRule("a BOOLEAN, a number, a string, a DATE, a TIME or a TIMESTAMP") { type in
                    switch type.logical {
                    case .boolean, .char, .varchar, .date, .time, .timestamp: type
                    default: type.logical.isNumber ? type : nil
                    }
                }
            ]),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.set(row, JavaHash.code(arguments[0], row, ofText: JavaHash.string))
                }
                return try result.finish(call.type)
            }
        )
    ]
}
