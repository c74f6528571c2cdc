import SluiceColumns
import Testing

@Suite("Looking for bytes, and turning the case of letters, eight bytes at a time")
struct ByteScanTests {
    /// Texts of all lengths around the width of a word, of few different bytes, some of them beyond ASCII.
    private func texts(seed: UInt64) -> [[UInt8]] {
        var state = seed
        return (0..<400).map { length in
            (0..<length % 40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let bytes: [UInt8] = [
                    0x00, 0x2F, 0x40, 0x41, 0x5A, 0x5B, 0x60, 0x61, 0x7A, 0x7B, 0x7F, 0xC3, 0xA9, 0xFF,
                ]
                return bytes[Int(state >> 33) % bytes.count]
            }
        }
    }

    @Test("The first byte and the one behind some others are where a plain loop finds them")
    func scans() {
        for text in texts(seed: 7) {
            for value: UInt8 in [0x00, 0x2F, 0x7F, 0xFF, 0x80] {
                for start in 0...text.count {
                    let places = text.indices.filter { $0 >= start && text[$0] == value }
                    #expect(ByteScan.firstOffset(of: value, in: text.span, from: start) == places.first ?? text.count)
                    for skipped in 0...places.count {
                        let wanted = skipped < places.count ? places[skipped] : nil
                        #expect(ByteScan.offset(of: value, skipping: skipped, in: text.span, from: start) == wanted)
                    }
                }
            }
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
