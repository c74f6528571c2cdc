/// A function, initialiser, subscript or computed property found in a file.
struct FoundFunction: Equatable, Sendable {
    /// `name` of a function or property; `init`, `deinit` or `subscript`.
    let name: String
    /// The line of its keyword, from 1.
    let line: Int
    /// Lines from the keyword to the closing brace, both counted.
    let lineCount: Int
}

/// Finds functions and their lengths by matching braces in blanked code.
///
/// It knows only as much Swift as it needs: a declaration's body is the first brace that opens outside parentheses,
/// unless a closing brace or another declaration comes first, as after the requirement of a protocol.
struct FunctionScanner {
    private struct Declaration {
        let name: String
        let line: Int
        let isProperty: Bool
    }

    /// What a brace opened, and what has to be as it was when the brace is closed again.
    private struct Frame {
        let function: Declaration?
        let outerPending: Declaration?
        let outerRoundDepth: Int
    }

    private static let declarations: Set<String> = [
        "func", "var", "let", "init", "deinit", "subscript", "struct", "class", "enum", "actor", "protocol",
        "extension", "case", "typealias", "associatedtype", "import",
    ]

    private let tokens: [(text: String, line: Int)]
    private var frames: [Frame] = []
    private var pending: Declaration?
    private var roundDepth = 0
    private var found: [FoundFunction] = []

    private init(_ text: SwiftText) {
        tokens = Self.tokens(of: text)
    }

    /// The functions of a file, in the order in which they end.
    static func functions(in text: SwiftText) -> [FoundFunction] {
        var scanner = FunctionScanner(text)
        scanner.run()
        return scanner.found
    }

    private static func tokens(of text: SwiftText) -> [(text: String, line: Int)] {
        var tokens: [(text: String, line: Int)] = []
        for (index, line) in text.codeLines.enumerated() {
            var word = ""
            for character in line {
                if character.isLetter || character.isNumber || character == "_" {
                    word.append(character)
                    continue
                }
                if !word.isEmpty { tokens.append((text: word, line: index + 1)) }
                word = ""
                if character != " " && character != "`" { tokens.append((text: String(character), line: index + 1)) }
            }
            if !word.isEmpty { tokens.append((text: word, line: index + 1)) }
        }
        return tokens
    }

    private mutating func run() {
        for index in tokens.indices {
            let token = tokens[index]
            // A stored property ends with its line; a computed one opens its brace before that.
            if let started = pending, started.isProperty, roundDepth == 0, token.line != started.line { pending = nil }
            switch token.text {
            case "(", "[": roundDepth += 1
            case ")", "]": roundDepth -= 1
            case "{": openBrace()
            case "}": closeBrace(at: token.line)
            case "=":
                if let started = pending, started.isProperty, roundDepth == 0 { pending = nil }
            default: declare(at: index)
            }
        }
    }

    /// A brace inside parentheses is a closure in an argument or a default value, never the pending body.
    private mutating func openBrace() {
        let isBody = roundDepth == 0
        frames.append(
            Frame(
                function: isBody ? pending : nil,
                outerPending: isBody ? nil : pending,
                outerRoundDepth: roundDepth
            )
        )
        pending = nil
        roundDepth = 0
    }

    private mutating func closeBrace(at line: Int) {
        guard let frame = frames.popLast() else { return }
        if let function = frame.function {
            found.append(FoundFunction(name: function.name, line: function.line, lineCount: line - function.line + 1))
        }
        pending = frame.outerPending
        roundDepth = frame.outerRoundDepth
    }

    private mutating func declare(at index: Int) {
        let token = tokens[index]
        guard roundDepth == 0, Self.declarations.contains(token.text) else { return }
        let previous = index > 0 ? tokens[index - 1].text : ""
        let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
        if previous == "." { return }
        switch token.text {
        case "func":
            pending = Declaration(name: next, line: token.line, isProperty: false)
        case "init" where ["(", "<", "?", "!"].contains(next), "subscript", "deinit":
            pending = Declaration(name: token.text, line: token.line, isProperty: false)
        case "var":
            pending = Declaration(name: next, line: token.line, isProperty: true)
        default:
            pending = nil
        }
    }
}
