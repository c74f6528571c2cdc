import Foundation
import Sluice
import SluiceColumns
import Synchronization
import Testing

/// Nexmark q12 as the benchmark has it, over processing time, with a clock that goes on by itself.
@Suite("Nexmark q12 over processing time") struct ProcessingTimeQueryTests {
    static let suite = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Nexmark")
        .standardized

    static let query = """
        SELECT bidder, COUNT(*) AS bids, window_start, window_end
        FROM TABLE(TUMBLE((SELECT *, PROCTIME() AS p_time FROM bid), DESCRIPTOR(p_time), INTERVAL '10' SECOND))
        GROUP BY bidder, window_start, window_end;
        """

    static let windowMicros: Int64 = 10_000_000

    /// The rows of a query over the views of the suite.
    static func rows(_ query: String, clock: @escaping @Sendable () -> Int64) throws -> [[Int64]] {
        let file = try String(contentsOf: suite.appending(path: "q12.sql"), encoding: .utf8)
        let definitions = try #require(file.split(separator: "-- q12:").first)
        var options = SessionOptions()
        options.parallelism = 1
        options.batchRows = 100
        options.clock = clock
        let session = SQLSession(options)
        let output = IntegerRows()
        let script = ScriptText("\(definitions)\n\(query)", directory: suite.path)
        for statement in try script.statements() { try session.execute(statement, output: output) }
        return output.all
    }

    /// Windows of processing time hold the bids one after the other; those open at the end are dropped.
    ///
    /// So the windows in order are the file's bids in order, up to the last window.
    @Test("The windows cut the bids into consecutive stretches")
    func windowsAreStretches() throws {
        let bids = try Self.rows("SELECT bidder FROM bid;", clock: { 0 }).map { $0[0] }
        #expect(bids.count == 9_200)
        let ticks = Atomic<Int64>(0)
        let results = try Self.rows(Self.query) { ticks.add(1, ordering: .relaxed).newValue * 250_000 }
        var windows: [Int64: [Int64: Int64]] = [:]
        for row in results {
            #expect(row[2] % Self.windowMicros == 0 && row[3] == row[2] + Self.windowMicros)
            #expect(windows[row[2], default: [:]].updateValue(row[1], forKey: row[0]) == nil)
        }
        #expect(windows.count > 3)
        var start = 0
        for window in windows.keys.sorted() {
            let counts = windows[window] ?? [:]
            let end = start + Int(counts.values.reduce(0, +))
            var expected: [Int64: Int64] = [:]
            for bidder in bids[start..<end] { expected[bidder, default: 0] += 1 }
            #expect(counts == expected)
            start = end
        }
        #expect(start > bids.count / 2 && start <= bids.count)
    }
}

/// The rows of insert-only queries, all columns numbers or times.
private final class IntegerRows: StatementOutput {
    private let held = Mutex<[[Int64]]>([])

    var all: [[Int64]] { held.withLock { $0 } }

    func rows(_ batch: Batch) throws {
        held.withLock { rows in
            for row in 0..<batch.rowCount {
                rows.append(batch.columns.map { Int64(truncatingIfNeeded: $0.value(row).integerValue ?? -1) })
            }
        }
    }

    func done() throws {}
    func text(_ lines: [String]) throws {}
    func end() throws {}
}
