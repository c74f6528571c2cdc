import SluiceColumns

/// JSON text read into a tree and written again as Jackson prints trees: no blanks, numbers in Java's form, of equal
/// names the last value at the place of the first.
enum JSONTree {
    /// Appends the normal form of `text`, which has been checked to be a JSON value.
    static func appendNormalised(_ text: Span<UInt8>, to output: inout TextBuffer) {
        var position = 0
        append(text, &position, to: &output)
    }

    private static func append(_ text: Span<UInt8>, _ position: inout Int, to output: inout TextBuffer) {
        skipBlanks(text, &position)
        switch text[position] {
        case UInt8(ascii: "{"): appendObject(text, &position, to: &output)
        case UInt8(ascii: "["): appendArray(text, &position, to: &output)
        case UInt8(ascii: "\""):
            let plain = JSONText.unescaped(string(text, &position))
            JSONText.appendQuoted(plain.span, to: &output)
        default: appendScalar(text, &position, to: &output)
        }
    }

    private static func appendArray(_ text: Span<UInt8>, _ position: inout Int, to output: inout TextBuffer) {
        output.append(UInt8(ascii: "["))
        position += 1
        skipBlanks(text, &position)
        while text[position] != UInt8(ascii: "]") {
            if text[position] == UInt8(ascii: ",") {
                output.append(UInt8(ascii: ","))
                position += 1
            }
            append(text, &position, to: &output)
            skipBlanks(text, &position)
        }
        position += 1
        output.append(UInt8(ascii: "]"))
    }

    private static func appendObject(_ text: Span<UInt8>, _ position: inout Int, to output: inout TextBuffer) {
        var names: [[UInt8]: Int] = [:]
        var members: [(name: [UInt8], valueStart: Int)] = []
        position += 1
        skipBlanks(text, &position)
        while text[position] != UInt8(ascii: "}") {
            if text[position] == UInt8(ascii: ",") { position += 1 }
            skipBlanks(text, &position)
            let name = JSONText.unescaped(string(text, &position))
            skipBlanks(text, &position)
            position += 1
            if let index = names[name] {
                members[index].valueStart = position
            } else {
                names[name] = members.count
                members.append((name, position))
            }
            skipValue(text, &position)
            skipBlanks(text, &position)
        }
        position += 1
        output.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONText.appendQuoted(member.name.span, to: &output)
            output.append(UInt8(ascii: ":"))
            var valuePosition = member.valueStart
            append(text, &valuePosition, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func appendScalar(_ text: Span<UInt8>, _ position: inout Int, to output: inout TextBuffer) {
        let start = position
        var isInteger = true
        while position < text.count, !isEnd(text[position]) {
            let byte = text[position] | 0x20
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") { isInteger = false }
            position += 1
        }
        let token = text.extracting(start..<position)
        if token[0] >= UInt8(ascii: "a") { return output.append(token) }
        if !isInteger, let number = FloatText.parseDouble(token) {
            if number.isFinite { return output.append(double: number) }
            // Jackson quotes what is no JSON number.
            return output.append(number < 0 ? "\"-Infinity\"" : "\"Infinity\"")
        }
        if token.count == 2, token[0] == UInt8(ascii: "-"), token[1] == UInt8(ascii: "0") { return output.append("0") }
        output.append(token)
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }

    private static func skipBlanks(_ text: Span<UInt8>, _ position: inout Int) {
        while position < text.count, text[position] <= 0x20 { position += 1 }
    }

    /// The text between the quotes; `position` moves behind the closing one.
    @_lifetime(copy text)
    private static func string(_ text: Span<UInt8>, _ position: inout Int) -> Span<UInt8> {
        position += 1
        let start = position
        while text[position] != UInt8(ascii: "\"") { position += text[position] == UInt8(ascii: "\\") ? 2 : 1 }
        position += 1
        return text.extracting(start..<position - 1)
    }

    private static func skipValue(_ text: Span<UInt8>, _ position: inout Int) {
        var depth = 0
        repeat {
            skipBlanks(text, &position)
            switch text[position] {
            case UInt8(ascii: "\""): _ = string(text, &position)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): position += 1
            default: while position < text.count, !isEnd(text[position]) { position += 1 }
            }
        } while depth > 0
    }
}
