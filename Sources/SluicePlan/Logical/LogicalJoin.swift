import SluiceColumns
import SluiceKernels

/// Joins two plans.
///
/// Columns: the left's, then the right's (the left's only for semi and anti).
package struct LogicalJoin: Sendable, Hashable {
    /// The left input.
    package var left: LogicalPlan
    /// The right input.
    package var right: LogicalPlan
    /// The kind.
    package var kind: JoinOperation.Kind
    /// What makes rows partners, over the columns of left and right; nil is always.
    package var condition: ScalarExpression?
    /// How long rows are kept, where a hint says so.
    package var stateTTL = JoinStateTTL()
    /// Makes the node.
    package init(_ left: LogicalPlan, _ right: LogicalPlan, kind: JoinOperation.Kind, condition: ScalarExpression?) {
        self.left = left
        self.right = right
        self.kind = kind
        self.condition = condition
    }

    /// The columns; those of a side that may be missing are nullable.
    package var fields: [RowField] {
        switch kind {
        case .semi, .anti: left.fields
        case .inner: left.fields + right.fields
        case .left: left.fields + Self.nullable(right.fields)
        case .right: Self.nullable(left.fields) + right.fields
        case .full: Self.nullable(left.fields) + Self.nullable(right.fields)
        }
    }

    private static func nullable(_ fields: [RowField]) -> [RowField] {
        fields.map { RowField($0.name, $0.type.nullable(true), comment: $0.comment) }
    }
}

/// How long a join keeps rows that nobody touches, milliseconds: 0 is for ever, nil what the session says.
package struct JoinStateTTL: Sendable, Hashable {
    /// Of the left input.
    package var left: Int64?
    /// Of the right input.
    package var right: Int64?
    /// Makes times to live.
    package init(left: Int64? = nil, right: Int64? = nil) {
        self.left = left
        self.right = right
    }
}
