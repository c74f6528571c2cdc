import SluiceColumns

/// Changes the case of text by the full Unicode mappings ("ß" becomes "SS"), without a locale.
///
/// ASCII is mapped byte by byte. Other code points go through a small direct-mapped cache, so that a column of one
/// script asks the Unicode tables once per letter, not once per row. Not `Sendable`: it belongs to one kernel.
final class CaseMapper {
    enum Direction {
        case upper, lower

        /// The first of the 26 letters of ASCII that change.
        var firstLetter: UInt8 { self == .upper ? UInt8(ascii: "a") : UInt8(ascii: "A") }
    }

    private let direction: Direction
    /// Code point of each slot; 0 is empty.
    private var cachedPoints = [UInt32](repeating: 0, count: 1024)
    private var cachedMappings = [[UInt8]](repeating: [], count: 1024)

    init(_ direction: Direction) { self.direction = direction }

    /// Appends the mapped text, of which the first `start` bytes have been appended.
    func append(_ text: Span<UInt8>, from start: Int = 0, to buffer: inout TextBuffer) {
        let first = direction.firstLetter
        var index = start
        while index < text.count {
            index = buffer.append(swappingCaseFrom: first, text, from: index)
            if index == text.count { return }
            if let (point, byteCount) = UnicodeText.codePoint(at: index, in: text) {
                appendMapping(of: point, at: index, byteCount, text, &buffer)
                index += byteCount
            } else {
                buffer.append(text[index])
                index += 1
            }
        }
    }

    private func appendMapping(
        of point: UInt32,
        at index: Int,
        _ byteCount: Int,
        _ text: Span<UInt8>,
        _ buffer: inout TextBuffer
    ) {
        if point == 0x3A3, direction == .lower {
            // A sigma at the end of a word has a form of its own.
            buffer.append(codePoint: isFinal(at: index, byteCount, text) ? 0x3C2 : 0x3C3)
            return
        }
        let slot = Int(point & 1023)
        if cachedPoints[slot] != point {
            cachedPoints[slot] = point
            cachedMappings[slot] = mapping(of: point)
        }
        for byte in cachedMappings[slot] { buffer.append(byte) }
    }

    private func mapping(of point: UInt32) -> [UInt8] {
        guard let scalar = Unicode.Scalar(point) else { return [] }
        let properties = scalar.properties
        return Array((direction == .upper ? properties.uppercaseMapping : properties.lowercaseMapping).utf8)
    }

    /// Unicode's Final_Sigma: a cased letter before it and none after it, case-ignorable characters aside.
    private func isFinal(at index: Int, _ byteCount: Int, _ text: Span<UInt8>) -> Bool {
        var before = index - 1
        var isAfterCased = false
        while before >= 0 {
            if !UnicodeText.isContinuation(text[before]) {
                if let properties = properties(at: before, text), !properties.isCaseIgnorable {
                    isAfterCased = properties.isCased
                    break
                }
            }
            before -= 1
        }
        guard isAfterCased else { return false }
        var after = index + byteCount
        while after < text.count {
            if !UnicodeText.isContinuation(text[after]), let properties = properties(at: after, text),
                !properties.isCaseIgnorable
            {
                return !properties.isCased
            }
            after += 1
        }
        return true
    }

    private func properties(at offset: Int, _ text: Span<UInt8>) -> Unicode.Scalar.Properties? {
        UnicodeText.codePoint(at: offset, in: text).flatMap { Unicode.Scalar($0.value) }?.properties
    }
}
