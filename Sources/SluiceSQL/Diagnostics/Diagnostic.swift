/// An error shown with the line of SQL it is about.
///
/// ```
/// 2:3: unknownColumn: no column 'totl'
///   totl FROM t
///   ^^^^
///   hint: did you mean 'total'?
/// ```
package struct Diagnostic: Sendable, CustomStringConvertible {
    /// Line of the first character of the error, from 1.
    package var line: Int
    /// Column of the first character of the error, from 1, in characters.
    package var column: Int
    /// The text to show.
    package var description: String

    /// Shows `error`, whose span counts in the UTF-8 bytes of `source`.
    package init(_ error: SQLError, in source: String) {
        let bytes = Array(source.utf8)
        let start = min(max(error.span.lowerBound, 0), bytes.count)
        let lineStart = (bytes[..<start].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let end = min(max(error.span.upperBound, start), lineEnd)
        line = 1 + bytes[..<lineStart].count { $0 == UInt8(ascii: "\n") }
        let before = String(decoding: bytes[lineStart..<start], as: UTF8.self)
        let marked = String(decoding: bytes[start..<end], as: UTF8.self)
        let after = String(decoding: bytes[end..<lineEnd], as: UTF8.self)
        column = before.count + 1
        let window = Self.window(before: before, marked: marked, after: after)
        description = "\(line):\(column): \(error.code): \(error.message)\n" + window
        if let hint = error.hint { description += "\n  hint: \(hint)" }
    }

    /// How many characters of a long line are shown in front of the error, and how many behind.
    private static let contextLength = 60

    /// The source line, cut around the error if it is long, and the carets below it.
    private static func window(before: String, marked: String, after: String) -> String {
        let head = before.count > contextLength ? "..." + before.suffix(contextLength - 3) : before
        let room = contextLength * 2
        let body = marked.count > room ? marked.prefix(room - 3) + "..." : marked
        let tail = after.count > contextLength ? after.prefix(contextLength - 3) + "..." : after
        let indent = String(head.map { $0 == "\t" ? "\t" : " " })
        let carets = String(repeating: "^", count: max(1, body.count))
        let shown = (head + body + tail).filter { $0 != "\r" }
        return "  \(shown)\n  \(indent)\(carets)"
    }
}

extension SQLError {
    /// The error with its line, column, source line and carets.
    package func rendered(in source: String) -> String {
        Diagnostic(self, in: source).description
    }
}
