import SluiceColumns

/// The values computed so far over one set of rows: a batch, or a selection of the rows of another frame.
final class EvaluationFrame {
    /// Rows.
    let rowCount: Int
    private let batch: Batch?
    private let parent: EvaluationFrame?
    private let selection: SelectionVector?
    private var values: [Column?]

    /// All rows of `batch`.
    init(batch: Batch, nodeCount: Int) {
        self.batch = batch
        rowCount = batch.rowCount
        parent = nil
        selection = nil
        values = Array(repeating: nil, count: nodeCount)
    }

    /// The rows `selection` of `parent`.
    init(parent: EvaluationFrame, selection: SelectionVector) {
        batch = nil
        self.parent = parent
        self.selection = selection.withRowSet(ofRows: parent.rowCount)
        rowCount = selection.count
        values = Array(repeating: nil, count: parent.values.count)
    }

    /// The frame of the given rows; this frame itself where they are all (nil).
    func narrowed(to selection: SelectionVector?) -> EvaluationFrame {
        selection.map { EvaluationFrame(parent: self, selection: $0) } ?? self
    }

    /// The value of `node`, computed once per frame.
    func value(_ node: ExpressionNode) throws -> Column {
        if let value = values[node.id] { return value }
        let value = try computed(node)
        values[node.id] = value
        return value
    }

    private func computed(_ node: ExpressionNode) throws -> Column {
        if case .constant = node.kind { return node.constantColumn(rowCount: rowCount) }
        if let parent, let selection {
            if let value = parent.values[node.id] { return value.gathered(selection) }
            if case .column = node.kind { return try parent.value(node).gathered(selection) }
        }
        if rowCount == 0 { return Column.of([], node.type) }
        switch node.kind {
        case .constant: return node.constantColumn(rowCount: rowCount)
        case .column(let index):
            guard let batch else { throw EvaluationError("internal", "a column without a batch") }
            return batch.columns[index]
        case .field(let base, let index): return FieldAccess.field(try value(base), index, node.type)
        case .call(let kernel, let arguments): return try kernel(try arguments.map { try value($0) }, rowCount)
        case .comparison(_, let kernel, let left, let right):
            return try kernel([try value(left), try value(right)], rowCount)
        case .and(let operands): return try LogicalEvaluation.value(operands, dominant: 0, node.type, self)
        case .or(let operands): return try LogicalEvaluation.value(operands, dominant: 1, node.type, self)
        case .caseWhen(let branches, let otherwise):
            return try CaseEvaluation.value(branches, otherwise, node, self)
        }
    }
}

/// Access to the fields of a ROW column.
enum FieldAccess {
    /// Field `index` of `row`, NULL where the row is.
    static func field(_ row: Column, _ index: Int, _ type: DataType) -> Column {
        if Loops.isNullConstant(row) { return .allNull(type, count: row.count) }
        let field = row.children[index]
        if row.isConstant { return .constant(field.value(0), type, count: row.count) }
        guard let validity = row.validity else { return field.type == type ? field : field.retyped(type) }
        let flat = field.isConstant ? field.flattened() : field
        return flat.withValidity(Bitmap.and(flat.validity, validity)).retyped(type)
    }
}
