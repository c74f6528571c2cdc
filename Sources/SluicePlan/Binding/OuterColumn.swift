import SluiceColumns
import SluiceKernels

/// Columns of the queries around a subquery, while the subquery is bound.
///
/// Their indexes say which query is meant: the one directly around, or one further out.
enum OuterColumn {
    /// Index of the first column of the query directly around.
    static let base = 1 << 40
    /// How far the indexes of one query are from those of the next further out.
    private static let levelStride = 1 << 32
    /// How many queries around can be told apart.
    static let levelCountMax = 256

    /// The index of a column of the query that is `level` queries further out than the one directly around.
    static func index(of column: Int, level: Int) -> Int { base + level * levelStride + column }

    /// The column of the query directly around that an index means; nil for all others.
    static func nearest(_ index: Int) -> Int? {
        index >= base && index < base + levelStride ? index - base : nil
    }

    /// The index that means the same column to the query directly around, as long as it is none of that query's own.
    static func leaving(_ index: Int) -> Int {
        index >= base + levelStride && index < base + levelCountMax * levelStride ? index - levelStride : index
    }

    /// Whether any part of an expression is a column of the query directly around.
    static func readsNearest(_ expression: ScalarExpression) -> Bool {
        expression.columnsRead.contains { nearest($0) != nil }
    }
}

extension ScalarExpression {
    /// A condition of a subquery over both: columns of the query around are those in front, the others stand `width`
    /// further back.
    func placed(behind width: Int) -> ScalarExpression {
        mappingColumns { index in
            if index < OuterColumn.base { return index + width }
            return OuterColumn.nearest(index) ?? OuterColumn.leaving(index)
        }
    }
}

extension LogicalPlan {
    /// The expressions of this node that can read columns of the queries around.
    private var freeExpressions: [ScalarExpression] {
        switch self {
        case .calc(let calc): calc.projections + (calc.predicate.map { [$0] } ?? [])
        case .join(let join): join.condition.map { [$0] } ?? []
        case .temporalJoin(let node): node.join.condition.map { [$0] } ?? []
        case .expand(let expand): expand.projections.flatMap { $0 }
        case .unnest(let unnest): [unnest.collection]
        default: []
        }
    }

    /// The columns of the query directly around that the plan reads.
    var nearestColumns: Set<Int> {
        let own = freeExpressions.reduce(into: Set<Int>()) { columns, expression in
            columns.formUnion(expression.columnsRead.compactMap(OuterColumn.nearest))
        }
        return inputs.reduce(into: own) { $0.formUnion($1.nearestColumns) }
    }

    /// Whether any expression of the plan reads a column of the query directly around.
    var readsNearest: Bool {
        freeExpressions.contains(where: OuterColumn.readsNearest) || inputs.contains(where: \.readsNearest)
    }

    private var readsOuter: Bool {
        freeExpressions.contains { $0.columnsRead.contains { $0 >= OuterColumn.base } }
            || inputs.contains(where: \.readsOuter)
    }

    /// The same plan as a part of the query directly around, of which it reads nothing.
    var leavingQuery: LogicalPlan {
        guard readsOuter else { return self }
        return rewritten { node in
            switch node {
            case .calc(var calc):
                calc.predicate = calc.predicate?.mappingColumns(OuterColumn.leaving)
                calc.projections = calc.projections.map { $0.mappingColumns(OuterColumn.leaving) }
                return .calc(calc)
            case .join(var join):
                join.condition = join.condition?.mappingColumns(OuterColumn.leaving)
                return .join(join)
            case .temporalJoin(var node):
                node.join.condition = node.join.condition?.mappingColumns(OuterColumn.leaving)
                return .temporalJoin(node)
            case .expand(var expand):
                expand.projections = expand.projections.map { $0.map { $0.mappingColumns(OuterColumn.leaving) } }
                return .expand(expand)
            case .unnest(var unnest):
                unnest.collection = unnest.collection.mappingColumns(OuterColumn.leaving)
                return .unnest(unnest)
            default: return node
            }
        }
    }

    /// The plan's columns `columns`, in that order.
    func picking(_ columns: [Int]) -> LogicalPlan {
        let fields = fields
        return .calc(
            LogicalCalc(
                self,
                projections: columns.map { .column($0, fields[$0].type) },
                names: columns.map { fields[$0].name }
            )
        )
    }
}
