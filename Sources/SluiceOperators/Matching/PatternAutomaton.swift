import SluicePlan

/// A row pattern as a machine of states.
///
/// It is built as Flink's library for complex events builds it, because the order of edges and the places of greedy
/// conditions decide which of several possible matches are given:
///
/// - From a state, `take` edges consume the row in question; `proceed` edges lead on without it.
/// - A repeated variable is a chain of states, one for each row that may come, or a state with an edge to itself.
/// - A *greedy* repetition forbids all edges of the state behind it while the row fits the repetition itself. So a row
///   that fits both is always taken for the repetition, and nothing is tried again later.
///
/// What holds of a row is a word of bits, one for the condition of each variable.
struct PatternAutomaton: Sendable, Hashable {
    /// What an edge does with the row in question.
    enum Action: Sendable, Hashable { case take, proceed }

    /// A way from one state to another.
    struct Edge: Sendable, Hashable {
        var action: Action
        var target: Int
        /// Conditions that must hold.
        var required: UInt64 = 0
        /// Conditions that must not hold.
        var forbidden: UInt64 = 0

        /// Whether the edge can be gone for a row of which `truths` hold.
        func holds(_ truths: UInt64) -> Bool { truths & required == required && truths & forbidden == 0 }
    }

    /// A state: waits for a row of its variable.
    struct State: Sendable, Hashable {
        /// The variable, by its place in the pattern; of no meaning in the final state.
        var variable: Int
        var edges: [Edge]
    }

    /// The state of a complete match.
    static let final = 0

    /// All states; number 0 is the final one.
    private(set) var states: [State] = [State(variable: 0, edges: [])]
    /// Where every match begins.
    private(set) var start = 0
    /// Per state the conditions whose truth decides where it leads.
    private(set) var conditionsAsked: [UInt64] = []

    /// Compiles a pattern of at most 64 variables.
    init(_ pattern: [PatternVariable]) {
        precondition(pattern.count <= MatchSpecification.variablesMax)
        start = Self.final
        for (index, variable) in pattern.enumerated().reversed() { start = add(variable, index, before: start) }
        conditionsAsked = states.indices.map { conditions(askedIn: $0) }
    }

    /// The states of one variable, with all that follows behind them.
    private mutating func add(_ variable: PatternVariable, _ index: Int, before next: Int) -> Int {
        let least = max(1, variable.minimum)
        guard let most = variable.maximum else {
            if variable.isGreedy { forbid(index, in: next) }
            states.append(State(variable: index, edges: [Edge(action: .proceed, target: next)]))
            let loop = states.count - 1
            states[loop].edges.append(take(index, into: loop))
            return chain(index, least..<least, from: loop, past: next, isOptional: variable.minimum == 0)
        }
        if variable.isGreedy { forbid(index, in: next) }
        return chain(index, least..<max(least, most), from: next, past: next, isOptional: variable.minimum == 0)
    }

    /// States for `counts.upperBound` rows of a variable, of which those from `counts.lowerBound` on may be missing.
    private mutating func chain(
        _ variable: Int,
        _ counts: Range<Int>,
        from end: Int,
        past next: Int,
        isOptional: Bool
    ) -> Int {
        var target = end
        for _ in counts { target = single(variable, into: target, past: next) }
        for _ in 1..<max(1, counts.lowerBound) { target = single(variable, into: target, past: nil) }
        return single(variable, into: target, past: isOptional ? next : nil)
    }

    /// A state that takes one row, or is passed over where `next` is given.
    private mutating func single(_ variable: Int, into target: Int, past next: Int?) -> Int {
        var state = State(variable: variable, edges: [take(variable, into: target)])
        if let next { state.edges.append(Edge(action: .proceed, target: next)) }
        states.append(state)
        return states.count - 1
    }

    private func take(_ variable: Int, into target: Int) -> Edge {
        Edge(action: .take, target: target, required: 1 << UInt64(variable))
    }

    private mutating func forbid(_ variable: Int, in state: Int) {
        for edge in states[state].edges.indices { states[state].edges[edge].forbidden |= 1 << UInt64(variable) }
    }

    // MARK: Steps

    // A state has at most one edge that proceeds, so that all ways on from it are one chain.

    /// Calls `body` with source and target of every edge that takes a row of which `truths` hold, from `state`, in
    /// order.
    func forEachTake(from state: Int, _ truths: UInt64, _ body: (_ source: Int, _ target: Int) throws -> Void) rethrows
    {
        var current: Int? = state
        while let source = current {
            current = nil
            for edge in states[source].edges where edge.holds(truths) {
                switch edge.action {
                case .proceed: current = edge.target
                case .take: try body(source, edge.target)
                }
            }
        }
    }

    /// Whether a match is complete in `state`: everything behind it may be missing.
    func isComplete(after state: Int, _ truths: UInt64) -> Bool {
        var current = state
        while let edge = states[current].edges.first(where: { $0.action == .proceed }), edge.holds(truths) {
            if edge.target == Self.final { return true }
            current = edge.target
        }
        return false
    }

    /// The conditions on the edges that a row can meet in a state.
    private func conditions(askedIn state: Int) -> UInt64 {
        var asked: UInt64 = 0
        var current: Int? = state
        while let source = current {
            current = nil
            for edge in states[source].edges {
                asked |= edge.required | edge.forbidden
                if edge.action == .proceed { current = edge.target } else { asked |= conditionsOfEnd(edge.target) }
            }
        }
        return asked
    }

    /// The conditions that `isComplete` looks at.
    private func conditionsOfEnd(_ state: Int) -> UInt64 {
        var asked: UInt64 = 0
        var current = state
        while let edge = states[current].edges.first(where: { $0.action == .proceed }) {
            asked |= edge.required | edge.forbidden
            current = edge.target
        }
        return asked
    }
}
