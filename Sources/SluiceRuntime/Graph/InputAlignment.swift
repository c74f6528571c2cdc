import SluiceColumns

/// The watermark of several inputs taken together: the least of those that are active.
///
/// An input that is idle or has ended holds nobody back. One that wakes up behind the others is left out of the least
/// until it has caught up, for a watermark never goes back.
struct InputAlignment {
    /// What an input is doing.
    enum Status { case active, idle, ended }

    /// What follows from a change of one input.
    struct Outcome {
        /// The watermark to pass on, where it moved.
        var watermark: Watermark?
        /// Whether no input is active any more although some have not ended.
        var isIdle = false
    }

    private var statuses: [Status]
    private var watermarks: [Watermark]
    private var hasCaughtUp: [Bool]
    /// The watermark of all inputs together.
    private(set) var current = Watermark.none

    /// Makes the alignment of `inputCount` active inputs.
    init(inputCount: Int) {
        statuses = Array(repeating: .active, count: inputCount)
        watermarks = Array(repeating: .none, count: inputCount)
        hasCaughtUp = Array(repeating: true, count: inputCount)
    }

    /// The watermark of all inputs together, then that of each one, to be stored.
    var storedMicros: [Int64] { [current.micros] + watermarks.map(\.micros) }

    /// Goes on from `storedMicros` of before a restart; every input is active again.
    ///
    /// An input that is behind the others then was left out, and is left out until it has caught up.
    mutating func restore(_ micros: [Int64]) {
        precondition(micros.count == watermarks.count + 1)
        if micros[0] < Watermark.end.micros { current = Watermark(micros: micros[0]) }
        for input in watermarks.indices {
            watermarks[input] = Watermark(micros: micros[input + 1])
            hasCaughtUp[input] = watermarks[input] >= current
        }
    }

    /// Goes on from the watermark of all inputs of before a restart, when they may have been others.
    mutating func restore(_ watermark: Watermark) {
        current = watermark
        for input in watermarks.indices { watermarks[input] = watermark }
    }

    /// Whether every input has ended.
    var haveAllEnded: Bool { statuses.allSatisfy { $0 == .ended } }

    /// Whether `input` has ended.
    func hasEnded(_ input: Int) -> Bool { statuses[input] == .ended }

    /// Notes that `input` has given a sign of life.
    mutating func activate(_ input: Int) {
        guard statuses[input] == .idle else { return }
        statuses[input] = .active
        hasCaughtUp[input] = watermarks[input] >= current
    }

    /// Moves the watermark of `input`.
    ///
    /// - Returns: the watermark of all, where it moved.
    mutating func advance(_ input: Int, to watermark: Watermark) -> Watermark? {
        activate(input)
        guard watermark > watermarks[input] else { return nil }
        watermarks[input] = watermark
        if watermark >= current { hasCaughtUp[input] = true }
        return realign()
    }

    /// Notes that `input` has nothing to say for now.
    mutating func turnIdle(_ input: Int) -> Outcome {
        guard statuses[input] == .active else { return Outcome() }
        statuses[input] = .idle
        return withoutOne()
    }

    /// Notes that `input` will say nothing more.
    mutating func end(_ input: Int) -> Outcome {
        guard statuses[input] != .ended else { return Outcome() }
        statuses[input] = .ended
        guard haveAllEnded else { return withoutOne() }
        return Outcome(watermark: raise(to: .end))
    }

    /// The least watermark of the active inputs besides `input` among `candidates`; nil where there is none.
    func leastWatermark(besides input: Int, among candidates: [Int]) -> Watermark? {
        var least: Watermark?
        for candidate in candidates
        where candidate != input && statuses[candidate] == .active && hasCaughtUp[candidate] {
            least = min(least ?? .end, watermarks[candidate])
        }
        return least
    }

    private mutating func withoutOne() -> Outcome {
        if statuses.contains(.active) { return Outcome(watermark: realign()) }
        // Nobody is left to wait for: what the foremost of the idle inputs promised holds for all.
        var foremost = current
        for input in statuses.indices where statuses[input] == .idle { foremost = max(foremost, watermarks[input]) }
        return Outcome(watermark: raise(to: foremost), isIdle: true)
    }

    private mutating func realign() -> Watermark? {
        var least: Watermark?
        for input in statuses.indices where statuses[input] == .active && hasCaughtUp[input] {
            least = min(least ?? .end, watermarks[input])
        }
        guard let least else { return nil }
        // The end of one input does not end the time of another that is merely idle.
        if least == .end, watermarks.indices.contains(where: { isUnfinished($0) }) { return nil }
        return raise(to: least)
    }

    private func isUnfinished(_ input: Int) -> Bool { statuses[input] != .ended && watermarks[input] != .end }

    private mutating func raise(to watermark: Watermark) -> Watermark? {
        guard watermark > current else { return nil }
        current = watermark
        return watermark
    }
}
