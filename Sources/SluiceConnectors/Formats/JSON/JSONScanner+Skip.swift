import SluiceColumns

extension JSONScanner {
    /// Reads past a value that nobody needs, checking that it is JSON.
    ///
    /// - Parameter depth: how many arrays and objects stand around it.
    @inline(__always)
    mutating func skipValue(_ offset: Int, depth: Int, _ bytes: PaddedBytes) -> Int {
        let byte = bytes[offset]
        if byte == UInt8(ascii: "\"") { return skipString(offset &+ 1, bytes) }
        if byte &- UInt8(ascii: "0") < 10 {
            let end = Self.plainIntegerEnd(offset, bytes)
            if end > offset { return end }
        } else if bytes.word32(offset) == 0x6c6c_756e {
            return offset &+ 4
        }
        return skipAny(offset, depth: depth, bytes)
    }

    /// The end of an integer of up to 16 digits that ends in `,` or `}`; `offset` where something else stands there.
    @inline(__always)
    static func plainIntegerEnd(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        let end = digits(offset, bytes).end
        let next = bytes[end]
        let isEnd = next == UInt8(ascii: ",") || next == UInt8(ascii: "}")
        return isEnd && (bytes[offset] != UInt8(ascii: "0") || end == offset &+ 1) ? end : offset
    }

    /// Reads past a string; `offset` is behind its opening quote.
    ///
    /// Returns the offset behind the closing quote.
    @inline(__always)
    mutating func skipString(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        var position = offset
        while true {
            position = marks.next(position, bytes)
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { return position &+ 1 }
            if byte == UInt8(ascii: "\\") {
                position = escapeEnd(position, bytes)
                if position < 0 { return -1 }
            } else if byte == 0x0a || position >= bytes.count {
                // Tabs and the like may stand in strings, as in Flink; a line feed ends the record.
                return fail(position, "a string without an end")
            }
        }
    }

    /// The offset behind the escape sequence at `offset`.
    @inline(__always)
    mutating func escapeEnd(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        let letter = bytes[offset &+ 1]
        if letter == UInt8(ascii: "u") {
            if JSONText.hexUnit(bytes, offset &+ 2) == nil { return fail(offset, "\\u needs four hexadecimal digits") }
            return offset &+ 6
        }
        if JSONText.simpleEscape(letter) == 0 { return fail(offset, "an unknown escape sequence in a string") }
        return offset &+ 2
    }

    /// Reads past any value: the general form of `skipValue`.
    @inline(never)
    mutating func skipAny(_ start: Int, depth: Int, _ bytes: PaddedBytes) -> Int {
        let offset = Self.skipBlanks(start, bytes)
        switch bytes[offset] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipNested(offset, depth: depth, bytes)
        case UInt8(ascii: "\""): return skipString(offset &+ 1, bytes)
        default: return skipScalar(offset, bytes)
        }
    }

    /// Reads past a number, `true`, `false` or `null`.
    mutating func skipScalar(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        switch bytes[offset] {
        case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"): return literal(offset, bytes)
        default: return number(offset, bytes).end
        }
    }

    /// Reads past `null`, `true` or `false`.
    mutating func literal(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        let word = bytes.word32(offset)
        if word == 0x6c6c_756e || word == 0x6575_7274 { return offset &+ 4 }
        if word == 0x736c_6166, bytes[offset &+ 4] == UInt8(ascii: "e") { return offset &+ 5 }
        return fail(offset, "expected a value")
    }

    /// Reads past a number of any form; `end` is -1 where it is none.
    mutating func number(_ offset: Int, _ bytes: PaddedBytes) -> (end: Int, isInteger: Bool) {
        var position = offset
        if bytes[position] == UInt8(ascii: "-") { position &+= 1 }
        let whole = position
        position = Self.skipDigits(position, bytes)
        if position == whole { return (fail(offset, "expected a value"), false) }
        if bytes[whole] == UInt8(ascii: "0") && position > whole &+ 1 {
            return (fail(offset, "leading zeros are not allowed in a number"), false)
        }
        var isInteger = true
        if bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            let fraction = position &+ 1
            position = Self.skipDigits(fraction, bytes)
            if position == fraction { return (fail(offset, "a number needs a digit after its point"), false) }
        }
        if bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position &+= 1
            if bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position &+= 1 }
            let exponent = position
            position = Self.skipDigits(exponent, bytes)
            if position == exponent { return (fail(offset, "a number needs a digit in its exponent"), false) }
        }
        return (position, isInteger)
    }

    private static func skipDigits(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        var position = offset
        while bytes[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        return position
    }

    /// Reads past an array or object without recursion: one bit per open bracket, set for objects.
    private mutating func skipNested(_ start: Int, depth: Int, _ bytes: PaddedBytes) -> Int {
        var stack = JSONBracketStack()
        var position = start
        while true {
            // Here a value is expected.
            position = Self.skipBlanks(position, bytes)
            let byte = bytes[position]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let isObject = byte == UInt8(ascii: "{")
                if depth + stack.count >= Self.depthMax { return fail(position, "nested deeper than 1000") }
                position = Self.skipBlanks(position &+ 1, bytes)
                if bytes[position] != (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    stack.push(isObject)
                    if isObject {
                        position = skipKey(position, bytes)
                        if position < 0 { return -1 }
                    }
                    continue
                }
                position &+= 1
            } else if byte == UInt8(ascii: "\"") {
                position = skipString(position &+ 1, bytes)
            } else {
                let end = Self.plainIntegerEnd(position, bytes)
                position = end > position ? end : skipScalar(position, bytes)
            }
            if position < 0 { return -1 }
            position = closeBrackets(position, &stack, bytes)
            if position < 0 || stack.count == 0 { return position }
        }
    }

    /// Reads what follows a value inside brackets: closing brackets, then a comma and, in an object, the next key.
    @inline(__always)
    private mutating func closeBrackets(_ start: Int, _ stack: inout JSONBracketStack, _ bytes: PaddedBytes) -> Int {
        var position = start
        while stack.count > 0 {
            position = Self.skipBlanks(position, bytes)
            let byte = bytes[position]
            let isObject = stack.top
            if byte == UInt8(ascii: ",") {
                position = Self.skipBlanks(position &+ 1, bytes)
                return isObject ? skipKey(position, bytes) : position
            }
            if byte != (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                return fail(position, "expected ',' or a closing bracket")
            }
            stack.pop()
            position &+= 1
        }
        return position
    }

    @inline(__always)
    private mutating func skipKey(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        guard bytes[offset] == UInt8(ascii: "\"") else { return fail(offset, "expected a field name in quotes") }
        let end = skipString(offset &+ 1, bytes)
        if end < 0 { return -1 }
        let colon = Self.skipBlanks(end, bytes)
        guard bytes[colon] == UInt8(ascii: ":") else { return fail(colon, "expected ':' after a field name") }
        return colon &+ 1
    }
}

/// The open brackets of a nested value, a bit each; up to `JSONScanner.depthMax`.
struct JSONBracketStack {
    private var words: [UInt64] = []
    private var word: UInt64 = 0
    /// Open brackets.
    private(set) var count = 0

    /// Whether the innermost is an object's.
    var top: Bool { word & 1 != 0 }

    mutating func push(_ isObject: Bool) {
        if count > 0 && count & 63 == 0 {
            words.append(word)
            word = 0
        }
        word = word << 1 | (isObject ? 1 : 0)
        count += 1
    }

    mutating func pop() {
        word >>= 1
        count -= 1
        if count > 0 && count & 63 == 0, let last = words.popLast() { word = last }
    }
}
