extension Lexer {
    /// An operator or a bracket.
    mutating func lexSymbol() {
        let start = offset
        if let symbol = symbolOfTwo() {
            offset += symbol.utf8.count
            append(.symbol, from: start, text: symbol, keyword: symbol)
            return
        }
        let byte = bytes[offset]
        offset += 1
        let symbol = String(UnicodeScalar(byte))
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"),
            UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "|"), UInt8(ascii: "?"), UInt8(ascii: ":"),
            UInt8(ascii: "^"):
            append(.symbol, from: start, text: symbol, keyword: symbol)
        default:
            appendInvalid(unexpectedByte(byte, at: SourceSpan(start, offset)))
        }
    }

    /// The symbol of two bytes or three that starts here.
    private mutating func symbolOfTwo() -> String? {
        switch (peek(), peek(1)) {
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            isInHint = true
            return "/*+"
        case (UInt8(ascii: "*"), UInt8(ascii: "/")) where isInHint:
            isInHint = false
            return "*/"
        case (UInt8(ascii: "<"), UInt8(ascii: ">")): return "<>"
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): return "<="
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): return ">="
        case (UInt8(ascii: "="), UInt8(ascii: ">")): return "=>"
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): return "!="
        case (UInt8(ascii: "|"), UInt8(ascii: "|")): return "||"
        default: return nil
        }
    }

    private func unexpectedByte(_ byte: UInt8, at span: SourceSpan) -> SQLError {
        if byte == UInt8(ascii: "\"") {
            return SQLError(
                .unexpectedCharacter,
                "double quotes are not used in this SQL",
                at: span,
                hint: "write strings as 'text' and names as `name`"
            )
        }
        let shown = byte >= 0x20 && byte < 0x7F ? "'\(UnicodeScalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
        return SQLError(.unexpectedCharacter, "unexpected \(shown)", at: span)
    }

    /// `E'...'` with the escapes of C.
    mutating func lexEscapedString(from start: Int) throws(SQLError) {
        offset += 1
        var value: [UInt8] = []
        var failure: SQLError?
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "'"):
                guard peek() == byte else {
                    if let failure { return appendInvalid(failure) }
                    return append(.string, from: start, text: String(decoding: value, as: UTF8.self))
                }
                offset += 1
                value.append(byte)
            case UInt8(ascii: "\\"):
                do throws(SQLError) { try lexEscape(into: &value) } catch { failure = failure ?? error }
            default:
                value.append(byte)
            }
        }
        throw SQLError(
            .unterminatedString,
            "this string is not closed",
            at: SourceSpan(start, start + 2),
            hint: "close it with '"
        )
    }

    /// One escape, the backslash already read.
    private mutating func lexEscape(into value: inout [UInt8]) throws(SQLError) {
        let start = offset - 1
        let byte = peek()
        offset += offset < bytes.count ? 1 : 0
        switch byte {
        case UInt8(ascii: "b"): value.append(0x08)
        case UInt8(ascii: "f"): value.append(0x0C)
        case UInt8(ascii: "n"): value.append(0x0A)
        case UInt8(ascii: "r"): value.append(0x0D)
        case UInt8(ascii: "t"): value.append(0x09)
        case UInt8(ascii: "x"): try lexScalar(maximumDigits: 2, radix: 16, from: start, into: &value)
        case UInt8(ascii: "u"): try lexScalar(maximumDigits: 4, radix: 16, from: start, into: &value)
        case UInt8(ascii: "U"): try lexScalar(maximumDigits: 8, radix: 16, from: start, into: &value)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            offset -= 1
            try lexScalar(maximumDigits: 3, radix: 8, from: start, into: &value)
        default: value.append(byte)
        }
    }

    /// The digits of a numeric escape, written to `value` as UTF-8.
    private mutating func lexScalar(
        maximumDigits: Int,
        radix: Int,
        from start: Int,
        into value: inout [UInt8]
    ) throws(SQLError) {
        let first = offset
        while offset < bytes.count, offset - first < maximumDigits,
            Character(UnicodeScalar(bytes[offset])).hexDigitValue.map({ $0 < radix }) ?? false
        {
            offset += 1
        }
        guard let code = UInt32(slice(first, offset), radix: radix), let scalar = UnicodeScalar(code) else {
            throw SQLError(.invalidLiteral, "this escape is no character", at: SourceSpan(start, offset))
        }
        value.append(contentsOf: Array(String(Character(scalar)).utf8))
    }
}
