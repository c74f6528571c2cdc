import SluiceColumns

/// Writes parsed JSON compactly, with the keys of objects in order, as Flink does.
enum JSONWriter {
    /// Appends node `node` of a document over `text`.
    static func append(_ node: Int, of document: JSONDocument, _ text: Span<UInt8>, to buffer: inout TextBuffer) {
        let nodes = document.nodes
        let bytes = text.extracting(nodes[node].start..<nodes[node].end)
        switch nodes[node].kind {
        case .null, .boolean: buffer.append(bytes)
        case .integer, .number: appendNumber(bytes, to: &buffer)
        case .string: appendString(nodes[node], text, to: &buffer)
        case .array:
            buffer.append(UInt8(ascii: "["))
            var child = node + 1
            while child < nodes[node].next {
                if child > node + 1 { buffer.append(UInt8(ascii: ",")) }
                append(child, of: document, text, to: &buffer)
                child = nodes[child].next
            }
            buffer.append(UInt8(ascii: "]"))
        case .object: appendObject(node, of: document, text, to: &buffer)
        }
    }

    static func appendString(_ node: JSONDocument.Node, _ text: Span<UInt8>, to buffer: inout TextBuffer) {
        let bytes = text.extracting(node.start..<node.end)
        guard node.isEscaped else {
            buffer.append(UInt8(ascii: "\""))
            buffer.append(bytes)
            return buffer.append(UInt8(ascii: "\""))
        }
        var plain = TextBuffer()
        JSONEscapes.appendUnescaped(bytes, to: &plain)
        JSONEscapes.appendQuoted(plain.bytes, to: &buffer)
    }

    private static func appendObject(
        _ node: Int,
        of document: JSONDocument,
        _ text: Span<UInt8>,
        to buffer: inout TextBuffer
    ) {
        buffer.append(UInt8(ascii: "{"))
        if let (keys, _) = plainKeys(of: node, document, text) {
            for (index, key) in keys.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                appendString(document.nodes[key], text, to: &buffer)
                buffer.append(UInt8(ascii: ":"))
                append(key + 1, of: document, text, to: &buffer)
            }
            return buffer.append(UInt8(ascii: "}"))
        }
        for (index, member) in sortedMembers(of: node, document, text).members.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            JSONEscapes.appendQuoted(member.key.span, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            append(member.value, of: document, text, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    /// Up to so many members are sorted by insertion.
    private static let insertedCountMax = 16

    /// The nodes of the keys of an object in the order of the keys; of equal keys the last, and whether there are any.
    ///
    /// - Returns: nil where a key has escapes or there are many members: see `sortedMembers`.
    static func plainKeys(
        of node: Int,
        _ document: JSONDocument,
        _ text: Span<UInt8>
    ) -> (keys: [Int], hasRepeats: Bool)? {
        var keys: [Int] = []
        var hasRepeats = false
        var child = node + 1
        while child < document.nodes[node].next {
            let key = document.nodes[child]
            if key.isEscaped || keys.count == insertedCountMax { return nil }
            var place = keys.count
            var order = 1
            while place > 0 {
                let other = document.nodes[keys[place - 1]]
                order = BytewiseOrder.compare(
                    text.extracting(key.start..<key.end),
                    text.extracting(other.start..<other.end)
                )
                if order >= 0 { break }
                place -= 1
            }
            if place > 0, order == 0 {
                keys[place - 1] = child
                hasRepeats = true
            } else {
                keys.insert(child, at: place)
            }
            child = document.nodes[child + 1].next
        }
        return (keys, hasRepeats)
    }

    /// Keys and value nodes of an object in the order of the keys; of equal keys the last, and whether there are any.
    static func sortedMembers(
        of node: Int,
        _ document: JSONDocument,
        _ text: Span<UInt8>
    ) -> (members: [(key: [UInt8], value: Int)], hasRepeats: Bool) {
        var members: [(key: [UInt8], value: Int)] = []
        var hasRepeats = false
        var child = node + 1
        while child < document.nodes[node].next {
            let key = document.nodes[child]
            var plain = TextBuffer()
            JSONEscapes.appendUnescaped(text.extracting(key.start..<key.end), to: &plain)
            let name = plain.byteArray
            if let known = members.firstIndex(where: { $0.key == name }) {
                members[known].value = child + 1
                hasRepeats = true
            } else {
                members.append((name, child + 1))
            }
            child = document.nodes[child + 1].next
        }
        members.sort { $0.key.lexicographicallyPrecedes($1.key) }
        return (members, hasRepeats)
    }

    /// Appends a number as Java's `BigDecimal` prints it.
    ///
    /// Its digits are kept; an exponent is written where it is positive or the value below 0.000001.
    static func appendNumber(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        var digits = TextBuffer(byteCapacity: 32)
        var scale = 0
        var isFraction = false
        var index = 0
        if text.count > 0, text[0] == UInt8(ascii: "-") { index = 1 }
        let isNegative = index == 1
        while index < text.count {
            let byte = text[index]
            if byte | 0x20 == UInt8(ascii: "e") {
                var start = index + 1
                if start < text.count, text[start] == UInt8(ascii: "+") { start += 1 }
                let exponent = IntegerText.parseInt64(text.extracting(start..<text.count)) ?? 0
                scale -= Int(max(-1_000_000_000, min(1_000_000_000, exponent)))
                break
            }
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else {
                if isFraction { scale += 1 }
                if byte != 0x30 || !digits.isEmpty { digits.append(byte) }
            }
            index += 1
        }
        if isNegative, !digits.isEmpty { buffer.append(UInt8(ascii: "-")) }
        if digits.isEmpty { digits.append(0x30) }
        append(digits.bytes, scale: scale, to: &buffer)
    }

    private static func append(_ digits: Span<UInt8>, scale: Int, to buffer: inout TextBuffer) {
        let adjusted = digits.count - 1 - scale
        if scale >= 0, adjusted >= -6 {
            let whole = digits.count - scale
            if scale == 0 { return buffer.append(digits) }
            if whole > 0 {
                buffer.append(digits.extracting(0..<whole))
            } else {
                buffer.append(0x30)
            }
            buffer.append(UInt8(ascii: "."))
            if whole < 0 { for _ in whole..<0 { buffer.append(0x30) } }
            return buffer.append(digits.extracting(max(whole, 0)..<digits.count))
        }
        buffer.append(digits.extracting(0..<1))
        if digits.count > 1 {
            buffer.append(UInt8(ascii: "."))
            buffer.append(digits.extracting(1..<digits.count))
        }
        if adjusted != 0 {
            buffer.append(UInt8(ascii: "E"))
            if adjusted > 0 { buffer.append(UInt8(ascii: "+")) }
            buffer.append(integer: Int64(adjusted))
        }
    }
}
