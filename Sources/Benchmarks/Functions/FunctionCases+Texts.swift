extension FunctionCase {
    /// Text, patterns, encodings and digests.
    static let texts: [FunctionCase] =
        [
            "CHAR_LENGTH(word)", "UPPER(word)", "LOWER(name)", "INITCAP(name)", "SUBSTRING(name FROM 2 FOR 3)",
            "SUBSTRING(name, m)", "LEFT(name, 3)", "RIGHT(name, 3)", "word || part", "CONCAT(word, '-', part)",
            "CONCAT_WS(',', word, part, name)", "TRIM(padded)", "TRIM(BOTH 'x' FROM padded)", "LTRIM(padded)",
            "RTRIM(padded)", "BTRIM(padded, ' x')", "LPAD(word, 10, '*')", "RPAD(word, 10, '*')", "REPEAT(part, 3)",
            "REPLACE(name, 'an', 'XY')", "REVERSE(name)", "POSITION('an' IN name)", "POSITION(part IN name)",
            "LOCATE('an', name)", "LOCATE('an', name, 2)", "INSTR(name, 'a')", "INSTR(name, 'a', -1)",
            "STARTSWITH(name, 'ap')", "ENDSWITH(name, part)", "ASCII(word)", "CHR(m)", "ELT(m, word, part, 'x')",
            "OVERLAY(name PLACING 'xyz' FROM 2 FOR 2)", "TRANSLATE(name, 'abc', 'xyz')", "SPLIT(pairs, ';')",
            "SPLIT_INDEX(pairs, ';', 1)", "STR_TO_MAP(pairs, ';', '=')", "IS_ALPHA(word)", "IS_DIGIT(digits)",
            "IS_DECIMAL(digits)", "PRINTF('%s has %d', word, n)", "PARSE_URL(url, 'HOST')",
            "PARSE_URL(url, 'QUERY', 'lang')",
        ].map { FunctionCase(.string, $0) }
        + [
            "REGEXP(name, '[a-c]n')", "REGEXP_COUNT(name, 'a|e')", "REGEXP_EXTRACT(pairs, 'lang=([a-z]+)', 1)",
            "REGEXP_EXTRACT_ALL(pairs, '(\\w+)=', 1)", "REGEXP_INSTR(name, '[0-9]+')",
            "REGEXP_REPLACE(name, '[aeiou]', '*')", "REGEXP_SUBSTR(name, '[0-9]+')",
            "name SIMILAR TO '%(an|pp)%'", "name NOT SIMILAR TO '[a-z]+'",
        ].map { FunctionCase(.regex, $0) }
        + [FunctionCase(.regex, "REGEXP_EXTRACT_GROUPS(pairs, 'id=(\\d+);lang=(..)')", isFlinks: false)]
        + [
            "IS_BLANK(padded)", "BLANK_TO_NULL(padded)", "COALESCE_BLANK(padded, part, 'none')",
            "EQUALS_IGNORE_CASE(word, 'APPLE')", "STARTSWITH_IGNORE_CASE(name, 'AP')",
            "ENDSWITH_IGNORE_CASE(name, part)", "CONTAINS_IGNORE_CASE(name, 'AN')", "COUNT_OCCURRENCES(name, 'a')",
            "SUBSTRING_BETWEEN(pairs, 'lang=', ';')", "SUBSTRING_INDEX(pairs, ';', 1)",
            "SUBSTRING_INDEX(pairs, ';', -1)", "KEY_VALUE(pairs, ';', '=', 'lang')", "MASK(name, 1, 2)",
            "OCTET_LENGTH(name)", "LEVENSHTEIN(word, 'apples')", "SIMILARITY(word, part)",
            "SOUNDEX(word)", "SPLIT_QUOTED(pairs, ';')", "IS_ENCODING(name, 'US-ASCII')",
        ].map { FunctionCase(.cleansing, $0, isFlinks: false) }
        + [
            "TO_BASE64(name)", "FROM_BASE64(base64)", "HEX(name)", "UNHEX(hex)", "ENCODE(name, 'UTF-8')",
            "ENCODE(name, 'UTF-16BE')", "DECODE(bin, 'UTF-8')", "URL_ENCODE(name)", "URL_DECODE(encoded)",
        ].map { FunctionCase(.encoding, $0) }
        + [
            "MD5(name)", "SHA1(name)", "SHA224(name)", "SHA256(name)", "SHA384(name)", "SHA512(name)",
            "SHA2(name, 256)",
        ].map { FunctionCase(.hash, $0) }
        + [
            FunctionCase(.hash, "HASH_CODE(name)", isFlinks: false),
            FunctionCase(.hash, "HASH_CODE(n)", isFlinks: false),
        ]
        + [
            "INET_ATON(address)", "INET_NTOA(number)",
        ].map { FunctionCase(.network, $0) }
        + [
            "IS_IPV4(address)", "IS_IPV6(address6)", "IS_PRIVATE_IP(address)", "NORMALIZE_IP(address6)",
            "IP_IN_NETWORK(address, '10.0.0.0/8')",
        ].map { FunctionCase(.network, $0, isFlinks: false) }
        + [
            "GROK(pairs, '^id=%{INT:id:int};lang=%{WORD:lang}')",
            "PARSE_REGEX(pairs, 'id=(?<id>\\d+);lang=(?<lang>..)')",
            "PARSE_KEY_VALUE(pairs, ';', '=', 'lang', 'id:int')", "PARSE_USER_AGENT(name)",
        ].map { FunctionCase(.lines, $0, isFlinks: false) }
}
