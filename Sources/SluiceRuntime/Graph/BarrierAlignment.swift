/// Which inputs have delivered which barrier: an epoch is complete when every input that has not ended delivered it.
struct BarrierAlignment {
    private static let ended = Int64.max
    private var delivered: [Int64]
    /// The last epoch that all inputs have delivered; 0 before the first.
    private(set) var passedEpoch: Int64 = 0

    /// Makes the alignment of `inputCount` inputs.
    init(inputCount: Int) { delivered = Array(repeating: 0, count: inputCount) }

    /// Whether `input` is ahead of another one and must not be read.
    func isHeld(_ input: Int) -> Bool { delivered[input] != Self.ended && delivered[input] > passedEpoch }

    /// Notes the barrier of `epoch` on `input`.
    ///
    /// - Returns: the epoch to pass on, where this was the last input it waited for.
    mutating func deliver(_ input: Int, epoch: Int64) -> Int64? {
        precondition(delivered[input] < epoch)
        delivered[input] = epoch
        return advance()
    }

    /// Notes that `input` has ended, so that no barrier will come from it.
    mutating func end(_ input: Int) -> Int64? {
        delivered[input] = Self.ended
        return advance()
    }

    private mutating func advance() -> Int64? {
        let least = delivered.min() ?? Self.ended
        guard least != Self.ended, least > passedEpoch else { return nil }
        passedEpoch = least
        return least
    }
}
