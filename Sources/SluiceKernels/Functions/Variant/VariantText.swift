import SluiceColumns

/// The canonical JSON text that a VARIANT is held as: compact, the keys of objects in order, numbers as Flink prints
/// them after its binary form has forgotten how they were written.
enum VariantText {
    /// Appends node `node` of a document over `text`.
    ///
    /// - Returns: false where an object has a key twice and that is not allowed.
    static func append(
        _ node: Int,
        of document: JSONDocument,
        _ text: Span<UInt8>,
        allowsRepeats: Bool,
        to buffer: inout TextBuffer
    ) -> Bool {
        let nodes = document.nodes
        let bytes = text.extracting(nodes[node].start..<nodes[node].end)
        switch nodes[node].kind {
        case .null, .boolean: buffer.append(bytes)
        case .integer, .number: appendNumber(bytes, to: &buffer)
        case .string: JSONWriter.append(node, of: document, text, to: &buffer)
        case .array:
            buffer.append(UInt8(ascii: "["))
            var child = node + 1
            while child < nodes[node].next {
                if child > node + 1 { buffer.append(UInt8(ascii: ",")) }
                guard append(child, of: document, text, allowsRepeats: allowsRepeats, to: &buffer) else { return false }
                child = nodes[child].next
            }
            buffer.append(UInt8(ascii: "]"))
        case .object:
            if let (keys, hasRepeats) = JSONWriter.plainKeys(of: node, document, text) {
                if hasRepeats && !allowsRepeats { return false }
                return appendMembers(keys, of: document, text, allowsRepeats: allowsRepeats, to: &buffer)
            }
            let (members, hasRepeats) = JSONWriter.sortedMembers(of: node, document, text)
            if hasRepeats && !allowsRepeats { return false }
            buffer.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { buffer.append(UInt8(ascii: ",")) }
                JSONEscapes.appendQuoted(member.key.span, to: &buffer)
                buffer.append(UInt8(ascii: ":"))
                guard append(member.value, of: document, text, allowsRepeats: allowsRepeats, to: &buffer) else {
                    return false
                }
            }
            buffer.append(UInt8(ascii: "}"))
        }
        return true
    }

    private static func appendMembers(
        _ keys: [Int],
        of document: JSONDocument,
        _ text: Span<UInt8>,
        allowsRepeats: Bool,
        to buffer: inout TextBuffer
    ) -> Bool {
        buffer.append(UInt8(ascii: "{"))
        for (place, key) in keys.enumerated() {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            JSONWriter.appendString(document.nodes[key], text, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            guard append(key + 1, of: document, text, allowsRepeats: allowsRepeats, to: &buffer) else { return false }
        }
        buffer.append(UInt8(ascii: "}"))
        return true
    }

    /// A number without an exponent is a decimal of at most 38 digits, without zeros at its end; others are doubles.
    private static func appendNumber(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        guard let decimal = PlainDecimal(text) else { return buffer.append(double: FloatText.parseDouble(text) ?? 0) }
        buffer.append(wideDecimal: decimal.unscaled, scale: decimal.scale)
    }

    private struct PlainDecimal {
        var unscaled: Int128 = 0
        var scale = 0

        init?(_ text: Span<UInt8>) {
            let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
            var digitCount = 0
            var seenPoint = false
            for index in (isNegative ? 1 : 0)..<text.count {
                if text[index] == UInt8(ascii: ".") {
                    seenPoint = true
                    continue
                }
                guard text[index] &- 0x30 < 10 else { return nil }
                if digitCount > 0 || text[index] != 0x30 { digitCount += 1 }
                if seenPoint { scale += 1 }
                guard digitCount <= 38, scale <= 38 else { return nil }
                unscaled = unscaled * 10 + Int128(text[index] - 0x30)
            }
            while scale > 0, unscaled % 10 == 0 {
                unscaled /= 10
                scale -= 1
            }
            if isNegative { unscaled = -unscaled }
        }
    }
}
