import SluiceColumns
import Testing

/// The text that one or more appends make.
func formatted(_ append: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer(byteCapacity: 1)
    append(&buffer)
    return buffer.text
}

/// Reads a text through its bytes.
func bytes<Result>(of text: String, _ read: (Span<UInt8>) -> Result) -> Result {
    let array = Array(text.utf8)
    return read(array.span)
}

@Suite struct TextBufferTests {
    @Test func itGrowsAndKeepsItsBytes() {
        var buffer = TextBuffer(byteCapacity: 1)
        for value in 0..<1_000 {
            buffer.append(integer: Int64(value))
        }
        #expect(buffer.text == (0..<1_000).map(String.init).joined())
        buffer.truncate(to: 3)
        #expect(buffer.byteArray == [0x30, 0x31, 0x32])
        buffer.removeAll()
        #expect(buffer.isEmpty)
        #expect(buffer.bytes.count == 0)
    }
}
