import SluiceColumns

/// One distinct computation of a compiled set of expressions; equal sub-expressions share a node.
///
/// It belongs to the evaluator that made it and is used by its thread alone.
final class ExpressionNode {
    /// What is computed.
    enum Kind {
        /// A column of the input.
        case column(Int)
        /// One value for all rows.
        case constant
        /// A field of a ROW.
        case field(ExpressionNode, Int)
        /// A kernel over the values of other nodes.
        case call(ScalarKernel, [ExpressionNode])
        /// A comparison, which the predicate path knows how to turn into a selection.
        case comparison(ComparisonOperator, ScalarKernel, ExpressionNode, ExpressionNode)
        /// Three-valued AND.
        case and([ExpressionNode])
        /// Three-valued OR.
        case or([ExpressionNode])
        /// The first branch whose condition is TRUE.
        case caseWhen([Branch], otherwise: ExpressionNode)
    }

    /// A branch of a CASE.
    struct Branch {
        let condition: ExpressionNode
        let value: ExpressionNode
    }

    /// Position in the evaluator's list of nodes.
    let id: Int
    /// The type of the value.
    let type: DataType
    /// What is computed.
    let kind: Kind
    /// Whether computing it over rows that do not need it is harmless: it cannot fail and costs a few ns per row.
    let isEager: Bool
    /// The value of a constant.
    let constant: Value?
    private var constantColumn: Column?

    /// Makes a node.
    init(id: Int, type: DataType, kind: Kind, isEager: Bool, constant: Value? = nil) {
        self.id = id
        self.type = type
        self.kind = kind
        self.isEager = isEager
        self.constant = constant
    }

    /// The constant for `rowCount` rows; kept for the next batch, which mostly has as many.
    func constantColumn(rowCount: Int) -> Column {
        if let constantColumn, constantColumn.count == rowCount { return constantColumn }
        let column = Column.constant(constant ?? .null, type, count: rowCount)
        constantColumn = column
        return column
    }
}
