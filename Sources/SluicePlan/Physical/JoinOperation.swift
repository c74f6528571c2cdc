import SluiceKernels

/// Joins two inputs on equal keys.
///
/// Output columns: the left's, then the right's (left only for semi and anti).
package struct JoinOperation: Sendable {
    /// The kinds.
    package enum Kind: String, Sendable, Hashable { case inner, left, right, full, semi, anti }
    /// When state may be dropped.
    package enum Scope: Sendable, Hashable {
        /// Never: a regular join; updates with its inputs.
        case unbounded
        /// Both inputs carry a window (TIMESTAMP columns at these indexes of each side) that is part of the condition:
        /// each window is joined once, when the watermark passes its end, and then dropped. Windows over TIMESTAMP_LTZ
        /// end in the local time of `timeZone`; nil for TIMESTAMP.
        case window(leftEnd: Int, rightEnd: Int, timeZone: String? = nil)
        /// The times of partners lie within an interval, which is part of the condition: a row is dropped when nothing
        /// can come any more that lies near enough. Insert-only.
        case interval(JoinInterval)
    }
    /// The kind.
    package var kind: Kind
    /// When state may be dropped.
    package var scope: Scope
    /// Key columns of the left input; same count and types as `rightKeys`.
    ///
    /// Window columns are keys too.
    package var leftKeys: [Int]
    /// Key columns of the right input.
    package var rightKeys: [Int]
    /// Per key: whether NULL equals NULL (IS NOT DISTINCT FROM).
    package var nullSafe: [Bool]
    /// What else must hold, over the columns of left and right; nil is nothing.
    package var residual: ScalarExpression?
    /// Whether somebody downstream needs `-U` rows.
    package var emitsUpdateBefore: Bool
    /// How long rows of the left and the right input are kept that nobody touches, milliseconds; nil is for ever.
    ///
    /// Only a join without a scope has it.
    package var ttlMillis: [Int64?] = [nil, nil]
    /// Whether rows of the left and the right input can be taken back.
    package var takesBack = [true, true]

    /// Whether what becomes of a row of an input depends on how many rows it matches: an outer join pads those that
    /// match none, a semi or anti join gives rows of the left input by themselves.
    package func emitsAlone(_ input: Int) -> Bool {
        switch kind {
        case .full: true
        case .left, .semi, .anti: input == 0
        case .right: input == 1
        case .inner: false
        }
    }

    /// Makes a join.
    package init(
        kind: Kind,
        scope: Scope,
        leftKeys: [Int],
        rightKeys: [Int],
        nullSafe: [Bool],
        residual: ScalarExpression? = nil,
        emitsUpdateBefore: Bool = true
    ) {
        self.kind = kind
        self.scope = scope
        self.leftKeys = leftKeys
        self.rightKeys = rightKeys
        self.nullSafe = nullSafe
        self.residual = residual
        self.emitsUpdateBefore = emitsUpdateBefore
    }
}
