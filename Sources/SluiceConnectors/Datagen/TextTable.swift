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
        var digits = 1
        var limit = 10
        while digits < 19 && (digits < digitCount || number >= limit) {
            digits += 1
            limit = limit &* 10
        }
        let end = count + digits
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits))
        var rest = number
        var at = end
        while rest > 0 {
            at -= 1
            self[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Appends `digitCount` hexadecimal digits of `bits`, the highest of them first.
    mutating func append(hexadecimal bits: UInt64, digitCount: Int) {
        for digit in stride(from: digitCount - 1, through: 0, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: bits >> UInt64(digit * 4)) & 15
            // From '9' to 'a' it is 39 further; a branch on random digits would be mispredicted half of the time.
            append(UInt8(ascii: "0") &+ nibble &+ ((nibble &+ 6) >> 4) &* 39)
        }
    }
}
