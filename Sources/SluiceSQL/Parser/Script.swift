/// One statement of a script: where it stands, what it says, and what it means or why it means nothing.
package struct ScriptStatement: Sendable {
    /// From the first token to the last; the `;` behind it and comments around it are left out.
    package var span: SourceSpan
    /// Exactly the text of `span`.
    package var text: String
    /// The tree, or the error; spans in both count from the start of the script.
    package var result: Result<Statement, SQLError>
}

/// A text of several statements, each but the last with a `;` behind it.
///
/// A statement with an error does not hide those behind it: the text is cut at its `;` first and parsed then. Only
/// `STATEMENT SET BEGIN ... END` and `BEGIN STATEMENT SET; ... END` hold `;` inside. A string or a comment that is not
/// closed swallows the rest of the script; that rest is then one statement with an error.
package enum Script {
    /// All statements of `text` in order; empty ones are left out.
    package static func parse(_ text: String, within bounds: Parser.Bounds = .anyThread) -> [ScriptStatement] {
        let lexed = Lexer.lex(text)
        return ranges(of: lexed).map { statement(of: lexed, $0, bounds) }
    }

    private static func statement(
        of lexed: Lexed,
        _ range: Range<Int>,
        _ bounds: Parser.Bounds
    ) -> ScriptStatement {
        let span = span(of: lexed, range)
        let text = String(decoding: lexed.source[span.lowerBound..<span.upperBound], as: UTF8.self)
        var parser = Parser(lexed, range: range, within: bounds)
        do throws(SQLError) {
            let statement = try parser.parseStatement()
            try parser.expectEnd()
            return ScriptStatement(span: span, text: text, result: .success(statement))
        } catch {
            return ScriptStatement(span: span, text: text, result: .failure(error))
        }
    }

    /// From the first token of `range` to its last, or to the end of the text if the lexer stopped there.
    private static func span(of lexed: Lexed, _ range: Range<Int>) -> SourceSpan {
        let start = lexed.tokens[range.lowerBound].span.lowerBound
        if lexed.tokens[range.upperBound].kind == .invalid { return SourceSpan(start, lexed.source.count) }
        return SourceSpan(start, lexed.tokens[range.upperBound - 1].span.upperBound)
    }

    /// The tokens of each statement.
    private static func ranges(of lexed: Lexed) -> [Range<Int>] {
        let tokens = lexed.tokens
        let last = tokens.count - 1
        var ranges: [Range<Int>] = []
        var start = 0
        while start < last {
            let end = endOfStatement(tokens, from: start)
            if end > start || tokens[end].kind == .invalid { ranges.append(start..<end) }
            start = end + 1
        }
        if start == last, tokens[last].kind == .invalid { ranges.append(start..<last) }
        return ranges
    }

    /// Index of the `;` behind the statement that starts at `start`, or of the last token.
    private static func endOfStatement(_ tokens: [Token], from start: Int) -> Int {
        let first = semicolon(tokens, from: start)
        guard opensStatementSet(tokens[start..<first]) else { return first }
        var end = first
        while end < tokens.count - 1 {
            let isClosed = tokens[end + 1].keyword == "END"
            end = semicolon(tokens, from: end + 1)
            if isClosed { return end }
        }
        return first
    }

    private static func semicolon(_ tokens: [Token], from start: Int) -> Int {
        var index = start
        while index < tokens.count - 1, tokens[index].keyword != ";" { index += 1 }
        return index
    }

    /// Whether these tokens are `BEGIN STATEMENT SET`, or hold `STATEMENT SET BEGIN`.
    private static func opensStatementSet(_ tokens: ArraySlice<Token>) -> Bool {
        if tokens.count == 3, tokens.map(\.keyword) == ["BEGIN", "STATEMENT", "SET"] { return true }
        let head = tokens.prefix(16).map(\.keyword)
        guard let index = head.firstIndex(of: "STATEMENT"), index + 2 < head.count else { return false }
        return head[index + 1] == "SET" && head[index + 2] == "BEGIN"
    }
}
