extension FunctionCase {
    /// Comparisons, logic and choices.
    static let basics: [FunctionCase] =
        [
            "n < m", "n <= 100", "big = big2", "big <> 17", "f > e", "price >= cost", "wide < wide2", "word = part",
            "word <> 'apple'", "word < name", "born > DATE '2000-01-01'", "seen >= seen2", "flag = flag2",
            "list = list2",
            "n IN (1, 2, 3, 5, 8, 13)", "word IN ('apple', 'kiwi', 'Zürich', 'quince')", "n NOT IN (1, 2, 3)",
            "n BETWEEN -100 AND 100", "n IS NULL", "word IS NOT NULL", "n IS DISTINCT FROM m",
            "word IS NOT DISTINCT FROM part", "word LIKE '%an%'", "word LIKE 'ap%'", "word LIKE '_iw_'",
            "word LIKE 'a%e%'", "word LIKE 'a!%%' ESCAPE '!'",
            "(born, due) OVERLAPS (DATE '2000-01-01', DATE '2010-01-01')",
        ].map { FunctionCase(.comparison, $0) }
        + [
            "flag AND flag2", "flag OR flag2", "NOT flag", "flag IS TRUE", "flag IS NOT TRUE", "flag IS FALSE",
            "flag IS NOT FALSE", "flag IS UNKNOWN", "flag IS NOT UNKNOWN", "n > 0 AND m < 5 OR flag",
        ].map { FunctionCase(.logical, $0) }
        + [
            "COALESCE(n, m, 0)", "COALESCE(word, part, '-')", "IFNULL(n, 0)", "NULLIF(n, m)", "NULLIF(word, part)",
            "IF(flag, n, m)", "IF(n > 0, word, part)", "GREATEST(n, m)", "GREATEST(word, part, 'c')",
            "LEAST(f, e)", "LEAST(price, cost)", "CASE WHEN n > 500 THEN 'high' WHEN n > 0 THEN 'low' ELSE 'none' END",
            "CASE m WHEN 1 THEN 'one' WHEN 2 THEN 'two' WHEN 3 THEN 'three' END",
            "CASE WHEN n > 0 THEN n / m ELSE m END",
        ].map { FunctionCase(.conditional, $0) }
}
