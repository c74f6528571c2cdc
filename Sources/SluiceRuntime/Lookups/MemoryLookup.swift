import Glibc
import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluicePlan
import Synchronization

/// A table that is read as a whole and then looked up in memory; all shards of a job share it.
///
/// It is read when the first row asks, and anew when it is older than the table's options say. Meanwhile the shards
/// that ask wait. Safe from any thread.
final class MemoryLookup: Sendable {
    private struct Content {
        var index: LookupIndex?
        var readAtNanos: Int64 = 0
    }

    private let table: any ScanTable
    private let columns: [ProjectedColumn]
    private let keyColumns: [Int]
    private let reloadNanos: Int64?
    private let context: ReaderContext
    private let batchRows: Int
    private let clock: any RunClock
    private let content = Mutex(Content())

    /// Makes the lookup of an operation; nil where its table answers by itself.
    init?(_ operation: LookupJoinOperation, _ specification: JobSpecification) {
        guard case .scan(let table, let reloadMillis) = operation.source else { return nil }
        self.table = table
        columns = operation.columns
        keyColumns = operation.keys.map(\.column)
        reloadNanos = reloadMillis.map { $0 * 1_000_000 }
        context = ReaderContext(timeZone: specification.context.timeZone)
        batchRows = specification.batchRows
        clock = specification.clock
    }

    /// The lookups of a plan's nodes, by node.
    static func all(in specification: JobSpecification) -> [Int: MemoryLookup] {
        var lookups: [Int: MemoryLookup] = [:]
        for node in specification.plan.nodes {
            guard case .lookupJoin(let operation) = node.operation else { continue }
            lookups[node.id] = MemoryLookup(operation, specification)
        }
        return lookups
    }

    /// The table as it was read last.
    func current() throws -> LookupIndex {
        try content.withLock { content in
            let nowNanos = clock.nowNanos()
            if let index = content.index {
                guard let reloadNanos, nowNanos - content.readAtNanos >= reloadNanos else { return index }
            }
            let index = LookupIndex(try read(), keyColumns: keyColumns)
            content = Content(index: index, readAtNanos: clock.nowNanos())
            return index
        }
    }

    /// The rows of the whole table.
    private func read() throws -> Batch {
        var batches: [Batch] = []
        for split in try table.splits() {
            let reader = try table.makeReader(columns: columns, splits: [split], context: context)
            defer { reader.close() }
            reading: while true {
                switch try reader.poll(rowLimit: batchRows) {
                case .batch(let batch): if batch.rowCount > 0 { batches.append(batch) }
                case .wait(let millis): usleep(UInt32(clamping: max(1, min(millis, 100))) * 1_000)
                case .end: break reading
                }
            }
        }
        if batches.isEmpty {
            return Batch(columns: columns.map { Column.allNull($0.type, count: 0) }, rowCount: 0)
        }
        return Batch.concatenated(batches)
    }
}

// SAFETY: nothing in it changes after `init`; searching changes only the scratch that each reader owns.
/// The rows of a table in columns, found by their keys.
final class LookupIndex: @unchecked Sendable {
    private let rows: Batch
    private let chains: KeyChains

    /// Indexes rows by some of their columns.
    init(_ rows: Batch, keyColumns: [Int]) {
        self.rows = rows
        chains = KeyChains(keyColumns.map { rows.columns[$0] }, rowCount: rows.rowCount)
    }

    /// The rows with the given keys, in the order of the table for each key; all rows where there are no keys.
    func find(_ keys: [Column], rowCount: Int, scratch: EncodedRows) -> LookupRows {
        if keys.isEmpty && rowCount == 1 {
            return LookupRows(askers: SelectionVector(repeating: 0, count: rows.rowCount), columns: rows.columns)
        }
        let first = chains.firstRows(keys, rowCount: rowCount, scratch: scratch)
        var askers: [Int32] = []
        var found: [Int32] = []
        for row in 0..<rowCount {
            var next = first[row]
            while next >= 0 {
                askers.append(Int32(truncatingIfNeeded: row))
                found.append(next)
                next = chains.next[Int(next)]
            }
        }
        let selection = SelectionVector(found)
        return LookupRows(
            askers: SelectionVector(askers),
            columns: rows.columns.map { $0.gathered(selection) }
        )
    }
}

/// Asks a table in memory for one shard.
final class MemoryLookupReader: LookupReader {
    private let lookup: MemoryLookup
    private let scratch = EncodedRows()

    init(_ lookup: MemoryLookup) { self.lookup = lookup }

    func lookUp(_ keys: [Column], rowCount: Int) throws -> LookupRows {
        try lookup.current().find(keys, rowCount: rowCount, scratch: scratch)
    }
}
