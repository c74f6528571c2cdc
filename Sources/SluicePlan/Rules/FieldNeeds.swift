import SluiceColumns
import SluiceKernels

/// Which parts of a value somebody reads: all of it, or some fields of a row.
indirect enum FieldNeed: Hashable {
    case all
    case fields([Int: FieldNeed])

    /// What both need.
    func union(_ other: FieldNeed) -> FieldNeed {
        guard case .fields(let mine) = self, case .fields(let others) = other else { return .all }
        return .fields(mine.merging(others) { $0.union($1) })
    }

    /// The type with the fields that nobody reads left out.
    func pruned(_ type: DataType) -> DataType {
        guard case .fields(let needed) = self, case .row(let fields) = type.logical else { return type }
        let kept = fields.enumerated().compactMap { index, field in
            needed[index].map { RowField(field.name, $0.pruned(field.type), comment: field.comment) }
        }
        return DataType(.row(kept), nullable: type.isNullable, timeAttribute: type.timeAttribute)
    }

    /// Place of field `index` among those that are kept.
    func place(of index: Int) -> Int {
        guard case .fields(let needed) = self else { return index }
        return needed.keys.filter { $0 < index }.count
    }
}

/// What is needed of each column of a row.
struct RowNeed: Hashable {
    /// By column; a column that is not here is not read.
    var columns: [Int: FieldNeed] = [:]

    /// Every column, whole.
    static func everything(_ count: Int) -> RowNeed {
        RowNeed(columns: Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, FieldNeed.all) }))
    }

    /// Adds a column.
    mutating func add(_ column: Int, _ need: FieldNeed = .all) {
        columns[column] = columns[column].map { $0.union(need) } ?? need
    }

    /// Adds everything that `other` needs.
    mutating func add(_ other: RowNeed) {
        for (column, need) in other.columns { add(column, need) }
    }

    /// Adds what an expression reads; `need` is what is needed of its value.
    mutating func add(_ expression: ScalarExpression, _ need: FieldNeed = .all) {
        switch expression {
        case .column(let index, _): add(index, need)
        case .field(let base, let index, _): add(base, .fields([index: need]))
        default: for child in expression.children { add(child) }
        }
    }

    /// The columns, ascending.
    var sorted: [Int] { columns.keys.sorted() }

    /// Place of a column among those that are kept.
    func place(of column: Int) -> Int { columns.keys.filter { $0 < column }.count }
}

extension ScalarExpression {
    /// The expression over a row of which only the needed parts are left.
    func reading(_ need: RowNeed) -> ScalarExpression { rebased(need).expression }

    /// The same, with what is there of its value.
    func rebased(_ need: RowNeed) -> (expression: ScalarExpression, need: FieldNeed) {
        switch self {
        case .column(let index, let type):
            let part = need.columns[index] ?? .all
            return (.column(need.place(of: index), part.pruned(type)), part)
        case .field(let base, let index, let type):
            let (inner, part) = base.rebased(need)
            let own: FieldNeed = if case .fields(let fields) = part { fields[index] ?? .all } else { .all }
            return (.field(inner, index: part.place(of: index), own.pruned(type)), own)
        default:
            return (mapChildren { $0.reading(need) }, .all)
        }
    }
}
