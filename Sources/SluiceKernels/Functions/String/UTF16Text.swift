import SluiceColumns

/// Cutting UTF-8 text at UTF-16 units, as Java does; half of a surrogate pair comes out as `?`.
enum UTF16Text {
    /// Appends the first `unitCount` units.
    static func appendPrefix(_ text: Span<UInt8>, _ unitCount: Int, to buffer: inout TextBuffer) {
        if unitCount <= 0 { return }
        let (offset, isCut) = byteOffset(ofUnit: unitCount, in: text)
        buffer.append(text.extracting(0..<offset))
        if isCut { buffer.append(UInt8(ascii: "?")) }
    }

    /// Appends all but the first `unitCount` units.
    static func appendSuffix(_ text: Span<UInt8>, after unitCount: Int, to buffer: inout TextBuffer) {
        let (offset, isCut) = byteOffset(ofUnit: max(unitCount, 0), in: text)
        if isCut { buffer.append(UInt8(ascii: "?")) }
        buffer.append(text.extracting(isCut ? offset + 4..<text.count : offset..<text.count))
    }

    /// Where unit `unit` begins: the offset of its code point, and whether it is the second unit of it.
    private static func byteOffset(ofUnit unit: Int, in text: Span<UInt8>) -> (offset: Int, isCut: Bool) {
        var offset = 0
        var left = unit
        while left > 0, offset < text.count {
            let isPair = text[offset] >= 0xF0
            if isPair, left == 1, offset + 4 <= text.count { return (offset, true) }
            left -= isPair ? 2 : 1
            offset = StringFunctions.characterEnd(text, offset)
        }
        return (offset, false)
    }
}
