import Glibc
import SluiceColumns

/// MD5 (RFC 1321).
struct MD5Digest: BlockDigest {
    private static let shifts: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]
    private static let sines: [UInt32] = (1...64).map { UInt32(abs(sin(Double($0))) * 4_294_967_296) }
    private static let start: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]

    private var state = MD5Digest.start
    private var words = [UInt32](repeating: 0, count: 16)

    var blockByteCount: Int { 64 }
    var lengthByteCount: Int { 8 }

    mutating func reset() { state = MD5Digest.start }

    mutating func compress(_ block: Span<UInt8>) {
        for index in 0..<16 {
            var word: UInt32 = 0
            for byte in (0..<4).reversed() { word = word << 8 | UInt32(block[4 * index + byte]) }
            words[index] = word
        }
        let sines = MD5Digest.sines
        let shifts = MD5Digest.shifts
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for step in 0..<64 {
            let (mixed, place) =
                switch step >> 4 {
                case 0: ((b & c) | (~b & d), step)
                case 1: ((d & b) | (~d & c), (5 * step + 1) & 15)
                case 2: (b ^ c ^ d, (3 * step + 5) & 15)
                default: (c ^ (b | ~d), (7 * step) & 15)
                }
            let sum = a &+ mixed &+ sines[step] &+ words[place]
            let shift = shifts[step >> 4][step & 3]
            (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
        }
        for (index, word) in [a, b, c, d].enumerated() { state[index] &+= word }
    }

    func forEachByte(_ body: (UInt8) -> Void) {
        for word in state {
            for byte in 0..<4 { body(UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))) }
        }
    }

    static func writeLength(_ bitCount: UInt64, into tail: inout [UInt8], endingAt end: Int) {
        for byte in 0..<8 { tail[end - 8 + byte] = UInt8(truncatingIfNeeded: bitCount >> UInt64(8 * byte)) }
    }
}
