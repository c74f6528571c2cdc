import SluiceOperators

/// A node whose operator waits for the wall clock.
struct NodeTimer {
    let node: GraphNode
    let stage: any TimedOperator
    /// Exchanges, by ordinal, that its rows can reach: it does not fire while one of them is blocked.
    let reach: [Int]

    /// When it wants to fire, in microseconds since the epoch; nil while nothing waits and after the end of its input.
    var dueMicros: Int64? { node.hasEnded ? nil : stage.nextTimerMicros }

    /// Fires what is due.
    func fire(atMicros nowMicros: Int64) throws { try node.fireTimers(of: stage, atMicros: nowMicros) }
}
