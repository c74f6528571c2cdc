import SluiceColumns
import SluiceTesting
import Testing

@Suite struct UnicodeTextTests {
    @Test(arguments: ["", "abc", "héllo wörld", "日本語テキスト", "a😀b", "😀😀😀😀😀", "plain ascii text of some length"])
    func countsAgreeWithUnicodeScalars(text: String) {
        let scalars = Array(text.unicodeScalars)
        #expect(bytes(of: text) { UnicodeText.codePointCount($0) } == scalars.count)
        #expect(bytes(of: text) { UnicodeText.utf16Count($0) } == text.utf16.count)
        #expect(bytes(of: text) { UnicodeText.isValid($0) })
        #expect(bytes(of: text) { UnicodeText.isASCII($0) } == scalars.allSatisfy(\.isASCII))
        var offset = 0
        for (index, scalar) in scalars.enumerated() {
            #expect(bytes(of: text) { UnicodeText.byteOffset(ofCodePoint: index, in: $0) } == offset)
            let found = bytes(of: text) { UnicodeText.codePoint(at: offset, in: $0) }
            #expect(found?.value == scalar.value)
            offset += found?.byteCount ?? 0
        }
        #expect(bytes(of: text) { UnicodeText.byteOffset(ofCodePoint: scalars.count, in: $0) } == text.utf8.count)
        #expect(formatted { for scalar in scalars { $0.append(codePoint: scalar.value) } } == text)
    }

    /// Swift repairs by the same rule of maximal subparts (Unicode 3.9), so its decoder is the reference.
    @Test func randomBytesAreRepairedAsSwiftRepairsThem() {
        var random = SeededRandom(47)
        let alphabet: [UInt8] = [
            0x41, 0x80, 0xBF, 0xA0, 0x9F, 0x90, 0x8F, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5,
            0xFF,
        ]
        for _ in 0..<20_000 {
            let source = (0..<Int(random.next() % 14)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            let expected = String(decoding: source, as: UTF8.self)
            #expect(formatted { UnicodeText.repair(source.span, into: &$0) } == expected, "\(source)")
            #expect(UnicodeText.isValid(source.span) == (String(validating: source, as: UTF8.self) != nil), "\(source)")
        }
    }
}
