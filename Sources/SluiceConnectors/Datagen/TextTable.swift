/// Texts laid end to end in one block of bytes, told apart by number.
struct TextTable: Sendable {
    /// All texts, UTF-8.
    private(set) var bytes: [UInt8] = []
    /// Where each text starts, and where the last one ends.
    private(set) var starts: [Int32] = [0]

    init() {}

    init(_ texts: [String]) {
        for text in texts {
            append { $0.append(contentsOf: text.utf8) }
        }
    }

    var count: Int { starts.count - 1 }

    /// Where text `index` lies in `bytes`.
    @inline(__always)
    func range(_ index: Int) -> Range<Int> {
        Int(starts[index])..<Int(starts[index + 1])
    }

    /// Bytes of text `index`.
    @inline(__always)
    func byteCount(_ index: Int) -> Int {
        Int(starts[index + 1] - starts[index])
    }

    /// Adds one text; `write` appends its bytes.
    mutating func append(_ write: (inout [UInt8]) -> Void) {
        write(&bytes)
        starts.append(Int32(bytes.count))
    }

    /// The text as a string; for error messages and tests.
    func string(_ index: Int) -> String {
        String(decoding: bytes[range(index)], as: UTF8.self)
    }
}

/// A text that is a piece of a longer one.
struct TextCut: Equatable {
    var start: Int
    var byteCount: Int
}

extension [UInt8] {
    /// Appends the text's UTF-8.
    @inline(__always)
    mutating func append(text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends a number in decimal.
    ///
    /// - Parameters:
    ///   - number: not negative.
    ///   - digitCount: at least so many digits, with leading zeros.
    mutating func append(decimal number: Int, digitCount: Int = 1) {
        if number >= 10_000 || digitCount > 4 {
            append(decimal: number / 10_000, digitCount: Swift.max(digitCount - 4, 0))
            append(decimal: number % 10_000, digitCount: 4)
            return
        }
        let zero = UInt8(ascii: "0")
        let small = UInt32(truncatingIfNeeded: number)
        if small >= 1000 || digitCount > 3 { append(zero &+ UInt8(truncatingIfNeeded: small / 1000)) }
        if small >= 100 || digitCount > 2 { append(zero &+ UInt8(truncatingIfNeeded: small / 100 % 10)) }
        if small >= 10 || digitCount > 1 { append(zero &+ UInt8(truncatingIfNeeded: small / 10 % 10)) }
        if small > 0 || digitCount > 0 { append(zero &+ UInt8(truncatingIfNeeded: small % 10)) }
    }

    /// Appends the `digitCount` lowest hexadecimal digits of `bits`, at most 16.
    mutating func append(hexadecimal bits: UInt64, digitCount: Int) {
        if digitCount > 8 {
            append(hexadecimal: bits >> 32, digitCount: digitCount - 8)
        }
        let count = Swift.min(digitCount, 8)
        // The digits that are wanted lie in front when the lowest is in the last byte in memory.
        Swift.withUnsafeBytes(of: Self.hexadecimalDigits(UInt32(truncatingIfNeeded: bits)).bigEndian) { digits in
            append(contentsOf: digits[(8 - count)...])
        }
    }

    /// Eight digits, a byte each, the lowest in the lowest byte.
    @inline(__always)
    private static func hexadecimalDigits(_ bits: UInt32) -> UInt64 {
        var nibbles = UInt64(bits)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // From '9' to 'a' it is 39 further.
        let letters = ((nibbles &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }
}
