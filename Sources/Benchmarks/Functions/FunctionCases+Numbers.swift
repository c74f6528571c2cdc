extension FunctionCase {
    /// Arithmetic by type, and mathematics.
    static let numbers: [FunctionCase] =
        [
            "tiny + tiny2", "small - small2", "n + m", "n * m", "n / m", "n % m", "MOD(n, 7)", "-n", "n + 1", "n / 10",
            "big + big2", "big - big2", "big * big2", "big / big2", "big % 1000", "n * big",
        ].map { FunctionCase(.integers, $0) }
        + [
            "f + e", "f - e", "f * e", "f / e", "f * 0.908", "r + r", "r * f", "n * f",
        ].map { FunctionCase(.floats, $0) }
        + [
            "price + cost", "price - cost", "price * cost", "price / cost", "price % cost", "price * 0.908",
            "price * n", "price / 3", "price + wide", "wide + wide2", "wide - wide2", "wide * wide2", "wide / wide2",
            "wide % wide2", "-price",
        ].map { FunctionCase(.decimals, $0) }
        + [
            "seen + INTERVAL '90' SECOND", "seen - INTERVAL '1' DAY", "seen + INTERVAL '3' MONTH",
            "born + INTERVAL '1' DAY",
            "born - INTERVAL '1' MONTH", "clock + INTERVAL '90' SECOND", "stamp - INTERVAL '1' HOUR",
            "INTERVAL '90' SECOND * m", "(seen2 - seen) DAY TO SECOND", "(due - born) MONTH",
        ].map { FunctionCase(.times, $0) }
        + [
            "ABS(n)", "ABS(f)", "ABS(price)", "SIGN(n)", "SIGN(f)", "SIGN(price)", "CEIL(f)", "CEIL(price)", "FLOOR(f)",
            "FLOOR(price)", "ROUND(f)", "ROUND(f, 1)", "ROUND(price, 1)", "ROUND(wide, 2)", "TRUNCATE(f, 1)",
            "TRUNCATE(price, 1)", "ROUND(n, -2)", "SQRT(e)", "POWER(e, 2)", "POWER(e, 0.5)", "EXP(f)", "LN(e)",
            "LOG(2, e)", "LOG10(e)", "LOG2(e)", "SIN(f)", "COS(f)", "TAN(f)", "COT(e)", "ASIN(e / 100)",
            "ACOS(e / 100)", "ATAN(f)", "ATAN2(f, e)", "SINH(e)", "COSH(e)", "TANH(f)", "DEGREES(f)", "RADIANS(f)",
            "PI() * f", "E() * f", "BIN(n)", "HEX(n)",
        ].map { FunctionCase(.math, $0) }
        + [
            "BROUND(f, 1)", "BROUND(price, 1)", "CBRT(f)", "FACTORIAL(m)", "CONV(digits, 10, 16)",
        ].map { FunctionCase(.math, $0, isFlinks: false) }
        + [
            "BITAND(n, m)", "BITOR(n, m)", "BITXOR(big, big2)", "BITNOT(n)", "SHIFTLEFT(n, 3)", "SHIFTRIGHT(n, m)",
            "SHIFTRIGHTUNSIGNED(big, 3)",
        ].map { FunctionCase(.bitwise, $0, isFlinks: false) }
}
