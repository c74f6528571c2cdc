import SluiceKernels

/// Joins each row of the left input with the version of the right one that was valid at its event time.
///
/// Versions are the rows of the right input, by key and event time; a `-D` row says that the key has no row from its
/// time on. Output columns: the left's, then the right's.
package struct TemporalJoinOperation: Sendable {
    /// Whether left rows without a version appear padded with NULLs.
    package var keepsUnmatched: Bool
    /// Key columns of the left input; same count and types as `rightKeys`.
    package var leftKeys: [Int]
    /// Key columns of the right input.
    package var rightKeys: [Int]
    /// Per key: whether NULL equals NULL.
    package var nullSafe: [Bool]
    /// What else must hold, over the columns of left and right; nil is nothing.
    package var residual: ScalarExpression?
    /// The event time of the left input.
    package var leftTime: Int
    /// The event time of the right input, which its versions are valid from.
    package var rightTime: Int
    /// Makes a temporal join.
    package init(
        keepsUnmatched: Bool,
        leftKeys: [Int],
        rightKeys: [Int],
        nullSafe: [Bool],
        residual: ScalarExpression? = nil,
        leftTime: Int,
        rightTime: Int
    ) {
        self.keepsUnmatched = keepsUnmatched
        self.leftKeys = leftKeys
        self.rightKeys = rightKeys
        self.nullSafe = nullSafe
        self.residual = residual
        self.leftTime = leftTime
        self.rightTime = rightTime
    }
}
