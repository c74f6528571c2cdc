import SluiceColumns
import Synchronization

/// How far a running job has come, for a line on a terminal.
///
/// Figures of different moments may stand side by side.
package struct JobProgress: Sendable, Hashable {
    /// Rows that sources gave.
    package var rowsIn: Int
    /// Rows that sinks and results took.
    package var rowsOut: Int
    /// The least watermark over the sources that have one; nil where there is none yet.
    package var watermark: Watermark?
    /// The last epoch whose barrier has passed every shard.
    package var epoch: Int64
    /// Makes a progress.
    package init(rowsIn: Int = 0, rowsOut: Int = 0, watermark: Watermark? = nil, epoch: Int64 = 0) {
        self.rowsIn = rowsIn
        self.rowsOut = rowsOut
        self.watermark = watermark
        self.epoch = epoch
    }
}

/// The live counters of one shard: written by its thread once per batch, read by any.
final class ShardProgress: Sendable {
    private let rowsIn = Atomic<Int>(0)
    private let rowsOut = Atomic<Int>(0)
    private let watermarkMicros = Atomic<Int64>(Watermark.none.micros)

    /// Counts rows of a source.
    func addRowsIn(_ count: Int) { rowsIn.add(count, ordering: .relaxed) }

    /// Counts rows that left the job.
    func addRowsOut(_ count: Int) { rowsOut.add(count, ordering: .relaxed) }

    /// Notes the watermark of the shard's sources.
    func setWatermark(_ watermark: Watermark) { watermarkMicros.store(watermark.micros, ordering: .relaxed) }

    /// Adds the counters of this shard to those of others.
    func add(to progress: inout JobProgress) {
        progress.rowsIn += rowsIn.load(ordering: .relaxed)
        progress.rowsOut += rowsOut.load(ordering: .relaxed)
        let watermark = Watermark(micros: watermarkMicros.load(ordering: .relaxed))
        if watermark > .none { progress.watermark = min(progress.watermark ?? .end, watermark) }
    }
}
