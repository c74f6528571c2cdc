import SluiceColumns

/// SHA-1 (FIPS 180-4, 6.1).
struct SHA1Digest: BlockDigest {
    static let blockByteCount = 64
    static let lengthByteCount = 8
    static let isLittleEndian = false

    private var state = InlineArray<5, UInt32>(repeating: 0)
    private var schedule = InlineArray<80, UInt32>(repeating: 0)

    mutating func reset() { state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0] }

    mutating func compress(_ block: Span<UInt8>) {
        for index in 0..<16 { schedule[index] = block.bigEndianWord(at: 4 * index, UInt32.self) }
        for index in 16..<80 {
            let word = schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16]
            schedule[index] = word.turnedLeft(1)
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<20 {
            let sum = a.turnedLeft(5) &+ (d ^ (b & (c ^ d))) &+ e &+ 0x5a82_7999 &+ schedule[round]
            (e, d, c, b, a) = (d, c, b.turnedLeft(30), a, sum)
        }
        for round in 20..<40 {
            let sum = a.turnedLeft(5) &+ (b ^ c ^ d) &+ e &+ 0x6ed9_eba1 &+ schedule[round]
            (e, d, c, b, a) = (d, c, b.turnedLeft(30), a, sum)
        }
        for round in 40..<60 {
            let sum = a.turnedLeft(5) &+ ((b & c) | (d & (b | c))) &+ e &+ 0x8f1b_bcdc &+ schedule[round]
            (e, d, c, b, a) = (d, c, b.turnedLeft(30), a, sum)
        }
        for round in 60..<80 {
            let sum = a.turnedLeft(5) &+ (b ^ c ^ d) &+ e &+ 0xca62_c1d6 &+ schedule[round]
            (e, d, c, b, a) = (d, c, b.turnedLeft(30), a, sum)
        }
        state = [state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d, state[4] &+ e]
    }

    func appendDigits(to buffer: inout TextBuffer) {
        for index in 0..<5 { buffer.append(lowerHexadecimal: UInt64(state[index]), digitCount: 8) }
    }
}
