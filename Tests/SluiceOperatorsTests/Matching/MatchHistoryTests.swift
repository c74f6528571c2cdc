import SluicePlan
import Testing

@testable import SluiceOperators

/// Chains of rows that share their beginnings.
@Suite struct MatchHistoryTests {
    /// A chain of rows 10, 11, 12 and so on for these variables; gives its last node.
    private static func chain(_ variables: [Int], _ history: MatchHistory) -> UInt32 {
        var node = MatchHistory.none
        for (index, variable) in variables.enumerated() {
            let next = history.append(
                UInt32(10 + index),
                variable,
                sequence: UInt64(100 + index),
                behind: node
            )
            history.release(node)
            node = next
        }
        return node
    }

    @Test func findsRowsFromBothEnds() {
        let history = MatchHistory()
        let node = Self.chain([0, 1, 1, 1, 2], history)
        func row(_ choice: MatchExpressions.Rows, _ fromFirst: Bool, _ offset: Int) -> UInt32 {
            history.row(choice, fromFirst: fromFirst, offset: offset, in: node)
        }
        #expect([0, 1, 4, 5].map { row(.all, true, $0) } == [10, 11, 14, MatchHistory.none])
        #expect([0, 1, 4, 5].map { row(.all, false, $0) } == [14, 13, 10, MatchHistory.none])
        #expect([0, 2, 3].map { row(.variable(1), true, $0) } == [11, 13, MatchHistory.none])
        #expect([0, 2, 3].map { row(.variable(1), false, $0) } == [13, 11, MatchHistory.none])
        #expect(row(.variable(3), false, 0) == MatchHistory.none)
        #expect(row(.none, true, 0) == MatchHistory.none)
        #expect(history.rows(.all, in: node) == [10, 11, 12, 13, 14])
        #expect(history.rows(.variable(1), in: node) == [11, 12, 13])
        #expect(history.rows(.variable(3), in: node) == [])
        #expect(history.sequence(history.first(of: 1, in: node)) == 101)
        #expect(history.sequence(history.last(of: 1, in: node)) == 103)
    }

    @Test func rowsGoWithTheLastThatHoldsThem() {
        let history = MatchHistory()
        let trunk = Self.chain([0, 1], history)
        let left = history.append(20, 1, sequence: 200, behind: trunk)
        let right = history.append(21, 2, sequence: 201, behind: trunk)
        history.release(trunk)
        #expect(history.nodeCount == 4)
        history.release(left)
        #expect(history.takeFreedRows() == [20])
        history.holdRow(11)
        history.release(right)
        #expect(history.takeFreedRows().sorted() == [10, 21])
        history.releaseRow(11)
        #expect(history.takeFreedRows() == [11])
        #expect(history.nodeCount == 0)
        let next = Self.chain([5], history)
        #expect(history.rows(.all, in: next) == [10])
        #expect(history.nodeCount == 1)
    }

    @Test func stepsKnowTheWatermarkBefore() {
        var steps = WatermarkSteps(after: 10)
        for mark in [Int64(10), 12, 11, 15, 15, 20] { steps.append(mark) }
        #expect(steps.marks == [12, 15, 20])
        #expect([11, 12, 13, 15, 16, 21].map { steps.mark(before: $0) } == [10, 10, 12, 12, 15, 20])
    }
}
