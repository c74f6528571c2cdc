/// Rewrites a regular expression of `java.util.regex` in the language of PCRE2.
///
/// What both read alike is copied. What only Java has is rewritten (`\uXXXX`, `\p{Alpha}`, octal escapes, classes in
/// classes, `&&`) or refused as unsupported (some flags); what only PCRE2 has is refused as no pattern, as Java does.
/// One difference stays: `(?i)` is Unicode-aware here, in Java only with `(?iu)`.
struct JavaPattern {
    private let source: [UInt8]
    private var index = 0
    private var output: [UInt8] = []

    private init(_ source: [UInt8]) { self.source = source }

    /// The pattern for PCRE2.
    static func translated(_ source: [UInt8]) throws(RegexError) -> [UInt8] {
        var translator = JavaPattern(source)
        translator.output.reserveCapacity(source.count + 16)
        while translator.index < source.count { try translator.step() }
        return translator.output
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < source.count ? source[index + distance] : nil
    }

    private mutating func copy(_ count: Int = 1) {
        output.append(contentsOf: source[index..<min(index + count, source.count)])
        index += count
    }

    private mutating func write(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func step() throws(RegexError) {
        switch source[index] {
        case UInt8(ascii: "\\"): try escape(inClass: false)
        case UInt8(ascii: "["): try characterClass()
        case UInt8(ascii: "("): try group()
        case UInt8(ascii: "{"): try repetition()
        default: copy()
        }
    }

    /// `{n}`, `{n,}` or `{n,m}`; PCRE2 would take anything else as text.
    private mutating func repetition() throws(RegexError) {
        var end = index + 1
        var commaCount = 0
        var digitCount = 0
        while end < source.count, source[end] != UInt8(ascii: "}") {
            if source[end] == UInt8(ascii: ",") {
                commaCount += 1
                if digitCount == 0 { throw .invalid }
            } else if source[end] &- 0x30 < 10 {
                digitCount += 1
            } else {
                throw .invalid
            }
            end += 1
        }
        guard end < source.count, digitCount > 0, commaCount < 2 else { throw .invalid }
        copy(end + 1 - index)
    }

    private mutating func group() throws(RegexError) {
        if peek(1) == UInt8(ascii: "*") { throw .invalid }
        guard peek(1) == UInt8(ascii: "?") else { return copy() }
        switch peek(2) {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: ">"): copy(3)
        case UInt8(ascii: "<"): copy(3)
        default: try flags()
        }
    }

    private mutating func flags() throws(RegexError) {
        write("(?")
        index += 2
        while let byte = peek() {
            index += 1
            switch byte {
            case UInt8(ascii: "i"), UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "-"): output.append(byte)
            case UInt8(ascii: "u"): break
            case UInt8(ascii: ")"), UInt8(ascii: ":"): return output.append(byte)
            case UInt8(ascii: "U") where output == Array("(?".utf8):
                // At the start of the pattern only, where PCRE2 takes it for the whole.
                output = Array("(*UCP)(?".utf8)
            case UInt8(ascii: "d"), UInt8(ascii: "x"), UInt8(ascii: "U"):
                throw .unsupported("the flag \(Character(Unicode.Scalar(byte)))")
            default: throw .invalid
            }
        }
        throw .invalid
    }

    /// `[...]`, in which Java knows classes in classes, which are joined, and `&&`, which intersects.
    ///
    /// What has neither is copied; else it becomes alternatives and looking ahead.
    private mutating func characterClass() throws(RegexError) {
        let before = output
        output = []
        index += 1
        let isNegated = peek() == UInt8(ascii: "^")
        if isNegated { index += 1 }
        if peek() == UInt8(ascii: "]") { copy() }
        var operands: [[UInt8]] = []
        var nested: [[UInt8]] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "]"):
                index += 1
                if operands.isEmpty, nested.isEmpty {
                    output = before + Array((isNegated ? "[^" : "[").utf8) + output + [byte]
                } else {
                    operands.append(try JavaPattern.union(output, nested))
                    output = before + JavaPattern.intersection(operands, isNegated: isNegated)
                }
                return
            case UInt8(ascii: "["):
                let plain = output
                output = []
                try characterClass()
                nested.append(output)
                output = plain
            case UInt8(ascii: "&") where peek(1) == byte:
                index += 2
                operands.append(try JavaPattern.union(output, nested))
                (output, nested) = ([], [])
            case UInt8(ascii: "\\"): try escape(inClass: true)
            case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "="):
                // Behind the bracket these would begin a class of POSIX.
                write("\\")
                copy()
            default: copy()
            }
        }
        throw .invalid
    }

    /// One character of the plain items of a class or of the classes in it.
    private static func union(_ plain: [UInt8], _ nested: [[UInt8]]) throws(RegexError) -> [UInt8] {
        let parts = (plain.isEmpty ? [] : [Array("[".utf8) + plain + Array("]".utf8)]) + nested
        if parts.isEmpty { throw .invalid }
        if parts.count == 1 { return parts[0] }
        return Array("(?:".utf8) + Array(parts.joined(separator: "|".utf8)) + Array(")".utf8)
    }

    /// One character that all operands fit, or that they do not all fit.
    private static func intersection(_ operands: [[UInt8]], isNegated: Bool) -> [UInt8] {
        var fitting: [UInt8] = []
        for operand in operands.dropLast() { fitting += Array("(?=".utf8) + operand + Array(")".utf8) }
        fitting += operands.last ?? []
        if isNegated { return Array("(?:(?!".utf8) + fitting + Array(")(?s:.))".utf8) }
        return Array("(?:".utf8) + fitting + Array(")".utf8)
    }

    private mutating func escape(inClass: Bool) throws(RegexError) {
        guard let next = peek(1) else { throw .invalid }
        switch next {
        case UInt8(ascii: "u"): try unicodeEscape()
        case UInt8(ascii: "0"): try octalEscape()
        case UInt8(ascii: "p"), UInt8(ascii: "P"): try property(inClass: inClass)
        case UInt8(ascii: "Q"): quotation()
        case UInt8(ascii: "N"): throw .unsupported("\\N")
        case UInt8(ascii: "b") where peek(2) == UInt8(ascii: "{"): throw .unsupported("\\b{g}")
        default:
            let isLetter = (next | 0x20) &- 0x61 < 26
            let known = "dDsSwWhHvVRXbBAGZzkxtnrfaecE".utf8
            if isLetter, !known.contains(next) { throw .invalid }
            copy(2)
        }
    }

    private mutating func quotation() {
        copy(2)
        while index < source.count {
            if peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "E") { return copy(2) }
            copy()
        }
    }

    /// `\uXXXX`; two of them may be a surrogate pair.
    private mutating func unicodeEscape() throws(RegexError) {
        guard var point = hexadecimal(at: index + 2, count: 4) else { throw .invalid }
        index += 6
        if point & 0xFC00 == 0xD800, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u"),
            let low = hexadecimal(at: index + 2, count: 4), low & 0xFC00 == 0xDC00
        {
            point = 0x10000 + (point & 0x3FF) << 10 + (low & 0x3FF)
            index += 6
        }
        if point & 0xF800 == 0xD800 { throw .unsupported("half of a surrogate pair") }
        write("\\x{" + String(point, radix: 16) + "}")
    }

    private func hexadecimal(at start: Int, count: Int) -> Int? {
        guard start + count <= source.count else { return nil }
        var value = 0
        for byte in source[start..<start + count] {
            guard let digit = HexText.value(byte) else { return nil }
            value = value << 4 | Int(digit)
        }
        return value
    }

    /// `\0n`, `\0nn` or `\0mnn`.
    private mutating func octalEscape() throws(RegexError) {
        index += 2
        var value = 0
        var digitCount = 0
        while digitCount < 3, let byte = peek(), byte &- 0x30 < 8, value * 8 + Int(byte &- 0x30) <= 0xFF {
            value = value * 8 + Int(byte &- 0x30)
            digitCount += 1
            index += 1
        }
        if digitCount == 0 { throw .invalid }
        write("\\x{" + String(value, radix: 16) + "}")
    }

    /// POSIX names of Java are ASCII sets; `Is` goes before scripts, categories and binary properties.
    private static let asciiSets: [String: String] = [
        "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x00-\\x7F", "Alpha": "a-zA-Z", "Digit": "0-9",
        "Alnum": "a-zA-Z0-9", "Punct": "!-\\/:-@\\[-`{-~", "Graph": "!-~", "Print": "\\x20-~", "Blank": "\\x20\\t",
        "Cntrl": "\\x00-\\x1F\\x7F", "XDigit": "0-9a-fA-F", "Space": "\\x20\\t\\n\\x0B\\f\\r",
    ]

    private mutating func property(inClass: Bool) throws(RegexError) {
        let isNegated = source[index + 1] == UInt8(ascii: "P")
        guard peek(2) == UInt8(ascii: "{") else { return copy(3) }
        guard let end = source[index...].firstIndex(of: UInt8(ascii: "}")) else { throw .invalid }
        var name = String(decoding: source[index + 3..<end], as: UTF8.self)
        index = end + 1
        if let set = JavaPattern.asciiSets[name] {
            if inClass, isNegated { throw .unsupported("\\P{\(name)} inside a class") }
            return write(inClass ? set : isNegated ? "[^\(set)]" : "[\(set)]")
        }
        if name.hasPrefix("In") || name.hasPrefix("java") || name.hasPrefix("block") || name.contains("=") {
            throw .unsupported("\\p{\(name)}")
        }
        if name.hasPrefix("Is") { name.removeFirst(2) }
        write((isNegated ? "\\P{" : "\\p{") + name + "}")
    }
}
