import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// The machine of a pattern, and the queue of its matches.
@Suite struct PatternAutomatonTests {
    private static func takes(_ automaton: PatternAutomaton, _ state: Int, _ truths: UInt64) -> [Int] {
        var targets: [Int] = []
        automaton.forEachTake(from: state, truths) { source, _ in targets.append(automaton.states[source].variable) }
        return targets
    }

    private static func target(_ automaton: PatternAutomaton, _ state: Int, _ truths: UInt64) -> Int? {
        var found: Int?
        automaton.forEachTake(from: state, truths) { _, target in found = found ?? target }
        return found
    }

    @Test func oneVariableIsOneState() {
        let automaton = PatternAutomaton([PatternVariable("A")])
        #expect(automaton.states.count == 2)
        #expect(Self.target(automaton, automaton.start, 0b1) == PatternAutomaton.final)
        #expect(Self.takes(automaton, automaton.start, 0b0) == [])
        #expect(automaton.conditionsAsked[automaton.start] == 0b1)
    }

    @Test func aGreedyLoopTakesWhatFitsBoth() throws {
        let greedy = PatternAutomaton([
            PatternVariable("A", minimum: 1, maximum: nil, isGreedy: true), PatternVariable("B"),
        ])
        let loop = try #require(Self.target(greedy, greedy.start, 0b01))
        #expect(Self.takes(greedy, loop, 0b11) == [0])
        #expect(Self.takes(greedy, loop, 0b10) == [1])
        let reluctant = PatternAutomaton([PatternVariable("A", minimum: 1, maximum: nil), PatternVariable("B")])
        let open = try #require(Self.target(reluctant, reluctant.start, 0b01))
        #expect(Self.takes(reluctant, open, 0b11) == [0, 1])
    }

    @Test func optionalVariablesArePassedOver() {
        let automaton = PatternAutomaton([
            PatternVariable("A", minimum: 0, maximum: 1), PatternVariable("B", minimum: 0, maximum: nil),
            PatternVariable("C"),
        ])
        #expect(Set(Self.takes(automaton, automaton.start, 0b111)) == [0, 1, 2])
        #expect(Self.takes(automaton, automaton.start, 0b100) == [2])
        #expect(automaton.conditionsAsked[automaton.start] == 0b111)
    }

    @Test func countsAreChains() throws {
        let automaton = PatternAutomaton([PatternVariable("A", minimum: 2, maximum: 3), PatternVariable("B")])
        var state = automaton.start
        #expect(Self.takes(automaton, state, 0b11) == [0])
        state = try #require(Self.target(automaton, state, 0b01))
        #expect(Self.takes(automaton, state, 0b11) == [0])
        state = try #require(Self.target(automaton, state, 0b01))
        #expect(Self.takes(automaton, state, 0b11) == [0, 1])
        state = try #require(Self.target(automaton, state, 0b01))
        #expect(Self.takes(automaton, state, 0b11) == [1])
    }

    @Test func completeWhereTheRestMayBeMissing() throws {
        let automaton = PatternAutomaton([
            PatternVariable("A"), PatternVariable("B", minimum: 0, maximum: 1),
            PatternVariable("C", minimum: 0, maximum: nil),
        ])
        let behind = try #require(Self.target(automaton, automaton.start, 0b001))
        #expect(automaton.isComplete(after: behind, 0b001))
        #expect(!automaton.isComplete(after: automaton.start, 0b001))
    }

    /// The queue gives matches by their first row, and keeps the order of a binary heap among equal ones.
    @Test func queueIsAHeap() {
        var random = SeededRandom(17)
        for _ in 0..<50 {
            var queue = MatchQueue()
            var starts: [UInt64] = []
            for state in 0..<Int(random.number(1...40)) {
                let start = UInt64(random.number(0...9))
                starts.append(start)
                queue.append(PartialMatch(state: state, node: 0, start: start, startMicros: 0))
            }
            let gone = UInt64(random.number(0...9))
            queue.removeAll { $0.start == gone }
            starts.removeAll { $0 == gone }
            var taken: [UInt64] = []
            while let first = queue.first {
                taken.append(first.start)
                queue.removeFirst()
            }
            #expect(taken == starts.sorted())
        }
        // As java.util.PriorityQueue gives them: a, then c, which the removal of a moved up past b.
        var equal = MatchQueue()
        for state in 0..<3 { equal.append(PartialMatch(state: state, node: 0, start: 1, startMicros: 0)) }
        var states: [Int] = []
        while let first = equal.first {
            states.append(first.state)
            equal.removeFirst()
        }
        #expect(states == [0, 2, 1])
    }
}
