import Glibc
import SluiceColumns

/// MD5 (RFC 1321).
struct MD5Digest: BlockDigest {
    private static let sines: [UInt32] = (1...64).map { UInt32(abs(sin(Double($0))) * 4_294_967_296) }

    static let blockByteCount = 64
    static let lengthByteCount = 8
    static let isLittleEndian = true

    private var state: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    private let sines = MD5Digest.sines

    mutating func reset() { state = (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476) }

    mutating func compress(_ block: Span<UInt8>) {
        var words = InlineArray<16, UInt32>(repeating: 0)
        for index in 0..<16 { words[index] = block.bigEndianWord(at: 4 * index, UInt32.self).byteSwapped }
        let table = self.sines
        let sines = table.span
        var (a, b, c, d) = state
        // Four rounds of sixteen steps; each step turns by a number of bits of its own.
        for start in stride(from: 0, to: 16, by: 4) {
            a = b &+ (a &+ (d ^ (b & (c ^ d))) &+ sines[start] &+ words[start]).turnedLeft(7)
            d = a &+ (d &+ (c ^ (a & (b ^ c))) &+ sines[start + 1] &+ words[start + 1]).turnedLeft(12)
            c = d &+ (c &+ (b ^ (d & (a ^ b))) &+ sines[start + 2] &+ words[start + 2]).turnedLeft(17)
            b = c &+ (b &+ (a ^ (c & (d ^ a))) &+ sines[start + 3] &+ words[start + 3]).turnedLeft(22)
        }
        for start in stride(from: 16, to: 32, by: 4) {
            a = b &+ (a &+ (c ^ (d & (b ^ c))) &+ sines[start] &+ words[(5 &* start &+ 1) & 15]).turnedLeft(5)
            d = a &+ (d &+ (b ^ (c & (a ^ b))) &+ sines[start + 1] &+ words[(5 &* start &+ 6) & 15]).turnedLeft(9)
            c = d &+ (c &+ (a ^ (b & (d ^ a))) &+ sines[start + 2] &+ words[(5 &* start &+ 11) & 15]).turnedLeft(14)
            b = c &+ (b &+ (d ^ (a & (c ^ d))) &+ sines[start + 3] &+ words[(5 &* start) & 15]).turnedLeft(20)
        }
        for start in stride(from: 32, to: 48, by: 4) {
            a = b &+ (a &+ (b ^ c ^ d) &+ sines[start] &+ words[(3 &* start &+ 5) & 15]).turnedLeft(4)
            d = a &+ (d &+ (a ^ b ^ c) &+ sines[start + 1] &+ words[(3 &* start &+ 8) & 15]).turnedLeft(11)
            c = d &+ (c &+ (d ^ a ^ b) &+ sines[start + 2] &+ words[(3 &* start &+ 11) & 15]).turnedLeft(16)
            b = c &+ (b &+ (c ^ d ^ a) &+ sines[start + 3] &+ words[(3 &* start &+ 14) & 15]).turnedLeft(23)
        }
        for start in stride(from: 48, to: 64, by: 4) {
            a = b &+ (a &+ (c ^ (b | ~d)) &+ sines[start] &+ words[(7 &* start) & 15]).turnedLeft(6)
            d = a &+ (d &+ (b ^ (a | ~c)) &+ sines[start + 1] &+ words[(7 &* start &+ 7) & 15]).turnedLeft(10)
            c = d &+ (c &+ (a ^ (d | ~b)) &+ sines[start + 2] &+ words[(7 &* start &+ 14) & 15]).turnedLeft(15)
            b = c &+ (b &+ (d ^ (c | ~a)) &+ sines[start + 3] &+ words[(7 &* start &+ 5) & 15]).turnedLeft(21)
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
    }

    func appendDigits(to buffer: inout TextBuffer) {
        buffer.append(lowerHexadecimal: UInt64(state.0.byteSwapped), digitCount: 8)
        buffer.append(lowerHexadecimal: UInt64(state.1.byteSwapped), digitCount: 8)
        buffer.append(lowerHexadecimal: UInt64(state.2.byteSwapped), digitCount: 8)
        buffer.append(lowerHexadecimal: UInt64(state.3.byteSwapped), digitCount: 8)
    }
}
