/// A random number that is a pure function of (seed, field, position).
///
/// There is no state to carry: the number of row 1,000,000 costs as much as the number of row 0, so shards generate
/// disjoint slices, a restart continues anywhere, and a field that is not wanted changes nothing in the others.
///
/// The mixing is that of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014):
/// a Weyl sequence through a 64-bit finaliser. Each field walks the sequence from its own start.
struct CounterRandom: Sendable, Hashable {
    /// Where this field's Weyl sequence starts.
    private let start: UInt64

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// - Parameters:
    ///   - seed: the stream's seed.
    ///   - field: tells the random numbers of one stream apart; two fields with the same number are the same.
    init(seed: UInt64, field: UInt64) {
        start = Self.mix(Self.mix(seed &+ Self.step) ^ Self.mix(field &* 0xD6E8_FEB8_6659_FD93 &+ 1))
    }

    /// A random number whose field is told by name; for streams whose fields are a user's columns.
    init(seed: UInt64, fieldName: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in fieldName.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        self.init(seed: seed, field: hash)
    }

    /// 64 random bits for `position`.
    @inline(__always)
    func bits(_ position: Int64) -> UInt64 {
        Self.mix(start &+ UInt64(bitPattern: position) &* Self.step)
    }

    /// A number in `0..<bound`, where `bound` is at least 1.
    ///
    /// By multiplication (Lemire, 2019) without the rejection: no number is more probable than another by more than
    /// 2^-32.
    @inline(__always)
    func below(_ bound: UInt32, _ position: Int64) -> Int {
        Self.scale(UInt32(truncatingIfNeeded: bits(position) >> 32), below: bound)
    }

    /// Maps 32 random bits on `0..<bound`.
    @inline(__always)
    static func scale(_ bits: UInt32, below bound: UInt32) -> Int {
        Int((UInt64(bits) &* UInt64(bound)) >> 32)
    }

    /// A number in `0 ..< 1`, 53 bits of it random.
    @inline(__always)
    func unit(_ position: Int64) -> Double {
        Double(bits(position) >> 11) * 0x1p-53
    }

    /// The next of many numbers for one position: a text needs several draws.
    @inline(__always)
    func draws(_ position: Int64) -> DrawSequence {
        DrawSequence(state: bits(position))
    }

    @inline(__always)
    fileprivate static func mix(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// As many random numbers as one value needs, in order.
    struct DrawSequence {
        private var state: UInt64

        @inline(__always)
        init(state: UInt64) {
            self.state = state
        }

        /// 64 random bits.
        @inline(__always)
        mutating func next() -> UInt64 {
            state = state &+ CounterRandom.step
            return CounterRandom.mix(state)
        }

        /// A number in `0..<bound`, where `bound` is at least 1.
        @inline(__always)
        mutating func below(_ bound: UInt32) -> Int {
            CounterRandom.scale(UInt32(truncatingIfNeeded: next() >> 32), below: bound)
        }
    }
}
