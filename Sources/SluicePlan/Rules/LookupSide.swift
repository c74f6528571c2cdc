import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// The right side of a lookup join taken apart: what is asked of the table, and what is done with its answer.
struct LookupSide {
    /// The table with the columns that are asked for.
    var scan: LogicalScan
    /// Keeps rows of the answer, over the scan's columns; nil keeps all.
    var predicate: ScalarExpression?
    /// The columns of the join's right side, over the scan's columns.
    var projections: [ScalarExpression]
    /// What the table is asked for.
    var keys: [LookupKey] = []
    /// Per key whether NULL equals NULL.
    var nullSafe: [Bool] = []
    /// What else the table may be asked for; each is among `residual` too.
    var probes: [LookupProbeKey] = []
    /// What else must hold, over the columns of the left and the join's right side.
    var residual: [ScalarExpression] = []

    /// Nil where the right side is not a table with filters and projections over it.
    init?(_ node: LogicalTemporalJoin) {
        let right = node.join.right
        var plan = right
        projections = right.allColumns
        while case .calc(let calc) = plan {
            projections = projections.map { $0.substituting(calc.projections) }
            let terms = (predicate?.substituting(calc.projections)).map(\.conjuncts) ?? []
            predicate = .conjunction((calc.predicate?.conjuncts ?? []) + terms)
            plan = calc.input
        }
        guard case .scan(let scan) = plan else { return nil }
        self.scan = scan
        let pairs = JoinKeys(node.join)
        for (index, column) in pairs.right.enumerated() {
            guard let stored = projections[column].columnIndex else {
                residual.append(pairs.terms[index])
                continue
            }
            keys.append(LookupKey(column: stored, value: .column(pairs.left[index])))
            nullSafe.append(pairs.nullSafe[index])
        }
        let width = node.join.left.fields.count
        takeConstants(pairs.residual, width: width)
        probes = LookupProbes(residual, projections, width: width).all
    }

    /// Why the table cannot be asked.
    func refusal(at span: SourceSpan) -> SQLError {
        SQLError(
            .unsupported,
            "a lookup needs an equality on a column of the table, or a condition that an index answers; this one would "
                + "read the whole of '\(scan.table.path)' for each row",
            at: span,
            hint:
                "compare a column of it with a value of the left side, or with a constant, of the same type; or let it "
                + "be read with the hint /*+ LOOKUP('table' = '...', 'scan' = 'true') */"
        )
    }

    /// Comparisons of a stored column with a constant are keys too.
    private mutating func takeConstants(_ terms: [ScalarExpression], width: Int) {
        for term in terms {
            if let (column, value, type) = Self.constant(term), column >= width,
                let stored = projections[column - width].columnIndex
            {
                add(stored, .constant(value, type))
            } else {
                residual.append(term)
            }
        }
        let own = predicate?.conjuncts ?? []
        for term in own { if let (column, value, type) = Self.constant(term) { add(column, .constant(value, type)) } }
        predicate = .conjunction(own.filter { Self.constant($0) == nil })
    }

    private mutating func add(_ column: Int, _ value: LookupKey.Operand) {
        keys.append(LookupKey(column: column, value: value))
        nullSafe.append(false)
    }

    private static func constant(_ term: ScalarExpression) -> (column: Int, value: Value, type: DataType)? {
        guard case .call(let call) = term, call.function.name == "=", call.arguments.count == 2 else { return nil }
        for (column, value) in [(call.arguments[0], call.arguments[1]), (call.arguments[1], call.arguments[0])] {
            guard let index = column.columnIndex, let literal = value.literalValue, !literal.isNull else { continue }
            if column.type.lane == value.type.lane { return (index, literal, value.type) }
        }
        return nil
    }
}
