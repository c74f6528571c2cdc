import SluiceColumns
import SluiceConnect
import Synchronization

/// Columns of every row in these tests: a key, a sequence number within the input, a time in microseconds.
let testFields = [
    RowField("key", DataType(.bigint)), RowField("sequence", DataType(.bigint)),
    RowField("at", DataType(.timestamp(3))),
]

/// One row of `testFields`.
struct TestRow: Sendable, Hashable, Comparable {
    var key: Int64
    var sequence: Int64
    var at: Int64 = 0

    var values: [Value] { [.integer(key), .integer(sequence), .integer(at)] }

    static func < (lhs: TestRow, rhs: TestRow) -> Bool {
        (lhs.sequence, lhs.key, lhs.at) < (rhs.sequence, rhs.key, rhs.at)
    }

    static func rows(of batch: Batch) -> [TestRow] {
        (0..<batch.rowCount).map { row in
            let values = batch.row(row).map { Int64($0.integerValue ?? -1) }
            return TestRow(key: values[0], sequence: values[1], at: values[2])
        }
    }

    static func batch(_ rows: [TestRow]) -> Batch {
        let columns = testFields.indices.map { index in Column.of(rows.map { $0.values[index] }, testFields[index].type)
        }
        return Batch(columns: columns, rowCount: rows.count)
    }
}

/// What a split does, in order.
enum ScanStep: Sendable {
    case rows([TestRow])
    /// Gives nothing until the condition holds.
    case waitUntil(@Sendable () -> Bool)
    case fail(ConnectorError)
}

/// A table in memory with a script for each split.
struct MemoryScan: ScanTable {
    var splitScripts: [[ScanStep]]
    var summary: String { "memory" }

    init(_ splits: [[TestRow]]) { splitScripts = splits.map { [.rows($0)] } }
    init(scripts: [[ScanStep]]) { splitScripts = scripts }

    func splits() throws -> [Split] { splitScripts.indices.map { Split(id: String($0)) } }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        MemoryReader(
            splits.map { split in
                MemoryReader.Part(
                    id: split.id,
                    steps: splitScripts[Int(split.id) ?? 0],
                    rowCount: Int(split.start?.position ?? 0)
                )
            }
        )
    }
}

/// Carries out the scripts of its splits, one after the other; the position in a split counts rows.
private final class MemoryReader: SourceReader {
    struct Part {
        let id: String
        var steps: [ScanStep]
        /// Rows handed out, by earlier readers too.
        var rowCount: Int
    }

    private var parts: [Part]
    private var part = 0
    private var pollCount = 0

    init(_ parts: [Part]) {
        self.parts = parts
        for index in parts.indices { skip(parts[index].rowCount, of: index) }
    }

    var offsets: [Split] { parts.map { Split(id: $0.id, start: SplitOffset(Int64($0.rowCount))) } }
    var bytesRead: Int { pollCount }

    func poll(rowLimit: Int) throws -> SourcePoll {
        pollCount += 1
        while part < parts.count {
            guard let step = parts[part].steps.first else {
                part += 1
                continue
            }
            switch step {
            case .rows(let rows):
                let count = min(rows.count, rowLimit)
                drop(count, of: part)
                if count == 0 { continue }
                parts[part].rowCount += count
                return .batch(TestRow.batch(Array(rows[..<count])))
            case .waitUntil(let condition):
                guard condition() else { return .wait(millis: 1) }
                parts[part].steps.removeFirst()
            case .fail(let error):
                throw error
            }
        }
        return .end
    }

    func close() {}

    /// Takes rows off the first step of a split.
    private func drop(_ count: Int, of part: Int) {
        guard case .rows(let rows) = parts[part].steps[0] else { return }
        parts[part].steps[0] = .rows(Array(rows[count...]))
        if rows.count == count { parts[part].steps.removeFirst() }
    }

    /// Goes past rows that an earlier reader gave; its waits are over.
    private func skip(_ count: Int, of part: Int) {
        var rest = count
        while rest > 0, let step = parts[part].steps.first {
            if case .rows(let rows) = step {
                let dropped = min(rest, rows.count)
                drop(dropped, of: part)
                rest -= dropped
            } else {
                parts[part].steps.removeFirst()
            }
        }
    }
}

/// What the writers of a `MemorySink` were asked to do.
final class SinkLog: Sendable {
    enum Event: Sendable, Equatable {
        case write([TestRow])
        case flush, close, abort
    }

    private let events = Mutex<[(shard: Int, event: Event)]>([])

    func note(_ event: Event, shard: Int) { events.withLock { $0.append((shard, event)) } }

    func count(_ event: Event) -> Int { events.withLock { $0.filter { $0.event == event }.count } }

    /// Rows in the order in which each shard wrote them, by shard.
    var rowsByShard: [Int: [TestRow]] {
        events.withLock { events in
            var rows: [Int: [TestRow]] = [:]
            for case (let shard, .write(let written)) in events { rows[shard, default: []] += written }
            return rows
        }
    }

    /// All rows, sorted.
    var sortedRows: [TestRow] { rowsByShard.values.flatMap { $0 }.sorted() }

    /// Rows written so far.
    var rowCount: Int { rowsByShard.values.reduce(0) { $0 + $1.count } }
}

/// A table in memory that logs what its writers do.
struct MemorySink: SinkTable {
    let log: SinkLog
    var summary: String { "memory" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        MemoryWriter(log: log, shard: context.shardIndex)
    }
}

/// A table that one shard cannot open.
struct BrokenSink: SinkTable {
    let shard: Int
    var summary: String { "broken" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        if context.shardIndex == shard { throw ConnectorError(.external, "refused", "no way in") }
        return MemoryWriter(log: SinkLog(), shard: context.shardIndex)
    }
}

private final class MemoryWriter: SinkWriter {
    private let log: SinkLog
    private let shard: Int

    init(log: SinkLog, shard: Int) {
        self.log = log
        self.shard = shard
    }

    func write(_ batch: Batch) throws { log.note(.write(TestRow.rows(of: batch)), shard: shard) }
    func flush() throws { log.note(.flush, shard: shard) }
    func close() throws { log.note(.close, shard: shard) }
    func abort() { log.note(.abort, shard: shard) }
}
