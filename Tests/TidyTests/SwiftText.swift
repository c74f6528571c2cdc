/// The text of a Swift file with comments and string literals blanked out, so that rules see code only.
///
/// Line breaks stay where they were: line n of the code is line n of the file.
struct SwiftText {
    /// One line of code each; what was comment or literal is spaces.
    let codeLines: [String]
    /// The code as bytes, with the same length as the file.
    let code: [UInt8]
    /// The identifiers and keywords of the code with the number of their line, from 1.
    let words: [(word: String, line: Int)]

    init(_ bytes: [UInt8]) {
        var scanner = Scanner(bytes: bytes)
        scanner.scanCode(untilClosingParenthesis: false)
        code = scanner.output
        codeLines = scanner.output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        words = Self.words(of: codeLines)
    }

    /// Whether there is anything but comments.
    var isEmpty: Bool { code.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") } }

    private static func words(of codeLines: [String]) -> [(word: String, line: Int)] {
        var found: [(word: String, line: Int)] = []
        for (index, line) in codeLines.enumerated() {
            for word in line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }) {
                found.append((word: String(word), line: index + 1))
            }
        }
        return found
    }
}

/// Walks the bytes once and copies what is code.
private struct Scanner {
    let bytes: [UInt8]
    var output: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        output = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    }

    private func matches(_ text: StaticString, at offset: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[offset..<offset + count]) }
    }

    /// Copies code until the end of the file, or until the parenthesis that ends an interpolation.
    mutating func scanCode(untilClosingParenthesis isInterpolation: Bool) {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            if matches("//", at: position) {
                skipLine()
            } else if matches("/*", at: position) {
                skipBlockComment()
            } else if byte == UInt8(ascii: "\"") || startsRawString() {
                skipString()
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    depth -= 1
                    if isInterpolation && depth < 0 { return }
                }
                if !isInterpolation { output[position] = byte }
                position += 1
            }
        }
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if matches("/*", at: position) {
                depth += 1
                position += 2
            } else if matches("*/", at: position) {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    private func startsRawString() -> Bool {
        guard bytes[position] == UInt8(ascii: "#") else { return false }
        var offset = position
        while offset < bytes.count, bytes[offset] == UInt8(ascii: "#") { offset += 1 }
        return offset < bytes.count && bytes[offset] == UInt8(ascii: "\"")
    }

    /// Skips a literal of any form: `"..."`, `"""..."""`, `#"..."#`, with code in its interpolations.
    private mutating func skipString() {
        var hashCount = 0
        while bytes[position] == UInt8(ascii: "#") {
            hashCount += 1
            position += 1
        }
        let isMultiline = matches("\"\"\"", at: position)
        let quoteCount = isMultiline ? 3 : 1
        position += quoteCount
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n") && !isMultiline { return }  // Not a literal after all, or a broken one.
            if byte == UInt8(ascii: "\\") && hasHashes(hashCount, at: position + 1) {
                position += 1 + hashCount
                if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
                    position += 1
                    scanCode(untilClosingParenthesis: true)
                }
                position += 1
            } else if closes(quoteCount: quoteCount, hashCount: hashCount) {
                position += quoteCount + hashCount
                return
            } else {
                position += 1
            }
        }
    }

    private func hasHashes(_ count: Int, at offset: Int) -> Bool {
        guard offset + count <= bytes.count else { return false }
        return bytes[offset..<offset + count].allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private func closes(quoteCount: Int, hashCount: Int) -> Bool {
        if quoteCount == 3 {
            return matches("\"\"\"", at: position) && hasHashes(hashCount, at: position + 3)
        }
        return bytes[position] == UInt8(ascii: "\"") && hasHashes(hashCount, at: position + 1)
    }
}
