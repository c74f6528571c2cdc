import SluiceColumns
import SluiceConnect
import SluiceOperators

/// Where rows come from on one shard: a reader with the splits that were dealt to the shard, or none at all.
final class SourceRoot {
    /// What came of a turn.
    enum Turn {
        /// Rows were read and everything that follows from them was done.
        case rows(Int)
        /// Nothing before that time.
        case waiting(untilNanos: Int64)
        /// The source has ended.
        case ended
    }

    /// The node of the plan.
    let node: Int
    /// For metrics.
    let name: String
    /// Exchanges, by ordinal, that its rows can reach.
    let reach: [Int]
    /// The readers of the rows.
    let output: FanOut
    /// The last barrier that it sent.
    private(set) var epoch: Int64 = 0
    /// Whether no row will ever come again.
    private(set) var hasEnded = false
    /// Rows read.
    private(set) var rowCount = 0
    /// Batches read.
    private(set) var batchCount = 0
    /// Not to be asked before.
    private(set) var dueNanos: Int64 = .min

    /// What it was given to read.
    let splits: [Split]
    private let recorder: ShardRecorder?
    private let reader: (any SourceReader)?
    private let rateLimit: RateLimit?
    private var hasHadTurn = false

    /// Makes a source; `reader` is nil on a shard without splits.
    init(
        node: Int,
        name: String,
        reader: (any SourceReader)?,
        splits: [Split] = [],
        recorder: ShardRecorder? = nil,
        rateLimit: RateLimit?,
        reach: [Int],
        output: FanOut
    ) {
        self.node = node
        self.name = name
        self.reader = reader
        self.splits = splits
        self.recorder = recorder
        self.rateLimit = rateLimit
        self.reach = reach
        self.output = output
    }

    /// Whether there is anything to read on this shard.
    var hasReader: Bool { reader != nil }
    /// Bad records so far.
    var badRecordCount: Int { reader?.badRecordCount ?? 0 }
    /// The splits that are not read to the end, with what has been handed out of each.
    var offsets: [Split] { hasEnded ? [] : reader?.offsets ?? [] }
    /// Bytes read so far.
    var bytesRead: Int { reader?.bytesRead ?? 0 }

    /// Reads at most `rowLimit` rows and sends them through the graph.
    func takeTurn(rowLimit: Int, nowNanos: Int64) throws -> Turn {
        let turn = try read(rowLimit: rowLimit, nowNanos: nowNanos)
        if !hasHadTurn {
            hasHadTurn = true
            try output.wake()
        }
        return turn
    }

    /// Sends a barrier.
    func inject(_ barrier: Barrier) throws {
        epoch = barrier.epoch
        recorder?.record(self)
        try output.pass(barrier)
    }

    /// Releases what the reader holds.
    func close() { reader?.close() }

    private func read(rowLimit: Int, nowNanos: Int64) throws -> Turn {
        guard let reader else { return try end() }
        var granted = rowLimit
        if let rateLimit {
            granted = rateLimit.reserve(rowLimit, nowNanos: nowNanos)
            guard granted > 0 else { return wait(untilNanos: rateLimit.readyNanos(nowNanos: nowNanos)) }
        }
        switch try reader.poll(rowLimit: granted) {
        case .batch(let batch):
            rateLimit?.refund(granted - batch.rowCount)
            rowCount += batch.rowCount
            batchCount += 1
            dueNanos = .min
            if batch.rowCount > 0 { try output.receive(batch) }
            return .rows(batch.rowCount)
        case .wait(let millis):
            rateLimit?.refund(granted)
            return wait(untilNanos: nowNanos + Int64(max(1, millis)) * 1_000_000)
        case .end:
            rateLimit?.refund(granted)
            return try end()
        }
    }

    private func wait(untilNanos nanos: Int64) -> Turn {
        dueNanos = nanos
        return .waiting(untilNanos: nanos)
    }

    private func end() throws -> Turn {
        hasEnded = true
        try output.advance(to: .end)
        try output.end()
        return .ended
    }
}
