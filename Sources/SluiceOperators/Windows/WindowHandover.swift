import SluiceColumns
import SluiceState

/// After a restart in processing time: which windows had fired on the shards of the run before.
///
/// Shards read the clock at times of their own, so that when they stop, some have fired a window that others have not.
/// A restored shard may have keys of both; it fires that window again, for the keys whose shard had not.
struct WindowHandover {
    /// Per shard of the run before the end of the last window that it fired.
    private var firedEnds: [Int64]
    private let reader: StateReader

    /// Takes over the ends of each shard's last window; nil where all are the same.
    init?(_ firedEnds: [Int64], _ reader: StateReader) {
        guard let least = firedEnds.min(), firedEnds.contains(where: { $0 != least }) else { return nil }
        self.firedEnds = firedEnds
        self.reader = reader
    }

    /// Whether no window that ends after `end` had fired anywhere.
    func isOver(after end: Int64) -> Bool { firedEnds.allSatisfy { $0 <= end } }

    /// Rows have come for a window that had fired; it fires again for them.
    mutating func reopen(_ end: Int64) {
        for writer in firedEnds.indices { firedEnds[writer] = min(firedEnds[writer], end - 1) }
    }

    /// The rows of the window that ends at `end` whose shard had not fired it; nil is all of them.
    func unfired(_ keys: [Column], rowCount: Int, end: Int64) -> SelectionVector? {
        if firedEnds.allSatisfy({ $0 < end }) { return nil }
        let writers = reader.writers(of: keys, rowCount: rowCount)
        let rows = writers.indices.filter { writers[$0] >= firedEnds.count || firedEnds[writers[$0]] < end }
        return SelectionVector(rows.map { Int32(truncatingIfNeeded: $0) })
    }
}
