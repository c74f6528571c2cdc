import SluiceColumns
import SluiceKernels
import SluiceSQL

/// A join whose ON reads subqueries; while it was bound, their columns stood behind those of both sides.
struct SubqueryJoin {
    private let join: LogicalJoin
    private let subqueries: SubqueryCollector
    private let span: SourceSpan
    /// For each column, as it was bound: its place in one of the sides.
    private var places: [Place]

    private struct Place {
        var isLeft: Bool
        var column: Int
    }

    init(_ join: LogicalJoin, _ subqueries: SubqueryCollector, at span: SourceSpan) {
        self.join = join
        self.subqueries = subqueries
        self.span = span
        let width = join.left.fields.count
        places = (0..<subqueries.firstAttached).map { Place(isLeft: $0 < width, column: $0 < width ? $0 : $0 - width) }
    }

    /// The join, with the columns of both sides.
    func plan() throws -> LogicalPlan {
        if join.kind == .inner {
            let rows = join.condition.map { LogicalPlan.calc(LogicalCalc(subqueries.plan, predicate: $0)) }
            return (rows ?? subqueries.plan).picking(Array(0..<subqueries.firstAttached))
        }
        var copy = self
        return try copy.outerJoin()
    }

    /// The rows that an outer join keeps must not be filtered, so the subqueries are computed below it, each beside the
    /// side whose columns it reads.
    private mutating func outerJoin() throws -> LogicalPlan {
        let fullWidth = places.count
        var node = join
        for attachment in subqueries.attached {
            let isLeft = try side(of: attachment)
            let rows = isLeft ? node.left : node.right
            let width = rows.fields.count
            places += (0..<attachment.columnCount).map { Place(isLeft: isLeft, column: width + $0) }
            let wider = attachment.attached(to: rows) { condition in
                condition.mappingColumns { $0 < places.count ? places[$0].column : $0 }
            }
            if isLeft { node.left = wider } else { node.right = wider }
        }
        let leftWidth = node.left.fields.count
        let columns = places.map { $0.isLeft ? $0.column : leftWidth + $0.column }
        node.condition = join.condition?.mappingColumns { $0 < columns.count ? columns[$0] : $0 }
        return LogicalPlan.join(node).picking(Array(columns.prefix(fullWidth)))
    }

    /// Whether a subquery belongs beside the rows of the left side.
    private func side(of attachment: SubqueryCollector.Attachment) throws -> Bool {
        guard case .rows(_, let condition?) = attachment else { return true }
        let sides = Set(condition.columnsRead.filter { $0 < places.count }.map { places[$0].isLeft })
        guard sides.count < 2 else {
            throw SQLError(
                .unsupported,
                "a subquery in the ON of an outer join that reads columns of both sides is not supported",
                at: span,
                hint: "let it read one side only, or use an inner join"
            )
        }
        return sides.first ?? true
    }
}
