import SluiceColumns
import SluiceTesting
import Testing

@Suite("Looking for bytes, and turning the case of letters, words at a time")
struct ByteScanTests {
    /// Texts of all lengths around the width of a word, of few different bytes, some of them beyond ASCII.
    private func texts(seed: UInt64) -> [[UInt8]] {
        var random = SeededRandom(seed)
        return (0..<300).map { length in
            (0..<length % 150).map { _ in
                let bytes: [UInt8] = [
                    0x00, 0x2F, 0x40, 0x41, 0x5A, 0x5B, 0x60, 0x61, 0x7A, 0x7B, 0x7F, 0xC3, 0xA9, 0xFF,
                ]
                return bytes[Int(random.next() >> 33) % bytes.count]
            }
        }
    }

    @Test("The first byte and the marks of a window are where a plain loop finds them")
    func scans() {
        for text in texts(seed: 7) {
            for value: UInt8 in [0x00, 0x2F, 0x7F, 0xFF, 0x80] {
                for start in 0...text.count {
                    let places = text.indices.filter { $0 >= start && text[$0] == value }
                    #expect(ByteScan.firstOffset(of: value, in: text.span, from: start) == places.first ?? text.count)
                    let near = places.prefix { $0 - start < ByteScan.windowByteCount }
                    let wanted = near.reduce(into: UInt64(0)) { $0 |= 1 << UInt64($1 - start) }
                    #expect(ByteScan.marks(of: value, in: text.span, from: start) == wanted)
                }
            }
        }
    }

    @Test("Code points are counted as a plain loop counts them")
    func counts() {
        for text in texts(seed: 3) + [[UInt8](repeating: 0x80, count: 9_001), [UInt8](repeating: 0xBF, count: 4_080)] {
            #expect(UnicodeText.codePointCount(text.span) == text.filter { $0 & 0xC0 != 0x80 }.count)
        }
    }

    @Test("Parts of views, and views in the other case, hold what the texts do")
    func partsOfViews() {
        for text in texts(seed: 5) + ["Channel-17", "Zürich", "@AZ[`az{"].map({ Array($0.utf8) }) {
            var builder = StringBuilder(count: 1)
            builder.append(text.span)
            let column = builder.finish(.notNull(.string))
            let view = column.views[0]
            let strings = column.strings
            for start in 0...min(text.count, 20) {
                for end in Swift.max(start, text.count - 20)...text.count {
                    var part = StringBuilder(count: 1)
                    part.append(strings[0].extracting(start..<end))
                    let wanted = part.finish(.notNull(.string))
                    #expect(StringView.equal(view.part(start..<end), wanted.views[0]))
                }
            }
            let isShort = text.count <= StringView.inlineByteCountMax && text.allSatisfy { $0 < 0x80 }
            let lower = text.map { $0 &- 0x41 < 26 ? $0 ^ 0x20 : $0 }
            var builderOfLower = StringBuilder(count: 1)
            builderOfLower.append(lower.span)
            let wanted = builderOfLower.finish(.notNull(.string))
            let swapped = view.swappingCase(from: UInt8(ascii: "A"))
            #expect((swapped != nil) == isShort)
            if let swapped { #expect(StringView.equal(swapped, wanted.views[0])) }
        }
    }

    @Test("Letters change case up to the first byte beyond ASCII", arguments: [UInt8(ascii: "A"), UInt8(ascii: "a")])
    func swapsCase(first: UInt8) {
        for text in texts(seed: 11) {
            for start in 0...text.count {
                var buffer = TextBuffer(byteCapacity: 4)
                buffer.append(UInt8(ascii: "="))
                let end = buffer.append(swappingCaseFrom: first, text.span, from: start)
                let wantedEnd = text.indices.first { $0 >= start && text[$0] >= 0x80 } ?? text.count
                #expect(end == wantedEnd)
                let wanted = text[start..<wantedEnd].map { $0 >= first && $0 < first + 26 ? $0 ^ 0x20 : $0 }
                #expect(buffer.byteArray == [UInt8(ascii: "=")] + wanted)
            }
        }
    }
}
