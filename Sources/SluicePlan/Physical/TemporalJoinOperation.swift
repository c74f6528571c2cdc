import SluiceKernels

/// Joins each row of the left input with the version of the right one that was valid at its event time.
///
/// Versions are the rows of the right input, by key and event time; a `-D` row says that the key has no row from its
/// time on. As in Flink a NULL in a key equals a NULL. Output columns: the left's, then the right's.
package struct TemporalJoinOperation: Sendable {
    /// Whether left rows without a version appear padded with NULLs.
    package var keepsUnmatched: Bool
    /// Key columns of the left input; same count and types as `rightKeys`.
    package var leftKeys: [Int]
    /// Key columns of the right input.
    package var rightKeys: [Int]
    /// What else must hold, over the columns of left and right; nil is nothing.
    package var residual: ScalarExpression?
    /// The event time of the left input.
    package var leftTime: Int
    /// The event time of the right input, which its versions are valid from.
    package var rightTime: Int
    /// Whether a row that comes behind a later version of its key is no version.
    package var takesLatestOnly: Bool
    /// Makes a temporal join.
    package init(
        keepsUnmatched: Bool,
        leftKeys: [Int],
        rightKeys: [Int],
        residual: ScalarExpression? = nil,
        leftTime: Int,
        rightTime: Int,
        takesLatestOnly: Bool = false
    ) {
        self.keepsUnmatched = keepsUnmatched
        self.leftKeys = leftKeys
        self.rightKeys = rightKeys
        self.residual = residual
        self.leftTime = leftTime
        self.rightTime = rightTime
        self.takesLatestOnly = takesLatestOnly
    }
}
