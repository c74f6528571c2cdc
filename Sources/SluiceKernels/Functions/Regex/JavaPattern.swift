import SluiceColumns

/// Rewrites a regular expression of `java.util.regex` in the language of PCRE2.
///
/// What both read alike is copied. What only Java has is rewritten (`\uXXXX`, `\p{Alpha}`, octal escapes, classes in
/// classes, `&&`, `(?x)`, `(?i)` for ASCII letters alone) or refused as unsupported (some flags); what only PCRE2 has
/// is refused as no pattern, as Java does. One difference stays: a reference to a group is Unicode-aware under `(?i)`.
struct JavaPattern {
    let source: [UInt8]
    var index = 0
    var output: [UInt8] = []
    /// The flags that hold here, and those that hold behind each group that is open.
    var flags = JavaFlags()
    var outerFlags: [JavaFlags] = []

    private init(_ source: [UInt8]) { self.source = source }

    /// The pattern for PCRE2.
    static func translated(_ source: [UInt8]) throws(RegexError) -> [UInt8] {
        var translator = JavaPattern(source)
        translator.output.reserveCapacity(source.count + 16)
        while translator.index < source.count { try translator.step() }
        return translator.output
    }

    func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < source.count ? source[index + distance] : nil
    }

    mutating func copy(_ count: Int = 1) {
        output.append(contentsOf: source[index..<min(index + count, source.count)])
        index += count
    }

    mutating func write(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func step() throws(RegexError) {
        let byte = source[index]
        switch byte {
        case UInt8(ascii: "\\"): try escape(inClass: false)
        case UInt8(ascii: "["):
            let before = output
            output = []
            try characterClass()
            output = before + guarded(output)
        case UInt8(ascii: "("): try group()
        case UInt8(ascii: ")"):
            flags = outerFlags.popLast() ?? flags
            copy()
        case UInt8(ascii: "{"): try repetition()
        default: if !flags.skipsSpace || !skipSpace() { literal() }
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
        let before = flags
        guard peek(1) == UInt8(ascii: "?") else {
            outerFlags.append(before)
            return copy()
        }
        switch peek(2) {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: ">"):
            outerFlags.append(before)
            copy(3)
        case UInt8(ascii: "<"):
            outerFlags.append(before)
            let isLookBehind = peek(3) == UInt8(ascii: "=") || peek(3) == UInt8(ascii: "!")
            if isLookBehind { copy(4) } else { try copyName(from: 3) }
        default: try readFlags()
        }
    }

    /// Copies up to the `>` behind the name of a group that begins `distance` bytes on.
    private mutating func copyName(from distance: Int) throws(RegexError) {
        guard index + distance < source.count,
            let end = source[(index + distance)...].firstIndex(of: UInt8(ascii: ">"))
        else { throw .invalid }
        copy(end + 1 - index)
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
        if peek() == UInt8(ascii: "]") {
            write("\\]")
            index += 1
        }
        var operands: [[UInt8]] = []
        var nested: [[UInt8]] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "]"):
                index += 1
                output = bothCases(output)
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
                operands.append(try JavaPattern.union(bothCases(output), nested))
                (output, nested) = ([], [])
            case UInt8(ascii: "\\"): try escape(inClass: true)
            case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "="):
                // Behind the bracket these would begin a class of POSIX.
                write("\\")
                copy()
            default: if !flags.skipsSpace || !skipSpace() { copy() }
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
        case UInt8(ascii: "u"): try unicodeEscape(inClass: inClass)
        case UInt8(ascii: "0"): try octalEscape(inClass: inClass)
        case UInt8(ascii: "x"): try hexadecimalEscape(inClass: inClass)
        case UInt8(ascii: "c"): copy(3)
        case UInt8(ascii: "k"):
            guard peek(2) == UInt8(ascii: "<") else { throw .invalid }
            try copyName(from: 3)
        case UInt8(ascii: "p"), UInt8(ascii: "P"): try property(inClass: inClass)
        case UInt8(ascii: "Q"): quotation(inClass: inClass)
        case UInt8(ascii: "N"): throw .unsupported("\\N")
        case UInt8(ascii: "b") where peek(2) == UInt8(ascii: "{"): throw .unsupported("\\b{g}")
        default:
            let isLetter = (next | 0x20) &- 0x61 < 26
            let known = "dDsSwWhHvVRXbBAGZztnrfae".utf8
            if isLetter, !known.contains(next) { throw .invalid }
            copy(2)
        }
    }

    /// `\Q...\E`, in which nothing is special.
    private mutating func quotation(inClass: Bool) {
        index += 2
        while index < source.count {
            if peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "E") {
                index += 2
                return
            }
            if source[index] < 0x80, !isWord(source[index]) {
                write("\\")
                copy()
            } else if inClass {
                copy()
            } else {
                literal()
            }
        }
    }

    private func isWord(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }

    /// `\uXXXX`; two of them may be a surrogate pair.
    private mutating func unicodeEscape(inClass: Bool) throws(RegexError) {
        guard var point = hexadecimal(at: index + 2, count: 4) else { throw .invalid }
        index += 6
        if point & 0xFC00 == 0xD800, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u"),
            let low = hexadecimal(at: index + 2, count: 4), low & 0xFC00 == 0xDC00
        {
            point = 0x10000 + (point & 0x3FF) << 10 + (low & 0x3FF)
            index += 6
        }
        if point & 0xF800 == 0xD800 { throw .unsupported("half of a surrogate pair") }
        write(point: point, inClass: inClass)
    }

    /// `\xhh` or `\x{h...}`.
    private mutating func hexadecimalEscape(inClass: Bool) throws(RegexError) {
        var point: Int?
        if peek(2) == UInt8(ascii: "{") {
            guard let end = source[index...].firstIndex(of: UInt8(ascii: "}")), end - index < 12 else { throw .invalid }
            point = hexadecimal(at: index + 3, count: end - index - 3)
            index = end + 1
        } else {
            point = hexadecimal(at: index + 2, count: 2)
            index += 4
        }
        guard let point, point <= 0x10FFFF else { throw .invalid }
        if point & 0x1F_F800 == 0xD800 { throw .unsupported("half of a surrogate pair") }
        write(point: point, inClass: inClass)
    }

    private func hexadecimal(at start: Int, count: Int) -> Int? {
        guard count > 0, start + count <= source.count else { return nil }
        var value = 0
        for byte in source[start..<start + count] {
            guard let digit = HexText.value(byte) else { return nil }
            value = value << 4 | Int(digit)
        }
        return value
    }

    /// `\0n`, `\0nn` or `\0mnn`.
    private mutating func octalEscape(inClass: Bool) throws(RegexError) {
        index += 2
        var value = 0
        var digitCount = 0
        while digitCount < 3, let byte = peek(), byte &- 0x30 < 8, value * 8 + Int(byte &- 0x30) <= 0xFF {
            value = value * 8 + Int(byte &- 0x30)
            digitCount += 1
            index += 1
        }
        if digitCount == 0 { throw .invalid }
        write(point: value, inClass: inClass)
    }
}
