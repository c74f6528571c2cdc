import SluiceSQL

/// How names of functions stand in the text of definitions.
///
/// Flink prints those of its table of operators in capitals and bare, and puts the functions that came later into back
/// quotes. Which are which was read off SHOW CREATE VIEW of a Flink 2.3, function by function.
enum OperatorNames {
    /// The function's name as Flink prints it.
    static func shown(_ name: Identifier) -> Identifier {
        let upper = name.text.uppercased()
        if bare.contains(upper) { return Identifier(upper, span: name.span) }
        return QuotedText.isReserved(name.text) ? name : NameQuoting.quoted(name)
    }

    private static let bare: Set<String> = [
        "ABS", "ACOS", "ARRAY_AGG", "ASCII", "ASIN", "ATAN", "ATAN2", "AVG", "BIN", "CARDINALITY", "CEIL",
        "CHAR_LENGTH", "CHR", "COALESCE", "COLLECT", "CONCAT", "CONCAT_WS", "CONVERT_TZ", "COS", "COSH", "COT", "COUNT",
        "CURRENT_ROW_TIMESTAMP", "DATE_FORMAT", "DECODE", "DEGREES", "E", "ELEMENT", "ENCODE", "EXP", "FIRST_VALUE",
        "FLOOR", "FROM_BASE64", "FROM_UNIXTIME", "HASH_CODE", "HEX", "IF", "INITCAP", "INSTR", "IS_ALPHA", "IS_DECIMAL",
        "IS_DIGIT", "JSON_ARRAY", "JSON_ARRAYAGG", "JSON_EXISTS", "JSON_OBJECT", "JSON_OBJECTAGG", "JSON_QUERY",
        "JSON_VALUE", "LAST_VALUE", "LEFT", "LISTAGG", "LN", "LOCATE", "LOG", "LOG10", "LOG2", "LOWER", "LPAD", "LTRIM",
        "MAX", "MD5", "MIN", "MOD", "NOW", "PARSE_URL", "PI", "POSITION", "POWER", "PROCTIME", "RADIANS", "RAND",
        "RAND_INTEGER", "REGEXP", "REGEXP_EXTRACT", "REGEXP_REPLACE", "REPEAT", "REPLACE", "REVERSE", "RIGHT", "ROUND",
        "RPAD", "RTRIM", "SHA1", "SHA2", "SHA224", "SHA256", "SHA384", "SHA512", "SIGN", "SIN", "SINGLE_VALUE", "SINH",
        "SPLIT_INDEX", "SQRT", "STDDEV_POP", "STDDEV_SAMP", "STR_TO_MAP", "SUBSTRING", "SUM", "TAN", "TANH",
        "TIMESTAMPADD", "TIMESTAMPDIFF", "TO_BASE64", "TO_DATE", "TO_TIMESTAMP", "TRIM", "TRUNCATE", "UNIX_TIMESTAMP",
        "UPPER", "UUID", "VAR_POP", "VAR_SAMP",
    ]
}
