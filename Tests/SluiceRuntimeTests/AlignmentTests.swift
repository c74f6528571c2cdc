import SluiceColumns
import Testing

@testable import SluiceRuntime

@Suite("Inputs are aligned")
struct AlignmentTests {
    private func at(_ micros: Int64) -> Watermark { Watermark(micros: micros) }

    @Test("The watermark is the least of the active inputs and never goes back")
    func leastOfTheActive() {
        var alignment = InputAlignment(inputCount: 2)
        #expect(alignment.advance(0, to: at(10)) == nil)
        #expect(alignment.advance(1, to: at(4)) == at(4))
        #expect(alignment.advance(1, to: at(3)) == nil)
        #expect(alignment.advance(1, to: at(20)) == at(10))
        #expect(alignment.current == at(10))
    }

    @Test("An idle input holds nobody back, and one that wakes up behind is waited for only once it has caught up")
    func idleInputs() {
        var alignment = InputAlignment(inputCount: 2)
        _ = alignment.advance(0, to: at(10))
        let outcome = alignment.turnIdle(1)
        #expect(outcome.watermark == at(10))
        #expect(!outcome.isIdle)
        #expect(alignment.advance(1, to: at(5)) == nil)
        #expect(alignment.advance(0, to: at(12)) == at(12))
        #expect(alignment.advance(1, to: at(12)) == nil)
        #expect(alignment.advance(0, to: at(30)) == nil)
        #expect(alignment.advance(1, to: at(20)) == at(20))
    }

    @Test("Where all are idle the foremost promise holds")
    func allIdle() {
        var alignment = InputAlignment(inputCount: 2)
        _ = alignment.advance(0, to: at(10))
        _ = alignment.advance(1, to: at(7))
        #expect(alignment.turnIdle(0).watermark == nil)
        let outcome = alignment.turnIdle(1)
        #expect(outcome.watermark == at(10))
        #expect(outcome.isIdle)
        #expect(!alignment.turnIdle(1).isIdle)
    }

    @Test("The end of the active input does not end the time of an idle one")
    func endBesideIdle() {
        var alignment = InputAlignment(inputCount: 2)
        _ = alignment.turnIdle(1)
        #expect(alignment.advance(0, to: at(9)) == at(9))
        #expect(alignment.advance(0, to: .end) == nil)
        let outcome = alignment.end(0)
        #expect(outcome.watermark == nil)
        #expect(outcome.isIdle)
        #expect(alignment.advance(1, to: at(12)) == at(12))
        #expect(alignment.advance(1, to: .end) == .end)
    }

    @Test("The end of one input frees the others; the end of all is the end")
    func endings() {
        var alignment = InputAlignment(inputCount: 2)
        _ = alignment.advance(1, to: at(7))
        #expect(alignment.end(0).watermark == at(7))
        #expect(!alignment.haveAllEnded)
        #expect(alignment.end(1).watermark == .end)
        #expect(alignment.haveAllEnded)
    }

    @Test("A barrier passes when every input that has not ended has delivered it")
    func barriers() {
        var barriers = BarrierAlignment(inputCount: 3)
        #expect(barriers.deliver(0, epoch: 1) == nil)
        #expect(barriers.isHeld(0))
        #expect(!barriers.isHeld(1))
        #expect(barriers.deliver(1, epoch: 1) == nil)
        #expect(barriers.end(2) == 1)
        #expect(!barriers.isHeld(0))
        #expect(barriers.deliver(1, epoch: 2) == nil)
        #expect(barriers.end(0) == 2)
        #expect(barriers.end(1) == nil)
    }

    @Test("Running watermarks are bounded by the other inputs and never fall behind what was passed on")
    func runningWatermarks() {
        var batch = TestRow.batch([TestRow(key: 1, sequence: 1), TestRow(key: 1, sequence: 2)])
        batch.runningWatermarks = Column.of([.integer(5), .integer(50)], .notNull(.bigint))
        let bounded = RunningWatermarks.bounded(batch, floor: at(7), ceiling: at(20)).runningWatermarks
        #expect(bounded.map { ($0.value(0), $0.value(1)) } ?? (.null, .null) == (.integer(7), .integer(20)))
    }

    @Test("A queue gives what it got, in order, whatever the interleaving", arguments: [1, 7, 200])
    func queueKeepsOrder(burst: Int) {
        var queue = FIFO<Int>()
        var expected = 0
        var next = 0
        for _ in 0..<50 {
            for _ in 0..<burst {
                queue.append(next)
                next += 1
            }
            for _ in 0..<(burst / 2 + 1) {
                guard let first = queue.popFirst() else { break }
                #expect(first == expected)
                expected += 1
            }
            #expect(queue.count == next - expected)
        }
    }
}
