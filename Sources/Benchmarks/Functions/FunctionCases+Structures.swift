extension FunctionCase {
    /// Arrays, maps, rows, JSON, variants and bitmaps.
    static let structures: [FunctionCase] =
        [
            "ARRAY[n, m, 7]", "MAP['a', n, 'b', m]", "ROW(n, word, 1)", "rec.b", "TYPEOF(rec)",
            "OBJECT_OF('Pair', 'a', n, 'b', word)",
            "OBJECT_UPDATE(OBJECT_OF('Pair', 'a', n, 'b', word), 'b', part)",
        ].map { FunctionCase(.construction, $0) }
        + [
            "list[2]", "dict['b']", "CARDINALITY(list)", "CARDINALITY(dict)", "ELEMENT(single)",
            "ARRAY_APPEND(list, n)", "ARRAY_PREPEND(list, n)", "ARRAY_CONCAT(list, list2)", "ARRAY_CONTAINS(list, 3)",
            "ARRAY_CONTAINS(words, part)", "ARRAY_DISTINCT(list)", "ARRAY_EXCEPT(list, list2)",
            "ARRAY_INTERSECT(list, list2)", "ARRAY_JOIN(words, ',')", "ARRAY_MAX(list)", "ARRAY_MIN(words)",
            "ARRAY_POSITION(list, m)", "ARRAY_REMOVE(list, 3)", "ARRAY_REVERSE(list)", "ARRAY_SLICE(list, 2)",
            "ARRAY_SORT(list)", "ARRAY_SORT(words)", "ARRAY_UNION(list, list2)", "MAP_KEYS(dict)", "MAP_VALUES(dict)",
            "MAP_ENTRIES(dict)", "MAP_FROM_ARRAYS(words, words)", "MAP_UNION(dict, dict)",
        ].map { FunctionCase(.collection, $0) }
        + [
            "ARRAY_HAS_ANY(list, list2)", "ARRAY_HAS_ALL(list, list2)", "MAP_TO_STR(STR_TO_MAP(pairs, ';', '='), '&')",
        ].map { FunctionCase(.collection, $0, isFlinks: false) }
        + [
            "JSON_VALUE(doc, '$.id')", "JSON_VALUE(doc, '$.user.name')",
            "JSON_VALUE(doc, 'lax $.price' RETURNING DOUBLE)", "JSON_QUERY(doc, '$.user.tags')",
            "JSON_QUERY(doc, '$.user.tags[*]' WITH WRAPPER)", "JSON_EXISTS(doc, '$.user.age')", "doc IS JSON",
            "doc IS JSON OBJECT", "JSON_OBJECT('a' VALUE n, 'b' VALUE word)", "JSON_ARRAY(n, word)",
            "JSON_ARRAY(JSON(doc))", "JSON_STRING(n)", "JSON_STRING(rec)", "JSON_QUOTE(word)",
            "JSON_UNQUOTE(quoted)",
        ].map { FunctionCase(.json, $0) }
        + [
            "PARSE_JSON(doc)", "TRY_PARSE_JSON(doc)", "JSON_STRING(tree)",
        ].map { FunctionCase(.variant, $0) }
        + [
            "BITMAP_BUILD(list)", "BITMAP_AND(bits, bits2)", "BITMAP_OR(bits, bits2)", "BITMAP_XOR(bits, bits2)",
            "BITMAP_ANDNOT(bits, bits2)", "BITMAP_CARDINALITY(bits)", "BITMAP_TO_ARRAY(bits)", "BITMAP_TO_STRING(bits)",
            "BITMAP_TO_BYTES(bits)", "BITMAP_FROM_BYTES(bit_bytes)",
        ].map { FunctionCase(.bitmap, $0) }
}
