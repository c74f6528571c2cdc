/// Why a statement was refused, and where.
package struct SQLError: Error, Sendable, Hashable {
    /// A stable name of a kind of error; targets add their own.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name scripts match on, such as `unknownColumn`.
        package var text: String

        package init(_ text: String) {
            self.text = text
        }

        package var description: String { text }
    }

    /// All that an error holds.
    ///
    /// It is a class so that an error is one word: with typed throws each call that can fail
    /// keeps room for an error on the stack, and the parser nests many such calls.
    private final class Contents: Sendable {
        let code: Code
        let message: String
        let span: SourceSpan
        let hint: String?

        init(_ code: Code, _ message: String, _ span: SourceSpan, _ hint: String?) {
            self.code = code
            self.message = message
            self.span = span
            self.hint = hint
        }
    }

    private var contents: Contents

    package init(_ code: Code, _ message: String, at span: SourceSpan, hint: String? = nil) {
        contents = Contents(code, message, span, hint)
    }

    /// Stable; scripts match on it.
    package var code: Code { contents.code }
    /// For people; may change.
    package var message: String {
        get { contents.message }
        set { contents = Contents(code, newValue, span, hint) }
    }
    /// Where, in the text that was parsed.
    package var span: SourceSpan {
        get { contents.span }
        set { contents = Contents(code, message, newValue, hint) }
    }
    /// What to do about it.
    package var hint: String? {
        get { contents.hint }
        set { contents = Contents(code, message, span, newValue) }
    }

    package static func == (lhs: SQLError, rhs: SQLError) -> Bool {
        lhs.code == rhs.code && lhs.message == rhs.message && lhs.hint == rhs.hint
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
        hasher.combine(hint)
    }
}

extension SQLError: CustomStringConvertible {
    /// The code and the message, without a place.
    package var description: String { "\(code): \(message)" }
}

extension SQLError.Code {
    /// A token that the grammar does not allow there.
    package static let unexpectedToken = Self("unexpectedToken")
    /// A statement that breaks a rule of the grammar that is not about one token.
    package static let syntaxError = Self("syntaxError")
    /// A reserved word where a name must stand.
    package static let reservedWord = Self("reservedWord")
    /// A byte that starts no token.
    package static let unexpectedCharacter = Self("unexpectedCharacter")
    /// A string without its closing quote.
    package static let unterminatedString = Self("unterminatedString")
    /// A quoted name without its closing back quote.
    package static let unterminatedIdentifier = Self("unterminatedIdentifier")
    /// A `/*` without `*/`.
    package static let unterminatedComment = Self("unterminatedComment")
    /// A literal whose text is wrong.
    package static let invalidLiteral = Self("invalidLiteral")
    /// Parentheses, queries or operators nested deeper than the parser allows.
    package static let nestingTooDeep = Self("nestingTooDeep")
    /// A name that is no column here.
    package static let unknownColumn = Self("unknownColumn")
    /// A name that is no table here.
    package static let unknownTable = Self("unknownTable")
    /// A name that is no function here.
    package static let unknownFunction = Self("unknownFunction")
    /// A name that could mean several columns.
    package static let ambiguousColumn = Self("ambiguousColumn")
    /// Operands or arguments of types that do not fit.
    package static let typeMismatch = Self("typeMismatch")
    /// Valid SQL that this engine does not run.
    package static let unsupported = Self("unsupported")
}
