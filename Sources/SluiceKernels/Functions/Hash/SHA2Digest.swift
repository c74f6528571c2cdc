import SluiceColumns

/// SHA-224 and SHA-256 over 32-bit words, SHA-384 and SHA-512 over 64-bit words (FIPS 180-4, 6.2 and 6.4).
struct SHA2Digest<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: BlockDigest {
    /// By how many bits the words of one family are turned, and how many rounds it has.
    private struct Shape {
        let rounds: Int
        let upper: (Int, Int, Int)
        let lower: (Int, Int, Int)
        /// Two rotations and a shift each.
        let small: ((Int, Int, Int), (Int, Int, Int))
    }

    private let shape: Shape
    private let start: [Word]
    private let constants: [Word]
    private let digestByteCount: Int
    private var state: [Word]
    private var schedule: [Word]

    var blockByteCount: Int { 2 * Word.bitWidth }
    var lengthByteCount: Int { Word.bitWidth / 4 }

    /// - Parameter bitCount: 224 or 256 for 32-bit words, 384 or 512 for 64-bit words.
    init(bitCount: Int) {
        let isWide = Word.bitWidth == 64
        shape =
            isWide
            ? Shape(rounds: 80, upper: (28, 34, 39), lower: (14, 18, 41), small: ((1, 8, 7), (19, 61, 6)))
            : Shape(rounds: 64, upper: (2, 13, 22), lower: (6, 11, 25), small: ((7, 18, 3), (17, 19, 10)))
        // The words of the narrow family are halves of those of the wide one: the lower halves for SHA-224.
        let roots = bitCount == 256 || bitCount == 512 ? SHA2Constants.firstRoots : SHA2Constants.laterRoots
        let shift = isWide || bitCount == 224 ? 0 : 32
        start = roots.map { Word(truncatingIfNeeded: $0 >> UInt64(shift)) }
        constants = SHA2Constants.cubeRoots.prefix(shape.rounds).map {
            Word(truncatingIfNeeded: isWide ? $0 : $0 >> 32)
        }
        digestByteCount = bitCount / 8
        state = start
        schedule = [Word](repeating: 0, count: shape.rounds)
    }

    mutating func reset() { state = start }

    mutating func compress(_ block: Span<UInt8>) {
        let wordByteCount = Word.bitWidth / 8
        for index in 0..<16 {
            var word: Word = 0
            for byte in 0..<wordByteCount { word = word << 8 | Word(block[index * wordByteCount + byte]) }
            schedule[index] = word
        }
        let (first, second) = shape.small
        for index in 16..<shape.rounds {
            let early = schedule[index - 15]
            let late = schedule[index - 2]
            let lower = Self.turned(early, first.0) ^ Self.turned(early, first.1) ^ early >> Word(first.2)
            let upper = Self.turned(late, second.0) ^ Self.turned(late, second.1) ^ late >> Word(second.2)
            schedule[index] = schedule[index - 16] &+ lower &+ schedule[index - 7] &+ upper
        }
        runRounds()
    }

    private mutating func runRounds() {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<shape.rounds {
            let lower =
                Self.turned(e, shape.lower.0) ^ Self.turned(e, shape.lower.1) ^ Self.turned(e, shape.lower.2)
            let choice = (e & f) ^ (~e & g)
            let taken = h &+ lower &+ choice &+ constants[round] &+ schedule[round]
            let upper =
                Self.turned(a, shape.upper.0) ^ Self.turned(a, shape.upper.1) ^ Self.turned(a, shape.upper.2)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            (h, g, f, e) = (g, f, e, d &+ taken)
            (d, c, b, a) = (c, b, a, taken &+ upper &+ majority)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    private static func turned(_ word: Word, _ count: Int) -> Word {
        word >> Word(count) | word << Word(Word.bitWidth - count)
    }

    func forEachByte(_ body: (UInt8) -> Void) {
        let wordByteCount = Word.bitWidth / 8
        for index in 0..<digestByteCount {
            let shift = Word(8 * (wordByteCount - 1 - index % wordByteCount))
            body(UInt8(truncatingIfNeeded: state[index / wordByteCount] >> shift))
        }
    }

    static func writeLength(_ bitCount: UInt64, into tail: inout [UInt8], endingAt end: Int) {
        for byte in 0..<8 { tail[end - 1 - byte] = UInt8(truncatingIfNeeded: bitCount >> UInt64(8 * byte)) }
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
