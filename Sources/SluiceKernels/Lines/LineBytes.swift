import SluiceColumns

/// Looking at the bytes of one line, from some offset on.
enum LineBytes {
    /// The first offset from `start` on where `byte` stands; the end of the line where it does not.
    @inline(__always)
    static func find(_ byte: UInt8, in line: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < line.count, line[index] != byte { index += 1 }
        return index
    }

    /// Whether `byte` stands in the range.
    @inline(__always)
    static func contains(_ byte: UInt8, in line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where line[index] == byte { return true }
        return false
    }

    /// The offset of the quote that ends the text which begins at `start`; nil where none does.
    ///
    /// A backslash takes the byte behind it along.
    static func closingQuote(_ quote: UInt8, in line: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < line.count {
            if line[index] == quote { return index }
            index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// Whether `text`, which is ASCII, stands at `start`.
    static func has(_ text: StaticString, in line: Span<UInt8>, at start: Int) -> Bool {
        guard start >= 0, start + text.utf8CodeUnitCount <= line.count else { return false }
        return text.withUTF8Buffer { bytes in
            for index in 0..<bytes.count where line[start + index] != bytes[index] { return false }
            return true
        }
    }

    /// Whether the bytes are a single hyphen, which stands for nothing.
    static func isHyphen(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.count == 1 && line[range.lowerBound] == UInt8(ascii: "-")
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of the digits from `start` on, at most `digitCountMax` of them, and the offset behind them.
    static func number(_ line: Span<UInt8>, _ start: Int, digitCountMax: Int) -> (value: Int, end: Int) {
        var index = start
        var value = 0
        while index < line.count, index - start < digitCountMax, isDigit(line[index]) {
            value = value * 10 + Int(line[index] &- 0x30)
            index += 1
        }
        return (value, index)
    }

    /// Appends the bytes without the backslashes that keep the next byte as it is; `\n`, `\r` and `\t` are what they
    /// stand for.
    static func appendUnescaped(_ text: Span<UInt8>, to output: inout TextBuffer) {
        var index = 0
        while index < text.count {
            var byte = text[index]
            if byte == UInt8(ascii: "\\"), index + 1 < text.count {
                index += 1
                byte = text[index]
                switch byte {
                case UInt8(ascii: "n"): byte = 0x0a
                case UInt8(ascii: "r"): byte = 0x0d
                case UInt8(ascii: "t"): byte = 0x09
                default: break
                }
            }
            output.append(byte)
            index += 1
        }
    }
}

/// The wanted keys of lines whose fields have names of their own.
///
/// Lines of one source name their fields in the same order, so the key behind the one found last is tried first.
struct LineKeys {
    private let names: [[UInt8]]
    /// The field of each name.
    private let fields: [Int]
    private var next = 0

    /// Makes the keys of those names that are not nil; each by its place is a field.
    init(_ names: [String?]) {
        let wanted = names.indices.filter { names[$0] != nil }
        self.names = wanted.map { Array((names[$0] ?? "").utf8) }
        fields = wanted
    }

    /// The field of a key; nil where it is not wanted.
    mutating func field(_ line: Span<UInt8>, _ key: Range<Int>) -> Int? {
        let count = names.count
        var index = next < count ? next : 0
        for _ in 0..<count {
            if isEqual(index, line, key) {
                next = index + 1
                return fields[index]
            }
            index = index + 1 < count ? index + 1 : 0
        }
        return nil
    }

    private func isEqual(_ index: Int, _ line: Span<UInt8>, _ key: Range<Int>) -> Bool {
        let byteCount = names[index].count
        guard byteCount == key.count else { return false }
        for offset in 0..<byteCount where names[index][offset] != line[key.lowerBound + offset] { return false }
        return true
    }
}
