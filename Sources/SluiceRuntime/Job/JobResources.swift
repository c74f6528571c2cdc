import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState

/// What the shards of one job share; every part of it is made for use by many threads.
struct JobResources: Sendable {
    let specification: JobSpecification
    let topology: GraphTopology
    /// One for each shard.
    let parkers: [Parker]
    let stop: StopSignal
    let epochs: EpochCoordinator
    /// Where the job begins; nil where no state is stored.
    let restorePoint: RestorePoint?
    /// Commits epochs; nil where no state is stored.
    let committer: CheckpointCommitter?
    /// For each exchange, by ordinal, a mailbox for each receiving shard.
    let mailboxes: [[Mailbox]]
    let door: ResultDoor
    /// One for each shard.
    let progress: [ShardProgress]
    /// Tables that are looked up in memory, by node.
    let lookups: [Int: MemoryLookup]
    /// All graphs are built; nothing has been read yet.
    let allBuilt: Rendezvous
    /// All shards have processed everything; nothing has been closed yet.
    let allDone: Rendezvous

    var shardCount: Int { parkers.count }

    /// Makes the resources of a job that starts now.
    init(
        _ specification: JobSpecification,
        onResult: @escaping @Sendable (_ node: Int, _ batch: Batch) throws -> Void
    ) throws {
        try Self.check(specification)
        var specification = specification
        restorePoint = try specification.storage.map { [specification] in try RestorePoint($0, specification) }
        if let manifest = restorePoint?.manifest { specification.jobID = manifest.jobID }
        let shardCount = specification.parallelism
        let parkers = (0..<shardCount).map { _ in Parker() }
        self.specification = specification
        self.parkers = parkers
        topology = try GraphTopology(specification.plan, shardCount: shardCount)
        stop = StopSignal(parkers: parkers)
        epochs = EpochCoordinator(
            everyRows: specification.checkpointEveryRows,
            everyNanos: specification.checkpointIntervalMillis.map { Int64($0) * 1_000_000 },
            hasCommits: restorePoint != nil,
            limits: specification.checkpointLimits,
            lastEpoch: specification.stopsAfterEpochs ?? .max,
            nowNanos: specification.clock.nowNanos(),
            parkers: parkers
        )
        committer = restorePoint.map { [epochs, stop] in
            CheckpointCommitter($0, specification, epochs: epochs, stop: stop)
        }
        mailboxes = topology.exchanges.map { _ in
            parkers.map { Mailbox(bound: specification.mailboxBound, receiver: $0, senders: parkers) }
        }
        door = ResultDoor(onResult)
        progress = parkers.map { _ in ShardProgress() }
        lookups = MemoryLookup.all(in: specification)
        allBuilt = Rendezvous(parkers: parkers)
        allDone = Rendezvous(parkers: parkers)
    }

    /// Elements that wait in mailboxes.
    var queuedElementCount: Int {
        mailboxes.reduce(0) { $1.reduce($0) { $0 + $1.fill.elementCount } }
    }

    private static func check(_ specification: JobSpecification) throws {
        guard (1...RowHash.keyGroupCount).contains(specification.parallelism) else {
            throw RuntimeError(
                .user,
                "badParallelism",
                "parallelism \(specification.parallelism): expected 1 to \(RowHash.keyGroupCount)"
            )
        }
        guard specification.batchRows >= 1 else {
            throw RuntimeError(.user, "badBatchRows", "batch size \(specification.batchRows): expected 1 or more")
        }
        for case .scan(let scan) in specification.plan.nodes.map(\.operation) {
            guard let rate = scan.rowsPerSecond, !(rate > 0) else { continue }
            throw RuntimeError(
                .user,
                "badOption",
                "'scan.rows-per-second' = \(rate) of \(scan.tableName): expected more than 0"
            )
        }
        if let count = specification.stopsAfterEpochs, specification.storage == nil || count < 1 {
            throw RuntimeError(.internal, "badStop", "a job without stored state cannot stop after epoch \(count)")
        }
        for interval in [specification.checkpointEveryRows, specification.checkpointIntervalMillis] {
            guard let interval, interval < 1 else { continue }
            throw RuntimeError(.user, "badCheckpointInterval", "checkpoint interval \(interval): expected 1 or more")
        }
    }
}

/// Which shard reads which splits of which scan, and how fast: found out once, before the shards start.
struct ScanAssignments: Sendable {
    /// For each scan and each constant table, by node, the splits of each shard.
    let splits: [Int: [[Split]]]
    /// For each throttled scan node its bucket.
    let rateLimits: [Int: RateLimit]

    /// Asks the tables for their splits and deals them round robin, each scan from another shard on.
    ///
    /// With a restore point, splits go on where they stood, and those read to the end are left out.
    init(_ specification: JobSpecification, _ point: RestorePoint?) throws {
        var splits: [Int: [[Split]]] = [:]
        var rateLimits: [Int: RateLimit] = [:]
        let shardCount = specification.parallelism
        var scanCount = 0
        for node in specification.plan.nodes {
            var dealt: [[Split]] = Array(repeating: [], count: shardCount)
            if case .values = node.operation {
                dealt[0] = point?.remaining(ValuesReader.splits, of: node.id) ?? ValuesReader.splits
                splits[node.id] = dealt
            }
            guard case .scan(let scan) = node.operation else { continue }
            let found = try scan.table.splits()
            for (index, split) in (point?.remaining(found, of: node.id) ?? found).enumerated() {
                dealt[(index + scanCount) % shardCount].append(split)
            }
            scanCount += 1
            splits[node.id] = dealt
            if let rate = scan.rowsPerSecond {
                rateLimits[node.id] = RateLimit(
                    rowsPerSecond: rate,
                    batchRows: specification.batchRows,
                    nowNanos: specification.clock.nowNanos()
                )
            }
        }
        self.splits = splits
        self.rateLimits = rateLimits
    }
}
