import SluiceTesting

/// A condition over the columns of a row of numbers, which can be missing.
indirect enum NumberCondition {
    case equal(Int, Int)
    case nullSafe(Int, Int)
    case less(Int, Int)
    /// The sum of two columns is a third one.
    case sum(Int, Int, Int)
    case above(Int, Int32)
    case isNull(Int)
    case all([NumberCondition])
    case any([NumberCondition])

    /// What it comes to in SQL's three truth values; nil is UNKNOWN.
    func holds(_ row: [Int32?]) -> Bool? {
        switch self {
        case .equal(let left, let right): return Self.compare(row[left], row[right], ==)
        case .nullSafe(let left, let right): return row[left] == row[right]
        case .less(let left, let right): return Self.compare(row[left], row[right], <)
        case .sum(let first, let second, let third):
            guard let lhs = row[first], let rhs = row[second] else { return nil }
            return Self.compare(lhs + rhs, row[third], ==)
        case .above(let column, let bound): return Self.compare(row[column], bound, >)
        case .isNull(let column): return row[column] == nil
        case .all(let parts):
            let values = parts.map { $0.holds(row) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .any(let parts):
            let values = parts.map { $0.holds(row) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        }
    }

    private static func compare(_ left: Int32?, _ right: Int32?, _ test: (Int32, Int32) -> Bool) -> Bool? {
        guard let left, let right else { return nil }
        return test(left, right)
    }

    /// Its text; `columns` are the names.
    func sql(_ columns: [String]) -> String {
        switch self {
        case .equal(let left, let right): "\(columns[left]) = \(columns[right])"
        case .nullSafe(let left, let right): "\(columns[left]) IS NOT DISTINCT FROM \(columns[right])"
        case .less(let left, let right): "\(columns[left]) < \(columns[right])"
        case .sum(let first, let second, let third): "\(columns[first]) + \(columns[second]) = \(columns[third])"
        case .above(let column, let bound): "\(columns[column]) > \(bound)"
        case .isNull(let column): "\(columns[column]) IS NULL"
        case .all(let parts): parts.map { $0.sql(columns) }.joined(separator: " AND ")
        case .any(let parts): "(" + parts.map { "(\($0.sql(columns)))" }.joined(separator: " OR ") + ")"
        }
    }

    /// Conditions between the columns before `middle` and those from it on, most of them with an equality.
    static func random(_ middle: Int, _ width: Int, using numbers: inout SeededRandom) -> NumberCondition {
        func left() -> Int { Int.random(in: 0..<middle, using: &numbers) }
        func right() -> Int { Int.random(in: middle..<width, using: &numbers) }
        func single() -> NumberCondition {
            let column = Int.random(in: 0..<width, using: &numbers)
            return Bool.random(using: &numbers)
                ? .above(column, Int32.random(in: 0...3, using: &numbers)) : .isNull(column)
        }
        var terms: [NumberCondition] = []
        for _ in 0..<Int.random(in: 1...2, using: &numbers) {
            switch Int.random(in: 0..<12, using: &numbers) {
            case 0: terms.append(.less(left(), right()))
            case 1: terms.append(.nullSafe(right(), left()))
            case 2: terms.append(.sum(left(), left(), right()))
            case 3: terms.append(single())
            case 4, 5:
                let shared = NumberCondition.equal(left(), right())
                terms.append(.any([.all([shared, single()]), .all([single(), shared, single()])]))
            default: terms.append(.equal(left(), right()))
            }
        }
        return .all(terms)
    }
}

/// Tables that joins put together, as the text of a FROM, and the rows that nested loops over them give.
struct JoinTree {
    var sql: String
    /// The names of its columns.
    var columns: [String]
    var rows: [[Int32?]]

    /// A table, or what is left of one after grouping.
    init(leaf number: Int, of tables: PairQueries, using numbers: inout SeededRandom) {
        let (name, pairs) = Bool.random(using: &numbers) ? ("l", tables.left) : ("r", tables.right)
        let isGrouped = Int.random(in: 0..<3, using: &numbers) == 0
        sql = (isGrouped ? "(SELECT a, MAX(b) AS b FROM \(name) GROUP BY a)" : name) + " AS t\(number)"
        columns = ["t\(number).a", "t\(number).b"]
        rows = (isGrouped ? pairs.greatest : pairs).map { [$0.a, $0.b] }
    }

    /// A random tree over `leaves` tables, counted from `first`.
    static func random(
        _ leaves: Int,
        first: Int = 0,
        of tables: PairQueries,
        using numbers: inout SeededRandom
    ) -> JoinTree {
        guard leaves > 1 else { return JoinTree(leaf: first, of: tables, using: &numbers) }
        let leftLeaves =
            Int.random(in: 0..<3, using: &numbers) > 0 ? leaves - 1 : Int.random(in: 1..<leaves, using: &numbers)
        var left = random(leftLeaves, first: first, of: tables, using: &numbers)
        var right = random(leaves - leftLeaves, first: first + leftLeaves, of: tables, using: &numbers)
        if leftLeaves > 1, Int.random(in: 0..<4, using: &numbers) == 0 {
            left = left.projected("l\(first)x\(leaves)", using: &numbers)
        }
        if leaves - leftLeaves > 1 { right = right.projected("r\(first)x\(leaves)", using: &numbers) }
        left.join(right, using: &numbers)
        return left
    }

    /// The same rows out of a sub-query, which may filter them.
    private func projected(_ name: String, using numbers: inout SeededRandom) -> JoinTree {
        var result = self
        let items = columns.enumerated().map { "\($1) AS c\($0)" }.joined(separator: ", ")
        result.columns = columns.indices.map { "\(name).c\($0)" }
        var filter = ""
        if Bool.random(using: &numbers) {
            let condition = NumberCondition.random(columns.count / 2, columns.count, using: &numbers)
            filter = " WHERE \(condition.sql(columns))"
            result.rows = rows.filter { condition.holds($0) == true }
        }
        result.sql = "(SELECT \(items) FROM \(sql)\(filter)) AS \(name)"
        return result
    }

    private mutating func join(_ right: JoinTree, using numbers: inout SeededRandom) {
        let (width, all) = (columns.count, columns + right.columns)
        let kinds = ["INNER", "INNER", "INNER", "CROSS", "CROSS", "LEFT", "RIGHT", "FULL"]
        let kind = kinds[Int.random(in: kinds.indices, using: &numbers)]
        let condition =
            kind == "CROSS" ? NumberCondition.all([]) : .random(width, all.count, using: &numbers)
        sql += " \(kind) JOIN \(right.sql)" + (kind == "CROSS" ? "" : " ON \(condition.sql(all))")
        var joined: [[Int32?]] = []
        var matched = Set<Int>()
        for row in rows {
            let partners = right.rows.indices.filter { condition.holds(row + right.rows[$0]) == true }
            matched.formUnion(partners)
            joined += partners.map { row + right.rows[$0] }
            if partners.isEmpty && (kind == "LEFT" || kind == "FULL") {
                joined.append(row + right.columns.map { _ in nil })
            }
        }
        if kind == "RIGHT" || kind == "FULL" {
            for index in right.rows.indices where !matched.contains(index) {
                joined.append(columns.map { _ in nil } + right.rows[index])
            }
        }
        (columns, rows) = (all, joined)
    }

    /// A query over all of it with a condition, and its rows as text, sorted.
    func query(using numbers: inout SeededRandom) -> (sql: String, rows: [String]) {
        var terms: [NumberCondition] = []
        // Conditions of CROSS JOINs stand here.
        for middle in stride(from: 2, to: columns.count, by: 2) where Int.random(in: 0..<3, using: &numbers) > 0 {
            terms.append(.random(middle, columns.count, using: &numbers))
        }
        let kept = rows.filter { NumberCondition.all(terms).holds($0) == true }
        let filter = terms.isEmpty ? "" : " WHERE \(NumberCondition.all(terms).sql(columns))"
        let texts = kept.map { row in "[" + row.map { text($0) }.joined(separator: ", ") + "]" }
        let items = columns.enumerated().map { "\($1) AS o\($0)" }.joined(separator: ", ")
        return ("SELECT \(items) FROM \(sql)\(filter)", texts.sorted())
    }
}
