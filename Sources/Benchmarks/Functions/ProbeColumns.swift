/// The columns of the probe table as SQL over the row's number `k`, so that another engine can make the same rows.
enum ProbeColumns {
    /// Name and expression; each is NULL in every eighth row, mostly in rows of its own.
    static let all: [(name: String, sql: String)] = (numbers + texts + times + structures).enumerated().map {
        ($1.name, "CASE WHEN MOD(k, 8) <> \($0 * 3 % 8) THEN \($1.sql) END")
    }

    /// A multiplier that is coprime to the number of rows spreads the values: neighbours differ.
    private static let numbers: [(name: String, sql: String)] = [
        ("flag", "MOD(k, 3) = 1"),
        ("flag2", "MOD(k, 5) < 2"),
        ("tiny", "CAST(MOD(k, 100) - 50 AS TINYINT)"),
        ("tiny2", "CAST(MOD(k, 7) AS TINYINT)"),
        ("small", "CAST(k * 3 - 9000 AS SMALLINT)"),
        ("small2", "CAST(MOD(k, 77) AS SMALLINT)"),
        ("n", "MOD(k * 7919, 2001) - 1000"),
        ("m", "MOD(k * 7907, 9) + 1"),
        ("big", "CAST(k AS BIGINT) * 7919 * 1000003 - 9000000000000"),
        ("big2", "CAST(MOD(k * 7901, 99991) + 17 AS BIGINT)"),
        ("r", "CAST(MOD(k * 7883, 1000) - 500 AS FLOAT) / CAST(8 AS FLOAT)"),
        ("f", "CAST(MOD(k * 7919, 2001) - 1000 AS DOUBLE) / 16"),
        ("e", "CAST(MOD(k * 7901, 997) + 1 AS DOUBLE) / 64"),
        ("price", "CAST(CAST(MOD(k * 7877, 100000) - 20000 AS DECIMAL(12, 2)) / 100 AS DECIMAL(10, 2))"),
        ("cost", "CAST(CAST(MOD(k * 7873, 10000) + 1 AS DECIMAL(12, 2)) / 100 AS DECIMAL(10, 2))"),
        ("wide", "CAST(CAST(k AS BIGINT) * 7919 * 1000003 AS DECIMAL(30, 4))"),
        ("wide2", "CAST(CAST(MOD(k * 7853, 100000) + 1 AS DECIMAL(12, 2)) / 100 AS DECIMAL(30, 4))"),
    ]

    /// Twelve bytes fit a `StringView`: some values are shorter, some longer, some are not ASCII.
    private static let word = """
        ELT(MOD(k, 13) + 1, 'apple', 'banana', 'kiwi', 'Zürich', 'pineapple', 'cherry tomato', 'an', 'fig', 'quince', \
        '日本', 'mango', 'a', 'Granny Smith apple')
        """

    private static let texts: [(name: String, sql: String)] = [
        ("word", word),
        ("part", "ELT(MOD(k, 6) + 1, 'an', 'pp', 'e', 'ü', '1', 'kiwi')"),
        ("name", "CONCAT(\(word), ' ', CAST(MOD(k, 97) AS STRING))"),
        ("padded", "CONCAT(ELT(MOD(k, 4) + 1, ' ', '  ', '', 'x'), ELT(MOD(k, 3) + 1, '', 'kiwi', 'fig x'), '  ')"),
        ("digits", "CAST(MOD(k * 7919, 200001) - 100000 AS STRING)"),
        ("decimals", "CONCAT(CAST(MOD(k * 7919, 2001) AS STRING), '.', CAST(MOD(k, 90) + 10 AS STRING))"),
        ("pairs", "CONCAT('id=', CAST(k AS STRING), ';lang=', ELT(MOD(k, 3) + 1, 'en', 'de', 'sv'), ';ok=1')"),
        (
            "url",
            """
            CONCAT('http://ann@www.example.com:8080/path/', CAST(k AS STRING), '?q=', CAST(MOD(k, 9) AS STRING), \
            '&lang=en#top')
            """
        ),
        ("encoded", "URL_ENCODE(CONCAT(\(word), '&', CAST(k AS STRING)))"),
        ("hex", "HEX(\(word))"),
        ("base64", "TO_BASE64(\(word))"),
        ("quoted", "JSON_QUOTE(\(word))"),
        ("bin", "ENCODE(\(word), 'UTF-8')"),
        ("address", "CONCAT(ELT(MOD(k, 3) + 1, '10', '172', '8'), '.16.', CAST(MOD(k, 256) AS STRING), '.7')"),
        ("address6", "CONCAT('2001:DB8:0:0:0:0:', ELT(MOD(k, 3) + 1, 'a', '0', 'ff'), ':1')"),
        ("number", "CAST(k AS BIGINT) * 1000003"),
        ("flag_text", "ELT(MOD(k, 4) + 1, 'true', 'FALSE', 'yes', '0')"),
    ]

    private static let at = "TIMESTAMPADD(SECOND, k * 7919, TIMESTAMP '2020-01-31 12:34:56')"
    private static let day = "TIMESTAMPADD(DAY, k * 5 - 3000, DATE '1999-12-31')"

    private static let times: [(name: String, sql: String)] = [
        ("born", day),
        ("due", "TIMESTAMPADD(DAY, MOD(k * 31, 3000), DATE '2000-02-29')"),
        ("clock", "CAST(\(at) AS TIME)"),
        ("seen", "CAST(\(at) AS TIMESTAMP(3))"),
        ("seen2", "CAST(TIMESTAMPADD(MINUTE, k * 17, TIMESTAMP '2020-03-31 00:00:00') AS TIMESTAMP(3))"),
        ("stamp", "TO_TIMESTAMP_LTZ(CAST(k AS BIGINT) * 7919000 + 1600000000123, 3)"),
        ("day_text", "CAST(\(day) AS STRING)"),
        ("time_text", "CAST(CAST(\(at) AS TIMESTAMP(0)) AS STRING)"),
        ("clock_text", "CAST(CAST(\(at) AS TIME) AS STRING)"),
    ]

    private static let list = "ARRAY_SLICE(ARRAY[MOD(k, 9), 3, NULLIF(MOD(k, 7), 3), MOD(k, 5)], 1, MOD(k, 4) + 1)"
    private static let list2 = "ARRAY_SLICE(ARRAY[MOD(k, 4), 5, MOD(k, 3)], 1, MOD(k, 3) + 1)"
    private static let json = """
        CONCAT('{"id":', CAST(k AS STRING), ',"user":{"name":"', \(word), '","tags":["a","b"]},"price":', \
        CAST(MOD(k, 90) AS STRING), '.5}')
        """

    private static let structures: [(name: String, sql: String)] = [
        ("doc", json),
        ("list", list),
        ("list2", list2),
        ("single", "ARRAY[MOD(k, 9)]"),
        ("words", "ARRAY[\(word), ELT(MOD(k, 6) + 1, 'an', 'pp', 'e', 'ü', '1', 'kiwi'), 'x']"),
        ("dict", "MAP['a', MOD(k, 9), 'b', MOD(k, 7)]"),
        ("rec", "CAST(ROW(MOD(k, 9), \(word)) AS ROW<a INT, b STRING>)"),
        ("tree", "PARSE_JSON(\(json))"),
        ("bits", "BITMAP_BUILD(\(list))"),
        ("bits2", "BITMAP_BUILD(\(list2))"),
        ("bit_bytes", "BITMAP_TO_BYTES(BITMAP_BUILD(\(list)))"),
    ]
}
