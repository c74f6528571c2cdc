import SluiceColumns
import SluiceKernels
import SluiceSQL

/// The columns that names can mean at one place of a query.
struct Scope: Sendable {
    /// One table of FROM.
    struct Entry: Sendable {
        /// The alias, or the table's own name.
        var name: String?
        /// The full name where there is no alias: `catalog.database.table` is then a prefix too.
        var path: ObjectPath?
        /// Columns of the plan's row that belong to it.
        var columns: Range<Int>
        /// Columns that `*` leaves out.
        var hidden: Set<Int> = []
    }
    /// Columns merged by USING or NATURAL.
    struct Merged: Sendable {
        var name: String
        var left: Int
        var right: Int
        var expression: ScalarExpression
    }

    /// The tables, left to right.
    var entries: [Entry]
    /// All columns of the row.
    var fields: [RowField]
    /// Columns of USING.
    var merged: [Merged] = []
    /// Where a correlated subquery stands.
    var outer: [Scope] = []

    /// A scope without columns.
    static let empty = Scope(entries: [], fields: [])

    /// The columns of a plan under one name.
    init(name: String?, path: ObjectPath? = nil, fields: [RowField], hidden: Set<Int> = []) {
        self.fields = fields
        entries = [Entry(name: name, path: path, columns: 0..<fields.count, hidden: hidden)]
    }

    init(entries: [Entry], fields: [RowField]) {
        self.entries = entries
        self.fields = fields
    }

    /// The columns of both, the other's behind these.
    func joined(with other: Scope) -> Scope {
        let shift = fields.count
        var result = self
        result.fields += other.fields
        for entry in other.entries {
            var moved = entry
            moved.columns = entry.columns.lowerBound + shift..<entry.columns.upperBound + shift
            moved.hidden = Set(entry.hidden.map { $0 + shift })
            result.entries.append(moved)
        }
        for merge in other.merged {
            var moved = merge
            moved.left += shift
            moved.right += shift
            moved.expression = merge.expression.shiftingColumns(by: shift)
            result.merged.append(moved)
        }
        return result
    }

    /// What a name found.
    struct Found {
        var expression: ScalarExpression
        /// Parts of the name that it took; the others are fields of a row.
        var used: Int
    }

    /// The column that `parts` starts with, nil where there is none.
    func find(_ parts: [Identifier]) throws(SQLError) -> Found? {
        for length in stride(from: min(3, parts.count - 1), through: 1, by: -1) {
            let named = entries.filter { matches($0, parts.prefix(length)) }
            if named.isEmpty { continue }
            let columns = named.flatMap { $0.columns.filter { fields[$0].name == parts[length].text } }
            if columns.count > 1 { throw ambiguous(parts[length]) }
            if let column = columns.first {
                return Found(expression: .column(column, fields[column].type), used: length + 1)
            }
        }
        return try findColumn(parts[0])
    }

    private func findColumn(_ name: Identifier) throws(SQLError) -> Found? {
        if let merge = merged.first(where: { $0.name == name.text }) {
            return Found(expression: merge.expression, used: 1)
        }
        let columns = fields.indices.filter { fields[$0].name == name.text }
        if columns.count > 1 { throw ambiguous(name) }
        return columns.first.map { Found(expression: .column($0, fields[$0].type), used: 1) }
    }

    /// The table that `parts` names.
    func entry(_ parts: [Identifier]) -> Entry? { entries.first { matches($0, parts[...]) } }

    private func matches(_ entry: Entry, _ parts: ArraySlice<Identifier>) -> Bool {
        if parts.count == 1 { return entry.name == parts.first?.text }
        guard let path = entry.path else { return false }
        let full = [path.catalog, path.database, path.object]
        return full.suffix(parts.count).elementsEqual(parts.map(\.text))
    }

    private func ambiguous(_ name: Identifier) -> SQLError {
        let owners = entries.filter { $0.columns.contains { fields[$0].name == name.text } }.compactMap(\.name)
        return SQLError(
            .ambiguousColumn,
            "the column '\(name.text)' is ambiguous",
            at: name.span,
            hint: owners.first.map { "write \($0).\(name.text)" }
        )
    }
}

extension ScalarExpression {
    /// The same expression over a row with `count` columns in front.
    func shiftingColumns(by count: Int) -> ScalarExpression { mappingColumns { $0 + count } }

    /// The same expression with other column indexes.
    package func mappingColumns(_ transform: (Int) -> Int) -> ScalarExpression {
        if case .column(let index, let type) = self { return .column(transform(index), type) }
        return mapChildren { $0.mappingColumns(transform) }
    }

    /// The same expression with each column replaced.
    func substituting(_ columns: [ScalarExpression]) -> ScalarExpression {
        if case .column(let index, _) = self { return columns[index] }
        return mapChildren { $0.substituting(columns) }
    }

    /// The value, where it is a constant.
    var literalValue: Value? {
        if case .literal(let value, _) = self { return value }
        return nil
    }

    /// The column, where it is one.
    var columnIndex: Int? {
        if case .column(let index, _) = self { return index }
        return nil
    }

    /// The terms of a conjunction, one for anything else.
    var conjuncts: [ScalarExpression] {
        if case .and(let terms) = self { return terms.flatMap(\.conjuncts) }
        return [self]
    }

    /// The conjunction of `terms`, nil for none.
    static func conjunction(_ terms: [ScalarExpression]) -> ScalarExpression? {
        terms.count > 1 ? .and(terms) : terms.first
    }
}
