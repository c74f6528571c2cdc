extension FunctionCase {
    /// Conversions by pair of kinds.
    static let casts: [FunctionCase] =
        [
            "CAST(n AS BIGINT)", "CAST(n AS TINYINT)", "CAST(big AS INT)", "CAST(n AS DOUBLE)",
            "CAST(n AS DECIMAL(12, 2))",
            "CAST(f AS INT)", "CAST(f AS FLOAT)", "CAST(r AS DOUBLE)", "CAST(f AS DECIMAL(10, 2))",
            "CAST(price AS INT)", "CAST(price AS DOUBLE)", "CAST(price AS DECIMAL(8, 1))",
            "CAST(price AS DECIMAL(30, 10))", "CAST(wide AS DECIMAL(12, 2))", "CAST(wide AS DOUBLE)",
            "CAST(flag AS INT)", "CAST(n AS BOOLEAN)",
        ].map { FunctionCase(.numberCasts, $0) }
        + [
            "CAST(flag AS STRING)", "CAST(n AS STRING)", "CAST(big AS STRING)", "CAST(f AS STRING)",
            "CAST(r AS STRING)",
            "CAST(price AS STRING)", "CAST(wide AS STRING)", "CAST(born AS STRING)", "CAST(clock AS STRING)",
            "CAST(seen AS STRING)", "CAST(stamp AS STRING)", "CAST(name AS VARCHAR(4))", "CAST(word AS CHAR(8))",
            "CAST(bin AS STRING)", "CAST(list AS STRING)", "CAST(dict AS STRING)", "CAST(rec AS STRING)",
        ].map { FunctionCase(.textCasts, $0) }
        + [
            "CAST(digits AS INT)", "CAST(digits AS BIGINT)", "CAST(decimals AS DOUBLE)", "CAST(decimals AS FLOAT)",
            "CAST(decimals AS DECIMAL(10, 2))", "CAST(day_text AS DATE)", "CAST(time_text AS TIMESTAMP(3))",
            "CAST(time_text AS TIMESTAMP_LTZ(3))", "CAST(clock_text AS TIME)", "CAST(flag_text AS BOOLEAN)",
            "CAST(name AS BYTES)", "TRY_CAST(name AS INT)", "TRY_CAST(name AS TIMESTAMP(3))",
        ].map { FunctionCase(.parsingCasts, $0) }
        + [
            "CAST(seen AS DATE)", "CAST(seen AS TIME)", "CAST(seen AS TIMESTAMP_LTZ(3))", "CAST(stamp AS TIMESTAMP(3))",
            "CAST(born AS TIMESTAMP(3))", "CAST(stamp AS DATE)", "CAST(seen AS TIMESTAMP(0))",
            "CAST(seen AS TIMESTAMP(6))",
        ].map { FunctionCase(.timeCasts, $0) }
}
