import Glibc
import SluiceColumns
import SluiceKernels
import SluiceOperators
import SluiceState

/// What a job did, from its start to its end.
package struct JobMetrics: Sendable, Hashable {
    /// One node of the plan, over all shards.
    package struct Node: Sendable, Hashable {
        /// Index in the plan.
        package var id: Int
        /// The operation, with the table of a scan or a sink.
        package var name: String
        /// Rows that came in; rows read for a scan.
        package var rowsIn = 0
        /// Rows handed on (once, however many read them); rows written for a sink.
        package var rowsOut = 0
        /// Batches that came in.
        package var batches = 0
        /// Rows that came after their window had fired.
        package var lateRows = 0
        /// Rows dropped because of a NULL in a NOT NULL column.
        package var droppedRows = 0
        /// Windows fired.
        package var windowsFired = 0
        /// Bytes of keyed state at the end.
        package var stateBytes = 0
        /// What became of state that need not be in memory; nil where all of it always is.
        package var cold: ColdCounters?
        /// What a pattern set did; nil for other nodes.
        package var patterns: PatternCounters?
    }

    /// One exchange, over all its mailboxes.
    package struct Exchange: Sendable, Hashable {
        /// Index in the plan.
        package var node: Int
        /// Most elements seen in one mailbox.
        package var peakElements = 0
        /// Most bytes seen in one mailbox.
        package var peakBytes = 0
        /// Offers that were refused because a share was used up.
        package var refusedOffers = 0
        /// Bytes that all mailboxes together may hold.
        package var boundBytes = 0
    }

    /// By index in the plan.
    package var nodes: [Node] = []
    /// By index in the plan; empty with one shard.
    package var exchanges: [Exchange] = []
    /// Shards.
    package var parallelism = 1
    /// Rows that sources gave.
    package var rowsIn = 0
    /// Rows that sinks and results took.
    package var rowsOut = 0
    /// Rows that came after their window had fired.
    package var lateRows = 0
    /// Bad records that were skipped or replaced by NULL.
    package var badRows = 0
    /// Bytes that sources consumed.
    package var bytesRead = 0
    /// Epochs whose barrier has passed every shard.
    package var epochs: Int64 = 0
    /// What commits of state have cost; nil where no state is stored.
    package var checkpoints: CheckpointMetrics?
    /// The least watermark over the sources that had one, without the final one; nil where there was none.
    package var watermark: Watermark?
    /// From start to end.
    package var wallSeconds = 0.0
    /// Of the process, user and system, while the job ran.
    package var cpuSeconds = 0.0
    /// Time that shards spent waiting, added up over the shards.
    package var parkedSeconds = 0.0
    /// The largest resident size of the process up to now.
    package var peakRSSBytes = 0
    /// Most bytes of batches, tables and buffers that the process was seen to hold.
    package var peakLedgerBytes = 0
    /// Bytes that the storage of state may take of the process's memory, for its cache and for what is not written
    /// out; 0 where there is none.
    package var storageMemoryBytes = 0

    /// Makes empty metrics.
    package init() {}
}

/// What one shard counted.
struct ShardMetrics: Sendable {
    var nodes: [JobMetrics.Node] = []
    var badRows = 0
    var bytesRead = 0
    var peakLedgerBytes = 0
    var parkedNanos: Int64 = 0
}

extension ShardGraph {
    /// The counters of all nodes.
    func collectMetrics() -> ShardMetrics {
        var metrics = ShardMetrics()
        for source in sources {
            var node = JobMetrics.Node(id: source.node, name: source.name)
            node.rowsIn = source.rowCount
            node.rowsOut = source.rowCount
            node.batches = source.batchCount
            metrics.nodes.append(node)
            metrics.badRows += source.badRecordCount
            metrics.bytesRead += source.bytesRead
        }
        for graphNode in nodes.values { metrics.nodes.append(collect(graphNode)) }
        for receiver in receivers {
            metrics.nodes.append(
                JobMetrics.Node(id: receiver.node, name: "exchange", rowsOut: receiver.output.rowCount)
            )
        }
        return metrics
    }

    private func collect(_ graphNode: GraphNode) -> JobMetrics.Node {
        var node = JobMetrics.Node(id: graphNode.id, name: graphNode.name)
        let counters = graphNode.stage.counters
        node.rowsIn = graphNode.rowsIn
        node.rowsOut = graphNode.main.rowCount
        node.batches = graphNode.batchesIn
        node.lateRows = counters.lateRows
        node.windowsFired = counters.windowsFired
        node.stateBytes = graphNode.stage.stateByteCount
        node.cold = counters.cold
        node.patterns = counters.patterns
        if let sink = graphNode.stage as? SinkStage {
            node.droppedRows = sink.droppedRowCount
            node.rowsOut = node.rowsIn - node.droppedRows
        } else if graphNode.stage is CollectStage {
            node.rowsOut = node.rowsIn
        }
        return node
    }
}

extension JobMetrics {
    /// Adds the counters of a shard.
    mutating func add(_ shard: ShardMetrics) {
        for node in shard.nodes {
            if let index = nodes.firstIndex(where: { $0.id == node.id }) {
                nodes[index].add(node)
            } else {
                nodes.append(node)
            }
            lateRows += node.lateRows
        }
        nodes.sort { $0.id < $1.id }
        badRows += shard.badRows
        bytesRead += shard.bytesRead
        peakLedgerBytes = max(peakLedgerBytes, shard.peakLedgerBytes)
        parkedSeconds += Double(shard.parkedNanos) / 1e9
    }
}

extension JobMetrics.Node {
    mutating func add(_ other: JobMetrics.Node) {
        rowsIn += other.rowsIn
        rowsOut += other.rowsOut
        batches += other.batches
        lateRows += other.lateRows
        droppedRows += other.droppedRows
        windowsFired += other.windowsFired
        stateBytes += other.stateBytes
        if let more = other.cold { cold = (cold ?? ColdCounters()) + more }
        if let more = other.patterns { patterns = patterns.map { $0 + more } ?? more }
    }
}

/// What the process has used up to now.
struct ProcessUsage: Sendable {
    /// User and system time of all threads.
    let cpuSeconds: Double
    /// The largest resident size so far.
    let peakRSSBytes: Int

    /// Asks the system.
    static func now() -> ProcessUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return ProcessUsage(
            cpuSeconds: Double(seconds) + Double(micros) / 1e6,
            peakRSSBytes: Int(usage.ru_maxrss) * 1_024
        )
    }
}
