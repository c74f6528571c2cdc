import SluiceColumns
import SluiceConnect
import Synchronization
import Testing

@testable import SluiceConnectors

/// A clock that a test moves.
final class ManualGeneratorClock: GeneratorClock {
    private let micros = Atomic<Int64>(5_000_000)
    func monotonicMicros() -> Int64 { micros.load(ordering: .relaxed) }
    func wallMicros() -> Int64 { 1_700_000_000_000_000 + monotonicMicros() }
    func advance(micros: Int64) { self.micros.add(micros, ordering: .relaxed) }
}

@Suite struct GeneratedReaderTests {
    private func stream(_ rowCount: Int64?, rowsPerSecond: Int64? = nil) -> GeneratedStream {
        GeneratedStream(
            rowCount: rowCount,
            dueMicros: rowsPerSecond.map { rate in { $0 * 1_000_000 / rate } },
            makeBatch: { first, count in
                let values = (0..<count).map { Value.integer(first + Int64($0)) }
                return Batch(columns: [Column.of(values, .notNull(.bigint))], rowCount: count)
            }
        )
    }

    private func splits(_ count: Int64, blockSize: Int64) -> [Split] {
        (0..<count).map { Split(id: BlockShare(index: $0, count: count, blockSize: blockSize).id) }
    }

    private func numbers(_ batch: Batch) -> [Int64] {
        (0..<batch.rowCount).compactMap { row in batch.columns[0].value(row).integerValue.map { Int64($0) } }
    }

    @Test(arguments: [1, 2, 3, 7] as [Int64], [0, 1, 49, 50, 51, 149, 1234] as [Int64])
    func sharesCoverTheStreamOnce(count: Int64, total: Int64) {
        var all: [Int64] = []
        for index in 0..<count {
            let share = BlockShare(index: index, count: count, blockSize: 50)
            let part = (0..<share.rowCount(ofTotal: total)).map { share.number(at: $0) }
            #expect(part == part.sorted())
            all += part
        }
        #expect(all.sorted() == Array(0..<total))
    }

    @Test func aReaderOfAllSplitsKeepsTheOrderAndTheSplitsApart() throws {
        let reader = try GeneratedReader(
            stream(1000),
            splits: splits(3, blockSize: 64),
            clock: ManualGeneratorClock()
        )
        var all: [Int64] = []
        while case .batch(let batch) = try reader.poll(rowLimit: 50) {
            let part = numbers(batch)
            #expect(Set(part.map { $0 / 64 }).count == 1)
            all += part
        }
        #expect(all == Array(0..<1000))
        #expect(reader.offsets.map { $0.start?.position ?? -1 }.reduce(0, +) == 1000)
    }

    @Test func rowsAppearWhenTheyAreDue() throws {
        let clock = ManualGeneratorClock()
        let reader = try GeneratedReader(
            stream(nil, rowsPerSecond: 10),
            splits: splits(1, blockSize: 100),
            clock: clock
        )
        func expectRows(_ wanted: ClosedRange<Int64>, sourceLocation: SourceLocation = #_sourceLocation) throws {
            guard case .batch(let batch) = try reader.poll(rowLimit: 50) else {
                Issue.record("no batch", sourceLocation: sourceLocation)
                return
            }
            #expect(numbers(batch) == Array(wanted), sourceLocation: sourceLocation)
        }
        func expectWait(_ wanted: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
            guard case .wait(let millis) = try reader.poll(rowLimit: 50) else {
                Issue.record("no wait", sourceLocation: sourceLocation)
                return
            }
            #expect(millis == wanted, sourceLocation: sourceLocation)
        }
        try expectRows(0...0)
        try expectWait(100)
        clock.advance(micros: 70_000)
        try expectWait(30)
        clock.advance(micros: 29_999)
        try expectWait(1)
        clock.advance(micros: 1)
        try expectRows(1...1)
        clock.advance(micros: 350_000)
        try expectRows(2...4)
        clock.advance(micros: 10_000_000)
        try expectRows(5...54)
        try expectRows(55...99)
        try expectRows(100...104)
        try expectWait(50)
    }

    @Test func aReaderThatGoesOnDoesNotCatchUpOnTheTimeBefore() throws {
        let clock = ManualGeneratorClock()
        let split = Split(id: BlockShare(index: 0, count: 1, blockSize: 10).id, start: SplitOffset(1_000_000))
        let reader = try GeneratedReader(stream(nil, rowsPerSecond: 10), splits: [split], clock: clock)
        guard case .batch(let batch) = try reader.poll(rowLimit: 50) else {
            Issue.record("no batch")
            return
        }
        #expect(numbers(batch) == [1_000_000])
        guard case .wait = try reader.poll(rowLimit: 50) else {
            Issue.record("no wait")
            return
        }
    }

    @Test func aStreamThatStaysAliveWaitsAtItsEnd() throws {
        var stream = stream(0)
        let splits = splits(1, blockSize: 10)
        let ending = try GeneratedReader(stream, splits: splits, clock: ManualGeneratorClock())
        guard case .end = try ending.poll(rowLimit: 1) else {
            Issue.record("no end")
            return
        }
        stream.staysAlive = true
        let waiting = try GeneratedReader(stream, splits: splits, clock: ManualGeneratorClock())
        guard case .wait = try waiting.poll(rowLimit: 1) else {
            Issue.record("no wait")
            return
        }
    }

    @Test(arguments: ["", "1", "1/2", "2/2x10", "-1/2x10", "0/1x0", "0/9999999x1", "a/bxc", "0/1x10/3"])
    func strangeSplitsAreRefused(id: String) {
        #expect(BlockShare(id: id) == nil)
        #expect(throws: ConnectorError.self) {
            _ = try GeneratedReader(stream(1), splits: [Split(id: id)], clock: ManualGeneratorClock())
        }
    }
}
