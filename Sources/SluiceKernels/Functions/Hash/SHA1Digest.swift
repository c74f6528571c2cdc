import SluiceColumns

/// SHA-1 (FIPS 180-4, 6.1).
struct SHA1Digest: BlockDigest {
    private static let start: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]

    private var state = SHA1Digest.start
    private var schedule = [UInt32](repeating: 0, count: 80)

    var blockByteCount: Int { 64 }
    var lengthByteCount: Int { 8 }

    mutating func reset() { state = SHA1Digest.start }

    mutating func compress(_ block: Span<UInt8>) {
        for index in 0..<16 {
            var word: UInt32 = 0
            for byte in 0..<4 { word = word << 8 | UInt32(block[4 * index + byte]) }
            schedule[index] = word
        }
        for index in 16..<80 {
            let word = schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16]
            schedule[index] = word << 1 | word >> 31
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            let (mixed, constant): (UInt32, UInt32) =
                switch round / 20 {
                case 0: ((b & c) | (~b & d), 0x5a82_7999)
                case 1: (b ^ c ^ d, 0x6ed9_eba1)
                case 2: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let sum = (a << 5 | a >> 27) &+ mixed &+ e &+ constant &+ schedule[round]
            (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, sum)
        }
        for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
    }

    func forEachByte(_ body: (UInt8) -> Void) {
        for word in state {
            for byte in (0..<4).reversed() { body(UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))) }
        }
    }

    static func writeLength(_ bitCount: UInt64, into tail: inout [UInt8], endingAt end: Int) {
        for byte in 0..<8 { tail[end - 1 - byte] = UInt8(truncatingIfNeeded: bitCount >> UInt64(8 * byte)) }
    }
}
