/// The flags of a pattern that PCRE2 does not know as Java does.
struct JavaFlags {
    /// `i`: letters match in either case, those of ASCII alone unless `isUnicode`.
    var ignoresCase = false
    /// `u`.
    var isUnicode = false
    /// `x`: white space and comments mean nothing.
    var skipsSpace = false

    /// Whether PCRE2, which knows the cases of all letters, would match more than Java.
    var ignoresCaseOfASCII: Bool { ignoresCase && !isUnicode }
}

// What the flags `i`, `u` and `x` make of literals and classes.
extension JavaPattern {
    /// `(?ims-ims)` and `(?ims-ims:...)`.
    mutating func readFlags() throws(RegexError) {
        let start = index
        let before = flags
        var letters: [UInt8] = []
        var isOff = false
        index += 2
        while let byte = peek() {
            index += 1
            switch byte {
            case UInt8(ascii: "i"), UInt8(ascii: "m"), UInt8(ascii: "s"):
                if byte == UInt8(ascii: "i") { flags.ignoresCase = !isOff }
                letters.append(byte)
            case UInt8(ascii: "-") where !isOff:
                isOff = true
                letters.append(byte)
            case UInt8(ascii: "u"): flags.isUnicode = !isOff
            case UInt8(ascii: "x"): flags.skipsSpace = !isOff
            case UInt8(ascii: "U") where start == 0 && !isOff:
                // At the start of the pattern only, where PCRE2 takes it for the whole.
                output = Array("(*UCP)".utf8)
                flags.isUnicode = true
            case UInt8(ascii: ")"), UInt8(ascii: ":"):
                if byte == UInt8(ascii: ":") { outerFlags.append(before) }
                output += Array("(?".utf8) + letters + [byte]
                return
            case UInt8(ascii: "d"), UInt8(ascii: "U"):
                throw .unsupported("the flag \(Character(Unicode.Scalar(byte)))")
            default: throw .invalid
            }
        }
        throw .invalid
    }

    /// Passes over white space or a comment of `(?x)`; false where there is none.
    mutating func skipSpace() -> Bool {
        guard let byte = peek() else { return false }
        if byte == 0x20 || byte &- 0x09 < 5 {
            index += 1
        } else if byte == UInt8(ascii: "#") {
            while let byte = peek(), byte != 0x0A, byte != 0x0D { index += 1 }
        } else {
            return false
        }
        // What follows must not become a part of the number of a group.
        if let last = output.last, last &- 0x30 < 10, let next = peek(), next &- 0x30 < 10 { write("(?:)") }
        return true
    }

    /// One character that means itself.
    mutating func literal() {
        let byte = source[index]
        guard flags.ignoresCaseOfASCII, byte >= 0x80 || JavaPattern.hasForeignCase(byte) else { return copy() }
        var byteCount = 1
        while let next = peek(byteCount), byte >= 0x80, next & 0xC0 == 0x80 { byteCount += 1 }
        let character = Array(source[index..<index + byteCount])
        index += byteCount
        output += guarded(byte < 0x80 ? Array("[".utf8) + [byte, byte ^ 0x20] + Array("]".utf8) : character)
    }

    /// One character by its number.
    mutating func write(point: Int, inClass: Bool) {
        let text = Array(("\\x{" + String(point, radix: 16) + "}").utf8)
        if inClass || !flags.ignoresCaseOfASCII { return output += text }
        if let byte = UInt8(exactly: point), JavaPattern.hasForeignCase(byte) {
            output += guarded(Array("[".utf8) + [byte, byte ^ 0x20] + Array("]".utf8))
        } else {
            output += point < 0x80 ? text : guarded(text)
        }
    }

    /// What stands for one character, as it is where only letters of ASCII have two cases.
    func guarded(_ text: [UInt8]) -> [UInt8] {
        flags.ignoresCaseOfASCII ? Array("(?-i:".utf8) + text + Array(")".utf8) : text
    }

    /// Whether a letter outside of ASCII is a case of this byte: the sign of Kelvin of K, the long S of S.
    private static func hasForeignCase(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "k") || byte | 0x20 == UInt8(ascii: "s")
    }

    /// The items of a class with the other cases of its ASCII letters.
    ///
    /// Those are written as ranges, in front, so that no `-` of the class gets another meaning.
    func bothCases(_ items: [UInt8]) -> [UInt8] {
        if !flags.ignoresCaseOfASCII { return items }
        var added: [UInt8] = []
        var index = 0
        while index < items.count {
            guard let first = JavaPattern.character(items, &index) else { continue }
            var last = first
            if index + 1 < items.count, items[index] == UInt8(ascii: "-") {
                var end = index + 1
                if let upper = JavaPattern.character(items, &end) { (last, index) = (upper, end) }
            }
            for start in [0x41, 0x61] where first <= last {
                let (low, high) = (max(first, start), min(last, start + 25))
                if low <= high { added += [UInt8(low ^ 0x20), UInt8(ascii: "-"), UInt8(high ^ 0x20)] }
            }
        }
        return added + items
    }

    /// The character at `index` of the items of a class, which moves behind it; nil for a set such as `\d`.
    private static func character(_ items: [UInt8], _ index: inout Int) -> Int? {
        let byte = items[index]
        index += 1
        guard byte == UInt8(ascii: "\\"), index < items.count else {
            if byte < 0x80 { return Int(byte) }
            while index < items.count, items[index] & 0xC0 == 0x80 { index += 1 }
            return Int(byte)
        }
        let kind = items[index]
        index += 1
        if index < items.count, items[index] == UInt8(ascii: "{"),
            let end = items[index...].firstIndex(of: UInt8(ascii: "}"))
        {
            let digits = String(decoding: items[index + 1..<end], as: UTF8.self)
            index = end + 1
            return kind == UInt8(ascii: "x") ? Int(digits, radix: 16) : nil
        }
        return (kind | 0x20) &- 0x61 < 26 ? nil : Int(kind)
    }
}
