import SluiceColumns

/// The words of one family of SHA-2: 32 bits for SHA-224 and SHA-256, 64 bits for SHA-384 and SHA-512.
protocol SHA2Word: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, SendableMetatype {
    /// Steps for a block.
    static var roundCount: Int { get }
    /// The functions that FIPS 180-4, 4.1.2 and 4.1.3 call σ0, σ1, Σ0 and Σ1.
    var smallSigma0: Self { get }
    var smallSigma1: Self { get }
    var largeSigma0: Self { get }
    var largeSigma1: Self { get }
}

extension UInt32: SHA2Word {
    static let roundCount = 64
    @inline(__always) var smallSigma0: UInt32 { turnedRight(7) ^ turnedRight(18) ^ (self &>> 3) }
    @inline(__always) var smallSigma1: UInt32 { turnedRight(17) ^ turnedRight(19) ^ (self &>> 10) }
    @inline(__always) var largeSigma0: UInt32 { turnedRight(2) ^ turnedRight(13) ^ turnedRight(22) }
    @inline(__always) var largeSigma1: UInt32 { turnedRight(6) ^ turnedRight(11) ^ turnedRight(25) }
}

extension UInt64: SHA2Word {
    static let roundCount = 80
    @inline(__always) var smallSigma0: UInt64 { turnedRight(1) ^ turnedRight(8) ^ (self &>> 7) }
    @inline(__always) var smallSigma1: UInt64 { turnedRight(19) ^ turnedRight(61) ^ (self &>> 6) }
    @inline(__always) var largeSigma0: UInt64 { turnedRight(28) ^ turnedRight(34) ^ turnedRight(39) }
    @inline(__always) var largeSigma1: UInt64 { turnedRight(14) ^ turnedRight(18) ^ turnedRight(41) }
}

/// SHA-224 and SHA-256 over 32-bit words, SHA-384 and SHA-512 over 64-bit words (FIPS 180-4, 6.2 and 6.4).
struct SHA2Digest<Word: SHA2Word>: BlockDigest {
    static var blockByteCount: Int { 2 * Word.bitWidth }
    static var lengthByteCount: Int { Word.bitWidth / 4 }
    static var isLittleEndian: Bool { false }

    private let start: InlineArray<8, Word>
    private let constants: [Word]
    private let digestWordCount: Int
    private var state: InlineArray<8, Word>
    private var schedule = InlineArray<80, Word>(repeating: 0)

    /// - Parameter bitCount: 224 or 256 for 32-bit words, 384 or 512 for 64-bit words.
    init(bitCount: Int) {
        let isWide = Word.bitWidth == 64
        // The words of the narrow family are halves of those of the wide one: the lower halves for SHA-224.
        let roots = bitCount == 256 || bitCount == 512 ? SHA2Constants.firstRoots : SHA2Constants.laterRoots
        let shift = isWide || bitCount == 224 ? 0 : 32
        start = InlineArray { Word(truncatingIfNeeded: roots[$0] >> UInt64(shift)) }
        constants = SHA2Constants.cubeRoots.prefix(Word.roundCount).map {
            Word(truncatingIfNeeded: isWide ? $0 : $0 >> 32)
        }
        digestWordCount = bitCount / Word.bitWidth
        state = start
    }

    mutating func reset() { state = start }

    mutating func compress(_ block: Span<UInt8>) {
        for index in 0..<16 { schedule[index] = block.bigEndianWord(at: index * (Word.bitWidth / 8), Word.self) }
        for index in 16..<Word.roundCount {
            schedule[index] =
                schedule[index - 16] &+ schedule[index - 15].smallSigma0 &+ schedule[index - 7]
                &+ schedule[index - 2].smallSigma1
        }
        let table = self.constants
        let constants = table.span
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<Word.roundCount {
            let choice = g ^ (e & (f ^ g))
            let taken = h &+ e.largeSigma1 &+ choice &+ constants[round] &+ schedule[round]
            let majority = (a & b) | (c & (a | b))
            (h, g, f, e) = (g, f, e, d &+ taken)
            (d, c, b, a) = (c, b, a, taken &+ a.largeSigma0 &+ majority)
        }
        let added: InlineArray<8, Word> = [a, b, c, d, e, f, g, h]
        for index in 0..<8 { state[index] &+= added[index] }
    }

    func appendDigits(to buffer: inout TextBuffer) {
        for index in 0..<digestWordCount {
            buffer.append(lowerHexadecimal: UInt64(state[index]), digitCount: Word.bitWidth / 4)
        }
    }
}

/// The first 64 bits of the fractions of roots of primes (FIPS 180-4, 4.2 and 5.3).
private enum SHA2Constants {
    /// Square roots of the first 8 primes: where SHA-512 starts.
    static let firstRoots: [UInt64] = [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ]
    /// Square roots of the next 8 primes: where SHA-384 starts.
    static let laterRoots: [UInt64] = [
        0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
        0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
    ]
    /// Cube roots of the first 80 primes.
    static let cubeRoots: [UInt64] = [
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
        0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
        0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
        0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
        0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
        0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
        0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
        0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
        0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
        0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
        0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
        0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
        0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
        0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
        0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
        0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
        0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
    ]
}
