/// One token of SQL.
struct Token: Sendable {
    /// What a token is.
    enum Kind: Sendable {
        /// A keyword or an unquoted name.
        case word
        /// A name in back quotes; `text` holds it undone.
        case quotedName
        /// A string; `text` holds its value.
        case string
        /// `U&'...'`; `text` holds its value with the escapes still in it.
        case unicodeString
        /// `X'...'`; `text` holds the digits.
        case binaryString
        case integer
        case decimal
        case approximate
        /// An operator or a bracket.
        case symbol
        /// Something the lexer refused; `Lexed.error` says why.
        case invalid
        /// Behind the last token.
        case end
    }

    var kind: Kind
    /// What was written, or for strings and quoted names what it stands for.
    var text: String
    /// For words the text in upper case, for symbols the symbol, else empty.
    var keyword: String
    var span: SourceSpan
}
