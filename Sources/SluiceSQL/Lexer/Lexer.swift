/// What the lexer makes of a text.
struct Lexed {
    /// The UTF-8 bytes of the text.
    var source: [UInt8]
    /// All tokens; the last one is of kind `.end` or `.invalid`.
    var tokens: [Token]
    /// Why tokens are invalid, by their index.
    var errors: [Int: SQLError]
}

/// Cuts UTF-8 text into tokens, in one pass.
///
/// White space and comments (`-- ...`, `// ...`, `/* ... */`) are dropped; `/*+` and the `*/` that closes it are
/// tokens, for hints. A byte that starts no token becomes an invalid token; something that is not closed ends the
/// lexing, for it swallows the rest.
struct Lexer {
    let bytes: [UInt8]
    var offset = 0
    var tokens: [Token] = []
    var isInHint = false
    var errors: [Int: SQLError] = [:]

    /// All tokens of `text`.
    static func lex(_ text: String) -> Lexed {
        var lexer = Lexer(bytes: Array(text.utf8))
        lexer.tokens.reserveCapacity(lexer.bytes.count / 5 + 8)
        do throws(SQLError) {
            while try lexer.lexToken() {}
            lexer.append(.end, from: lexer.offset)
            return Lexed(source: lexer.bytes, tokens: lexer.tokens, errors: lexer.errors)
        } catch {
            lexer.appendInvalid(error)
            return Lexed(source: lexer.bytes, tokens: lexer.tokens, errors: lexer.errors)
        }
    }

    /// The byte `distance` ahead, 0 behind the end.
    func peek(_ distance: Int = 0) -> UInt8 {
        let index = offset + distance
        return index < bytes.count ? bytes[index] : 0
    }

    /// Lexes one token; false at the end.
    private mutating func lexToken() throws(SQLError) -> Bool {
        try skipBlanks()
        guard offset < bytes.count else { return false }
        let byte = bytes[offset]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            lexNumber()
        case UInt8(ascii: ".") where Self.isDigit(peek(1)):
            lexNumber()
        case UInt8(ascii: "'"):
            try lexString(.string, from: offset)
        case UInt8(ascii: "`"):
            try lexQuotedName()
        case _ where Self.startsWord(byte):
            try lexWord()
        default:
            lexSymbol()
        }
        return true
    }

    /// Appends a token of kind `kind` that reaches from `start` to here.
    mutating func append(_ kind: Token.Kind, from start: Int, text: String? = nil, keyword: String = "") {
        let span = SourceSpan(start, offset)
        tokens.append(Token(kind: kind, text: text ?? slice(start, offset), keyword: keyword, span: span))
    }

    /// Appends a token that is none.
    mutating func appendInvalid(_ error: SQLError) {
        errors[tokens.count] = error
        tokens.append(Token(kind: .invalid, text: "", keyword: "", span: error.span))
    }

    /// The text of a range of bytes.
    func slice(_ start: Int, _ end: Int) -> String {
        String(decoding: bytes[start..<end], as: UTF8.self)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Letters, `_`, `$` and every byte of a character beyond ASCII.
    static func startsWord(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "$") || byte >= 0x80
    }
}

extension Lexer {
    /// Skips white space and comments.
    private mutating func skipBlanks() throws(SQLError) {
        while offset < bytes.count {
            switch (bytes[offset], peek(1)) {
            case (UInt8(ascii: " "), _), (UInt8(ascii: "\t"), _), (UInt8(ascii: "\n"), _), (UInt8(ascii: "\r"), _),
                (0x0C, _):
                offset += 1
            case (UInt8(ascii: "-"), UInt8(ascii: "-")), (UInt8(ascii: "/"), UInt8(ascii: "/")):
                while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n"), bytes[offset] != UInt8(ascii: "\r") {
                    offset += 1
                }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")) where peek(2) != UInt8(ascii: "+"):
                try skipComment()
            default:
                return
            }
        }
    }

    /// Skips `/* ... */`; comments do not nest.
    private mutating func skipComment() throws(SQLError) {
        let start = offset
        offset += 2
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                offset += 2
                return
            }
            offset += 1
        }
        throw SQLError(
            .unterminatedComment,
            "this comment is not closed",
            at: SourceSpan(start, start + 2),
            hint: "close it with */"
        )
    }

    /// `1`, `1.5`, `.5`, `1.`, each with an exponent or without.
    private mutating func lexNumber() {
        let start = offset
        var kind = Token.Kind.integer
        skipDigits()
        if peek() == UInt8(ascii: ".") {
            kind = .decimal
            offset += 1
            skipDigits()
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if Self.isDigit(peek(signed ? 2 : 1)) {
                kind = .approximate
                offset += signed ? 2 : 1
                skipDigits()
            }
        }
        append(kind, from: start)
    }

    private mutating func skipDigits() {
        while Self.isDigit(peek()) { offset += 1 }
    }

    /// A keyword, a name, or the prefix of a string.
    private mutating func lexWord() throws(SQLError) {
        let start = offset
        while offset < bytes.count, Self.startsWord(bytes[offset]) || Self.isDigit(bytes[offset]) { offset += 1 }
        if peek() == UInt8(ascii: "'"), try lexPrefixedString(from: start) { return }
        if peek() == UInt8(ascii: "&"), peek(1) == UInt8(ascii: "'"), offset - start == 1,
            bytes[start] | 0x20 == UInt8(ascii: "u")
        {
            offset += 1
            return try lexString(.unicodeString, from: start)
        }
        let text = slice(start, offset)
        append(.word, from: start, text: text, keyword: text.uppercased())
    }

    /// `X'..'`, `N'..'`, `E'..'` and `_charset'..'`; false if the word is none of these prefixes.
    private mutating func lexPrefixedString(from start: Int) throws(SQLError) -> Bool {
        let first = bytes[start] | 0x20
        if bytes[start] == UInt8(ascii: "_") {
            let charset = slice(start + 1, offset).uppercased()
            guard ["UTF8", "UTF16", "UTF32", "LATIN1", "ASCII"].contains(charset) else { return false }
            try lexString(.string, from: start)
            return true
        }
        guard offset - start == 1 else { return false }
        switch first {
        case UInt8(ascii: "x"): try lexString(.binaryString, from: start)
        case UInt8(ascii: "n"): try lexString(.string, from: start)
        case UInt8(ascii: "e"): try lexEscapedString(from: start)
        default: return false
        }
        return true
    }

    /// A string whose opening quote is here; two quotes stand for one.
    private mutating func lexString(_ kind: Token.Kind, from start: Int) throws(SQLError) {
        let value = try lexQuoted(UInt8(ascii: "'"))
        guard let value else {
            throw SQLError(
                .unterminatedString,
                "this string is not closed",
                at: SourceSpan(start, start + 1),
                hint: "close it with '"
            )
        }
        append(kind, from: start, text: value)
    }

    private mutating func lexQuotedName() throws(SQLError) {
        let start = offset
        let value = try lexQuoted(UInt8(ascii: "`"))
        guard let value else {
            throw SQLError(
                .unterminatedIdentifier,
                "this quoted name is not closed",
                at: SourceSpan(start, start + 1),
                hint: "close it with `"
            )
        }
        guard !value.isEmpty else {
            return appendInvalid(SQLError(.syntaxError, "a name cannot be empty", at: SourceSpan(start, offset)))
        }
        append(.quotedName, from: start, text: value)
    }

    /// What stands between two `quote` bytes, the first of them here; nil if the second is missing.
    private mutating func lexQuoted(_ quote: UInt8) throws(SQLError) -> String? {
        offset += 1
        var value: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == quote {
                guard peek() == quote else { return String(decoding: value, as: UTF8.self) }
                offset += 1
            }
            value.append(byte)
        }
        return nil
    }
}
