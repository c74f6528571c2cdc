import Glibc

/// Prices: `round(100 * 10^(6u))` for an even u, from tables.
///
/// `pow` costs 20 ns; two table look-ups and the first terms of the exponential series for the rest cost 2 ns. The
/// result is exact to 1e-11 of its value, so it differs from the formula's only where that is as good as a half.
struct NexmarkPrices: Sendable {
    private let high: [Double]
    private let low: [Double]

    init() {
        high = (0..<256).map { 100 * pow(10, 6 * Double($0) / 256) }
        low = (0..<256).map { pow(10, 6 * Double($0) / 65536) }
    }

    /// The price 64 random bits stand for.
    @inline(__always)
    func price(_ bits: UInt64) -> Int64 {
        // What is left of u below 2^-16, times ln(10^6).
        let rest = Double(bits & 0x0000_FFFF_FFFF_FFFF) * (0x1p-64 * 13.815510557964274)
        let scale = 1 + rest + rest * rest * 0.5
        let value = high[Int(bits >> 56)] * low[Int(bits >> 48) & 255] * scale
        return Int64(value + 0.5)
    }
}

/// How long `extra` is: what an event lacks to its average size, give or take a fifth.
struct NexmarkExtraSpread: Sendable {
    private let least: Int
    private let spread: UInt32

    /// - Parameters:
    ///   - averageBytes: the average size of an event.
    ///   - usedBytes: the size of the event's other fields.
    @inline(__always)
    init(averageBytes: Int64, usedBytes: Int) {
        let wanted = max(Int(averageBytes) - usedBytes, 0)
        let fifth = (wanted * 2 + 5) / 10
        least = wanted - fifth
        spread = UInt32(truncatingIfNeeded: 2 * fifth)
    }

    /// Which piece of the arena 64 random bits stand for.
    @inline(__always)
    func cut(_ bits: UInt64) -> TextCut {
        let byteCount = least &+ CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: spread)
        let choices = UInt32(truncatingIfNeeded: NexmarkText.extraArenaByteCount &- byteCount)
        return TextCut(
            start: CounterRandom.scale(UInt32(truncatingIfNeeded: bits), below: choices),
            byteCount: byteCount
        )
    }
}
