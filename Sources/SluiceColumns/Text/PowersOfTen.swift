/// Powers of ten, and the number of decimal digits of a value.
public enum PowersOfTen {
    /// 10^0 to 10^19, all that fit 64 bits.
    static let narrow: [UInt64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]

    /// 10^0 to 10^38, all that fit 127 bits.
    static let wide: [UInt128] = {
        var table: [UInt128] = [1]
        while table.count < 39 {
            table.append(table[table.count - 1] * 10)
        }
        return table
    }()

    /// 10^0 to 10^22, all that a double holds exactly.
    static let doubles: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// 10^exponent as a signed 64-bit value, for 0...18.
    public static func int64(_ exponent: Int) -> Int64 {
        precondition(exponent < 19)
        return Int64(truncatingIfNeeded: narrow[exponent])
    }

    /// 10^exponent as an unsigned 64-bit value, for 0...19.
    public static func uint64(_ exponent: Int) -> UInt64 { narrow[exponent] }

    /// 10^exponent as a signed 128-bit value, for 0...38.
    public static func int128(_ exponent: Int) -> Int128 { Int128(truncatingIfNeeded: wide[exponent]) }

    /// 10^exponent as an unsigned 128-bit value, for 0...38.
    public static func uint128(_ exponent: Int) -> UInt128 { wide[exponent] }

    /// 10^exponent as a double, exact, for 0...22.
    public static func double(_ exponent: Int) -> Double { doubles[exponent] }

    /// How many decimal digits `value` has; 0 has one.
    public static func digitCount(of value: UInt64) -> Int {
        // 1233 / 4096 is just above log10(2): the estimate is right or one too low.
        let estimate = ((64 - value.leadingZeroBitCount) &* 1233) >> 12
        if estimate >= 20 { return 20 }
        return value >= narrow[estimate] ? estimate + 1 : max(estimate, 1)
    }

    /// How many decimal digits `value` has, up to 39; 0 has one.
    public static func digitCount(of value: UInt128) -> Int {
        if let small = UInt64(exactly: value) { return digitCount(of: small) }
        let estimate = ((128 - value.leadingZeroBitCount) &* 1233) >> 12
        return value >= wide[estimate] ? estimate + 1 : estimate
    }
}
