import SluiceColumns
import SluiceKernels
import Testing

@Suite struct DatePatternTests {
    private static func text(_ timestamp: LocalTimestamp?) -> String? {
        guard let timestamp else { return nil }
        var buffer = TextBuffer()
        buffer.append(timestamp: timestamp.truncated(toPrecision: 3), precision: 3)
        return buffer.text
    }

    private static func format(_ pattern: String, _ dialect: DatePattern.Dialect, _ timestamp: String) throws -> String
    {
        let bytes = Array(timestamp.utf8)
        let parsed = TimestampText.parseCast(bytes.span)
        let value = try #require(parsed)
        let compiled = try DatePattern(pattern, dialect: dialect)
        var buffer = TextBuffer()
        compiled.format(value, into: &buffer)
        return buffer.text
    }

    /// What TO_TIMESTAMP(text, pattern) of Flink 2.3 answers.
    static let parsed: [(String, String, String?)] = [
        ("20240209", "yyyyMMdd", "2024-02-09 00:00:00.000"),
        ("20240209123456", "yyyyMMddHHmmss", "2024-02-09 12:34:56.000"),
        ("20240209123456789", "yyyyMMddHHmmssSSS", "2024-02-09 12:34:56.789"),
        ("2024-02-30", "yyyy-MM-dd", "2024-02-29 00:00:00.000"),
        ("2024-02-30 10:00", "yyyy-MM-dd HH:mm", "2024-02-29 10:00:00.000"),
        ("09/02/2024", "dd/MM/yyyy", "2024-02-09 00:00:00.000"),
        ("9/2/2024", "d/M/yyyy", "2024-02-09 00:00:00.000"),
        ("Feb 9, 2024", "MMM d, yyyy", "2024-02-09 00:00:00.000"),
        ("February 9, 2024", "MMMM d, yyyy", "2024-02-09 00:00:00.000"),
        ("feb 9, 2024", "MMM d, yyyy", nil),
        ("01:02 PM", "hh:mm a", "1970-01-01 13:02:00.000"),
        ("01:02 pm", "hh:mm a", nil),
        ("2024", "yyyy", "2024-01-01 00:00:00.000"),
        ("24", "yy", "2024-01-01 00:00:00.000"),
        ("70", "yy", "2070-01-01 00:00:00.000"),
        ("2024-02", "yyyy-MM", "2024-02-01 00:00:00.000"),
        ("2024-060", "yyyy-DDD", "2024-02-29 00:00:00.000"),
        ("Fri 2024-02-09", "EEE yyyy-MM-dd", "2024-02-09 00:00:00.000"),
        ("Mon 2024-02-09", "EEE yyyy-MM-dd", nil),
        ("2024-02-09T01:02:03.5", "yyyy-MM-dd'T'HH:mm:ss.S", "2024-02-09 01:02:03.500"),
        ("2024-02-09T01:02:03.55", "yyyy-MM-dd'T'HH:mm:ss.S", nil),
        ("2024-02-09T01:02:03", "yyyy-MM-dd'T'HH:mm:ss[.SSS]", "2024-02-09 01:02:03.000"),
        ("2024-02-09T01:02:03.123", "yyyy-MM-dd'T'HH:mm:ss[.SSS]", "2024-02-09 01:02:03.123"),
        ("2024-02-09 01:02:03+01:00", "yyyy-MM-dd HH:mm:ssXXX", "2024-02-09 01:02:03.000"),
        ("2024-02-09 01:02:03 +0100", "yyyy-MM-dd HH:mm:ss Z", "2024-02-09 01:02:03.000"),
        ("2024-02-09 01:02:03Z", "yyyy-MM-dd HH:mm:ssX", "2024-02-09 01:02:03.000"),
        ("2024-02-09 24:00:00", "yyyy-MM-dd HH:mm:ss", "2024-02-10 00:00:00.000"),
        ("2024-02-09 25:00:00", "yyyy-MM-dd HH:mm:ss", "2024-02-10 01:00:00.000"),
        ("2024-02-09 10:00:00", "yyyy-MM-dd", "2024-02-09 10:00:00.000"),
        ("2024-2-9", "yyyy-MM-dd", "2024-02-09 00:00:00.000"),
        ("2024-2-9 1:2:3", "yyyy-MM-dd HH:mm:ss", "2024-02-09 01:02:03.000"),
        ("2024-02-09 1:2:3.5", "yyyy-MM-dd HH:mm:ss", "2024-02-09 01:02:03.500"),
        ("2024-02-09 12", "yyyy-MM-dd hh", "2024-02-09 00:00:00.000"),
        ("2024-02-09 13", "yyyy-MM-dd hh", nil),
        ("2024-02-09 24", "yyyy-MM-dd kk", "2024-02-09 00:00:00.000"),
        ("2024 Q1", "yyyy 'Q'Q", "2024-01-01 00:00:00.000"),
        ("5 AD", "y G", "0005-01-01 00:00:00.000"),
        ("12:30", "HH:mm", "1970-01-01 12:30:00.000"),
        ("30", "mm", "1970-01-01 00:30:00.000"),
        ("x", "yyyy", nil),
        ("2024-02-09", "yyyy-MM-dd HH:mm:ss", "2024-02-09 00:00:00.000"),
        ("2024-02-31", "yyyy-MM-dd HH:mm:ss", "2024-03-02 00:00:00.000"),
        ("12024-02-09", "yyyy-MM-dd", nil),
        ("2024-02-0901", "yyyy-MM-ddHH", "2024-02-09 01:00:00.000"),
        ("0-1-1", "y-M-d", nil),
        ("1-1-1", "y-M-d", "0001-01-01 00:00:00.000"),
        ("1709210096", "A", nil),
        (" 2024-02-09", "yyyy-MM-dd", "2024-02-09 00:00:00.000"),
        ("2024-02-09 ", "yyyy-MM-dd", "2024-02-09 00:00:00.000"),
        ("1000", "n", "1970-01-01 00:00:00.000"),
        ("2024-02-09 12:34:56.1234", "yyyy-MM-dd HH:mm:ss.SSSSSS", "2024-02-09 12:34:56.123"),
    ]

    @Test(arguments: parsed)
    func textsAreParsed(text: String, pattern: String, expected: String?) throws {
        let bytes = Array(text.utf8)
        let compiled = try DatePattern(pattern, dialect: .dateTimeFormatter)
        let value = compiled.parse(bytes.span)?.local ?? JavaSQLTimestamp.parse(bytes.span)
        #expect(Self.text(value) == expected)
    }

    /// What DATE_FORMAT of Flink 2.3 answers.
    static let formatted: [(String, String, String)] = [
        (
            "2024-02-09 12:34:56.123456789", "G GGGG GGGGG y yy yyy yyyy yyyyy u uu uuuu",
            "AD Anno Domini A 2024 24 2024 2024 02024 2024 24 2024"
        ),
        (
            "0001-01-01 00:00:00.000000001", "G GGGG GGGGG y yy yyy yyyy yyyyy u uu uuuu",
            "AD Anno Domini A 1 01 001 0001 00001 1 01 0001"
        ),
        (
            "2021-01-03 01:02:03", "D DD DDD M MM MMM MMMM MMMMM L LL LLL LLLL d dd",
            "3 03 003 1 01 Jan January J 1 01 Jan January 3 03"
        ),
        (
            "1969-12-31 23:59:59.999999999", "Q QQ QQQ QQQQ q qq qqq E EE EEE EEEE EEEEE",
            "4 04 Q4 4th quarter 4 04 Q4 Wed Wed Wed Wednesday W"
        ),
        ("2024-02-09 12:34:56", "Y YYYY w ww W e ee eee eeee F", "2024 2024 6 06 2 6 06 Fri Friday 2"),
        ("0001-01-01 00:00:00", "Y YYYY w ww W e ee eee eeee F", "1 0001 1 01 1 2 02 Mon Monday 1"),
        ("1969-12-31 23:59:59", "Y YYYY w ww W e ee eee eeee F", "1970 1970 1 01 5 4 04 Wed Wednesday 3"),
        ("2021-01-03 01:02:03", "Y YYYY w ww W e ee eee eeee F", "2021 2021 2 02 2 1 01 Sun Sunday 3"),
        ("2024-12-30 13:00:00.1", "Y YYYY w ww W e ee eee eeee F", "2025 2025 1 01 5 2 02 Mon Monday 2"),
        (
            "2024-02-09 12:34:56.123456789", "a h hh K KK k kk H HH m mm s ss S SS SSS SSSSSSSSS A n N",
            "PM 12 12 0 00 12 12 12 12 34 34 56 56 1 12 123 123456789 45296123 123456789 45296123456789"
        ),
        (
            "0001-01-01 00:00:00.000000001", "a h hh K KK k kk H HH m mm s ss S SS SSS SSSSSSSSS A n N",
            "AM 12 12 0 00 24 24 0 00 0 00 0 00 0 00 000 000000001 0 1 1"
        ),
        ("2024-02-09 12:34:56", "yyyy-MM-dd'T'HH:mm[:ss]", "2024-02-09T12:34:56"),
        ("2024-02-29 12:34:56", "yyyy''MM", "2024'02"), ("2024-02-29 12:34:56", "", ""),
        ("2024-12-30 00:00:00", "YYYY-'W'ww", "2025-W01"), ("2024-02-29 00:05:09", "k:K:h:H", "24:0:12:0"),
        ("2024-02-29 12:34:56", "EEE, MMM dd yyyy", "Thu, Feb 29 2024"),
    ]

    @Test(arguments: formatted)
    func timestampsAreFormatted(timestamp: String, pattern: String, expected: String) throws {
        #expect(try Self.format(pattern, .dateTimeFormatter, timestamp) == expected)
    }

    @Test func simpleDateFormatHasItsOwnLetters() throws {
        let pattern =
            "G y yy yyy yyyy yyyyy Y YYYY M MM MMM MMMM MMMMM L d dd ddd D DDD w ww W F E EEEE u a H k K h m "
            + "s S SSS Z X XX XXX"
        let expected =
            "AD 2024 24 2024 2024 02024 2024 2024 2 02 Feb February February 2 29 29 029 60 060 9 09 5 5 Thu "
            + "Thursday 4 PM 12 12 0 12 34 56 0 000 +0000 Z Z Z"
        #expect(try Self.format(pattern, .simpleDateFormat, "2024-02-29 12:34:56") == expected)
        #expect(try Self.format("YYYY ww W u E", .simpleDateFormat, "2024-12-30 00:00:00") == "2025 01 5 1 Mon")
        #expect(try Self.format("YYYY ww W u E", .simpleDateFormat, "2021-01-03 00:00:00") == "2021 02 2 7 Sun")
    }

    /// What UNIX_TIMESTAMP of Flink 2.3 answers, in seconds.
    static let lenient: [(String, String, Int64?)] = [
        ("2024-13-45 25:61:61", "yyyy-MM-dd HH:mm:ss", 1_739_584_921),
        ("2024-2-9 1:2:3", "yyyy-MM-dd HH:mm:ss", 1_707_440_523),
        (" 2024-02-09 01:02:03", "yyyy-MM-dd HH:mm:ss", 1_707_440_523), ("2024-02-09", "yyyy-MM-dd HH:mm:ss", nil),
        ("2024-02-09 01:02:03x", "yyyy-MM-dd HH:mm:ss", 1_707_440_523), ("240209", "yyMMdd", 1_707_436_800),
        ("20240209", "yyyyMMdd", 1_707_436_800), ("Feb 9, 2024", "MMM d, yyyy", 1_707_436_800),
        ("01:02 PM", "hh:mm a", 46_920),
        ("february 9, 2024", "MMMM d, yyyy", 1_707_436_800), ("2024-02-09 +01:30", "yyyy-MM-dd XXX", 1_707_431_400),
        ("2024-02-09 +0130", "yyyy-MM-dd Z", 1_707_431_400), ("2024-060", "yyyy-DDD", 1_709_164_800),
        ("Fri 2024-02-09", "EEE yyyy-MM-dd", 1_707_436_800), ("99-02-09", "yy-MM-dd", 918_518_400),
        ("bad", "yyyy", nil),
        ("12345", "yyyy", 327_403_382_400), ("2024-02-09 24:00:00", "yyyy-MM-dd HH:mm:ss", 1_707_523_200),
        ("1970-01-01 08:00:01.001 +0800", "yyyy-MM-dd HH:mm:ss.SSS X", 1), ("29/02/2024", "dd/MM/yyyy", 1_709_164_800),
        ("2024-02-09 01:02:03.5", "yyyy-MM-dd HH:mm:ss.SSS", 1_707_440_523),
    ]

    @Test(arguments: lenient)
    func simpleDateFormatCountsOn(text: String, pattern: String, seconds: Int64?) throws {
        let bytes = Array(text.utf8)
        let value = try DatePattern(pattern, dialect: .simpleDateFormat).parse(bytes.span)
        let instant = value?.local.millis.map { floorDivide($0, 1_000) - Int64(value?.offsetSeconds ?? 0) }
        #expect(instant == seconds)
    }

    @Test(arguments: ["bogus", "HHH", "yyyy'", "yyyy{MM", "yyyy#MM", "]", "EEEEEE", "MMMMMM", "VV", "WW", "SSSSSSSSSS"])
    func unsupportedPatternsAreRefused(pattern: String) {
        #expect(throws: DatePatternError.self) { try DatePattern(pattern, dialect: .dateTimeFormatter) }
    }

    @Test func usesThatCannotWorkAreRefused() throws {
        let offset = try DatePattern("HH:mmXXX", dialect: .dateTimeFormatter)
        #expect(throws: DatePatternError.self) { try offset.checkFormatting() }
        #expect(offset.canParse)
        let week = try DatePattern("YYYY-ww", dialect: .dateTimeFormatter)
        #expect(!week.canParse)
        try week.checkFormatting()
    }
}
