extension FunctionCase {
    /// Dates, times, date patterns, clocks and random values.
    static let times: [FunctionCase] =
        [
            "EXTRACT(YEAR FROM seen)", "EXTRACT(WEEK FROM born)", "EXTRACT(HOUR FROM stamp)",
            "EXTRACT(EPOCH FROM seen)",
            "YEAR(born)", "QUARTER(born)", "MONTH(born)", "WEEK(born)", "DAYOFYEAR(born)", "DAYOFMONTH(born)",
            "DAYOFWEEK(born)", "HOUR(seen)", "MINUTE(seen)", "SECOND(seen)", "FLOOR(seen TO HOUR)",
            "FLOOR(seen TO DAY)",
            "FLOOR(born TO MONTH)", "CEIL(seen TO MINUTE)", "CEIL(stamp TO DAY)", "TIMESTAMPADD(MINUTE, m, seen)",
            "TIMESTAMPADD(MONTH, m, born)", "TIMESTAMPDIFF(SECOND, seen, seen2)", "TIMESTAMPDIFF(MONTH, born, due)",
            "TIMESTAMPDIFF(DAY, born, seen)", "TO_TIMESTAMP_LTZ(big2, 3)", "TO_TIMESTAMP_LTZ(big2, 0)",
        ].map { FunctionCase(.temporal, $0) }
        + ["LAST_DAY(born)", "NEXT_DAY(born, 'Friday')"].map { FunctionCase(.temporal, $0, isFlinks: false) }
        + [
            "DATE_FORMAT(seen, 'yyyy-MM-dd HH:mm:ss')", "DATE_FORMAT(stamp, 'yyyyMMdd')",
            "DATE_FORMAT(time_text, 'HH:mm')",
            "FROM_UNIXTIME(big2)", "FROM_UNIXTIME(big2, 'yyyy/MM/dd')", "TO_DATE(day_text)",
            "TO_DATE(day_text, 'yyyy-MM-dd')", "TO_TIMESTAMP(time_text)",
            "TO_TIMESTAMP(time_text, 'yyyy-MM-dd HH:mm:ss')", "TO_TIMESTAMP_LTZ(time_text)",
            "UNIX_TIMESTAMP(time_text)", "UNIX_TIMESTAMP(time_text, 'yyyy-MM-dd HH:mm:ss')",
            "CONVERT_TZ(time_text, 'UTC', 'Europe/Berlin')",
        ].map { FunctionCase(.datePatterns, $0) }
        + [
            "TRY_TO_TIMESTAMP(time_text, 'dd.MM.yyyy', 'yyyy-MM-dd HH:mm:ss')"
        ].map { FunctionCase(.datePatterns, $0, isFlinks: false) }
        + [
            "CURRENT_TIMESTAMP > stamp", "LOCALTIMESTAMP > seen", "CURRENT_DATE > born", "CURRENT_TIME > clock",
            "CURRENT_ROW_TIMESTAMP() > stamp", "UNIX_TIMESTAMP() + n", "CAST(PROCTIME() AS TIMESTAMP_LTZ(3)) > stamp",
            "RAND()", "RAND(7)", "RAND_INTEGER(100)", "RAND_INTEGER(7, m)", "UUID()",
        ].map { FunctionCase(.sources, $0, isFlinks: false) }
}
