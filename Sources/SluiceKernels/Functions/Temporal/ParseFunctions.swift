import SluiceColumns

extension TemporalFunctions {
    static let parseFunctions: [ScalarFunction] = [
        ScalarFunction(
            "TO_DATE",
            category: "temporal",
            signature: "TO_DATE(string [, pattern])",
            summary: "The date that a string of the form yyyy-MM-dd, or of a Java date pattern, means; without a "
                + "pattern NULL where it means none, with one a date in the year 1705471.",
            example: ("TO_DATE('29/02/2024', 'dd/MM/yyyy')", "2024-02-29"),
            takes: ArgumentList([.text, .text], optionalCount: 1),
            gives: .nullable(.date),
            compile: { call in
                let patterns = DatePatternCache(.simpleDateFormat)
                return StrictKernel.make(call) { arguments, rowCount in
                    let texts = arguments.text(0)
                    let forms = arguments.text(arguments.count - 1)
                    let hasPattern = arguments.count == 2
                    var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        let days: Int32? =
                            hasPattern
                            ? forms[row].count == 0
                                ? unparsedDays
                                : try patterns.checkedPattern(forms[row]).parse(texts[row]).map {
                                    Int32(truncatingIfNeeded: $0.local.daysSinceEpoch)
                                } ?? unparsedDays : TimestampText.parseDateCast(texts[row])
                        if let days { result.set(row, days) } else { result.setNull(row) }
                    }
                    return try result.finish(call.type)
                }
            }
        ),
        ScalarFunction(
            "TO_TIMESTAMP",
            category: "temporal",
            signature: "TO_TIMESTAMP(string [, pattern])",
            summary: "The timestamp that a string of the form yyyy-MM-dd HH:mm:ss, or of a Java date pattern, means; "
                + "NULL where it means none.",
            example: ("TO_TIMESTAMP('2024-02-29 12:34:56')", "2024-02-29 12:34:56.000"),
            takes: ArgumentList([.text, .text], optionalCount: 1),
            gives: .nullable(.timestamp(3)),
            compile: { call in
                let patterns = DatePatternCache(.dateTimeFormatter)
                return StrictKernel.make(call) { arguments, rowCount in
                    let texts = arguments.text(0)
                    let forms = arguments.text(arguments.count - 1)
                    let hasPattern = arguments.count == 2
                    var result = LaneResult<Int64>(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        let parsed =
                            hasPattern
                            ? parse(texts[row], patterns.pattern(forms[row])) : TimestampText.parseCast(texts[row])
                        if let millis = parsed?.millis {
                            result.set(row, millis &* 1_000)
                        } else {
                            result.setNull(row)
                        }
                    }
                    return try result.finish(call.type)
                }
            }
        ),
        ScalarFunction(
            "TO_TIMESTAMP_LTZ",
            category: "temporal",
            signature: "TO_TIMESTAMP_LTZ(numeric [, precision]) | TO_TIMESTAMP_LTZ(string [, pattern [, zone]])",
            summary: "The instant so many seconds (precision 0), milliseconds (3, the default) ... after 1970-01-01 "
                + "00:00:00 UTC, or the one that a string means in a zone (UTC by default).",
            example: (expression: "TO_TIMESTAMP_LTZ(0, 3)", result: "1970-01-01 00:00:00.000"),
            resolve: InstantParsing.resolve,
            makeKernel: InstantParsing.kernel
        ),
        ScalarFunction(
            "CONVERT_TZ",
            category: "temporal",
            signature: "CONVERT_TZ(string, zone1, zone2)",
            summary: "The time of the form yyyy-MM-dd HH:mm:ss in zone1, written as that of zone2; unknown zones are "
                + "UTC, broken times give NULL.",
            example: ("CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles')", "1969-12-31 16:00:00"),
            takes: ArgumentList([.text, .text, .text]),
            gives: .nullable(.string),
            compile: { call in
                let pattern = try? DatePattern("yyyy-MM-dd HH:mm:ss", dialect: .simpleDateFormat)
                let (sources, targets) = (TimeZoneCache(), TimeZoneCache())
                return StrictKernel.make(call) { arguments, rowCount in
                    let texts = arguments.text(0)
                    let from = arguments.text(1)
                    let to = arguments.text(2)
                    var result = TextResult(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        let source = sources.rules(from[row])
                        guard let instant = pattern?.parse(texts[row])?.utcMillis(in: source) else {
                            result.setNull(row)
                            continue
                        }
                        let local = targets.rules(to[row]).localMillis(utcMillis: instant)
                        pattern?.format(LocalTimestamp(micros: local &* 1_000), into: &result.buffer)
                        result.setFromBuffer(row)
                    }
                    return try result.finish(call.type)
                }
            }
        ),
    ]

    /// What TO_DATE makes of a text that does not fit its pattern: the days of the least Long in milliseconds, as far
    /// as 32 bits hold them in Flink's calendar.
    private static let unparsedDays: Int32 = 622_191_233

    /// By the pattern, or else in the forms of `java.sql.Timestamp`; a broken pattern means nothing.
    static func parse(_ text: Span<UInt8>, _ pattern: DatePattern?) -> LocalTimestamp? {
        guard let pattern else { return nil }
        guard pattern.canParse else { return nil }
        return pattern.parse(text)?.local ?? JavaSQLTimestamp.parse(text)
    }
}
