/// Which of its possible values a row has: evenly drawn, or a few hot ones more often than the others.
///
/// A value is told by a key; what a key looks like as a number or a text is for the field's generator to say. Hot keys
/// are the first ones, `0 ..< hotCount`.
struct DatagenSkew: Sendable {
    /// Different values of the field; nil for as many as there are.
    var distinctCount: UInt32?
    /// How many of them are hot; at most `distinctCount`.
    var hotCount: UInt32 = 0
    /// Probability that a row has a hot value, from 0 to 1.
    var hotShare: Double = 0

    /// The key of one row.
    struct Key: Equatable {
        var bits: UInt64
        var isHot: Bool
    }

    /// The key 64 random bits stand for.
    @inline(__always)
    func key(_ bits: UInt64) -> Key {
        if hotCount > 0 {
            // The low half decides on hotness, the high half chooses: they must not be the same bits.
            let isHot = Double(UInt32(truncatingIfNeeded: bits)) < hotShare * 0x1p32
            if isHot {
                let choice = CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: hotCount)
                return Key(bits: UInt64(choice), isHot: true)
            }
        }
        guard let distinctCount else { return Key(bits: bits | 0x8000_0000_0000_0000, isHot: false) }
        let choices = max(distinctCount &- hotCount, 1)
        let choice = CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: choices)
        return Key(bits: UInt64(hotCount) &+ UInt64(choice), isHot: false)
    }
}
