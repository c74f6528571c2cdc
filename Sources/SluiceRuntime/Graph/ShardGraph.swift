import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluicePlan
import SluiceState

/// The plan of a job as one shard runs it: every node with its operator, wired to its readers.
///
/// Not `Sendable`: the thread that builds it runs it.
final class ShardGraph {
    /// Where rows come from, in the order of the plan.
    private(set) var sources: [SourceRoot] = []
    /// The receiving sides of exchanges, those nearest to the sinks first: reading them makes room for the others.
    private(set) var receivers: [ExchangeReceiver] = []
    /// The sending sides, by ordinal of the exchange.
    private(set) var scatters: [ScatterStage] = []
    /// All nodes that process something, by index in the plan.
    private(set) var nodes: [Int: GraphNode] = [:]
    /// The sinks.
    private(set) var sinks: [SinkStage] = []
    /// Watermark nodes, with the timeout of those that turn idle.
    private(set) var watermarkNodes: [(node: GraphNode, idleTimeoutMillis: Int64?)] = []
    /// Operators whose state can leave memory.
    private var evicting: [any Operator] = []
    /// Nodes that wait for the wall clock.
    private(set) var timers: [NodeTimer] = []

    /// Collects what nodes hand over at barriers; nil where no state is stored.
    let recorder: ShardRecorder?

    private let resources: JobResources
    private let assignments: ScanAssignments
    private let shardIndex: Int

    /// Builds the graph of shard `shardIndex`.
    ///
    /// Where that fails, everything that was opened is closed again.
    init(_ resources: JobResources, assignments: ScanAssignments, shardIndex: Int) throws {
        self.resources = resources
        self.assignments = assignments
        self.shardIndex = shardIndex
        recorder = resources.restorePoint.map {
            ShardRecorder(
                $0,
                shardIndex: shardIndex,
                shardCount: resources.shardCount,
                clock: resources.specification.clock
            )
        }
        do {
            // Readers come after their inputs in the plan, so from the back every reader exists already.
            for node in resources.specification.plan.nodes.reversed() { try add(node) }
        } catch {
            abort()
            throw error
        }
        sources.reverse()
        scatters.reverse()
    }

    /// Whether an operator needs room that the next barrier can give it.
    var wantsBarrier: Bool { recorder != nil && evicting.contains(where: \.wantsBarrier) }

    /// Bytes of state that has changed and has to be stored before it can leave memory, about.
    var unsavedByteCount: Int { recorder == nil ? 0 : evicting.reduce(0) { $0 + $1.unsavedByteCount } }

    /// Whether nothing will come any more from anywhere.
    var hasEnded: Bool { sources.allSatisfy(\.hasEnded) && receivers.allSatisfy(\.hasEnded) }

    /// Publishes what the sinks wrote.
    func close() throws {
        for source in sources { source.close() }
        for sink in sinks { try sink.close() }
    }

    /// Gives up what the sinks wrote.
    func abort() {
        for source in sources { source.close() }
        for sink in sinks { sink.abort() }
    }

    private func add(_ node: PhysicalNode) throws {
        let main = output(of: node.id, port: .main) ?? FanOut([])
        switch node.operation {
        case .scan(let scan):
            sources.append(try makeScan(scan, node, output: main))
        case .values(let values):
            let splits = assignments.splits[node.id]?[shardIndex] ?? []
            let reader = splits.first.map { ValuesReader(values, fields: node.fields, start: $0.start) }
            sources.append(makeRoot(node, reader: reader, splits: splits, rateLimit: nil, output: main))
        case .exchange(let exchange) where resources.shardCount > 1:
            try addExchange(exchange, node, output: main)
        default:
            let stage = try makeStage(node)
            if let recorder { try recorder.restore(stage, of: node.id) } else { attachSpill(stage, node) }
            try addNode(node, stage: stage, main: main, late: output(of: node.id, port: .late))
        }
    }

    /// Gives an operator a place for the state that finds no room in memory.
    private func attachSpill(_ stage: any Operator, _ node: PhysicalNode) {
        let specification = resources.specification
        guard stage.canSpill, let storage = specification.spill else { return }
        storage.setMemoryAside()
        stage.spill(
            into: StateSpill(
                storage,
                owner: UInt64(node.id) + 1,
                tables: stage.spillTables,
                shardIndex: shardIndex,
                eviction: specification.eviction
            )
        )
    }

    private func output(of node: Int, port: PhysicalInput.Port) -> FanOut? {
        let edges = resources.topology.readers[node].filter { ($0.port == .late) == (port == .late) }.compactMap {
            reader in
            nodes[reader.node].map { FanOut.Edge(node: $0, input: reader.input, branch: reader.port.branch) }
        }
        return edges.isEmpty ? nil : FanOut(edges)
    }

    private func makeScan(_ scan: ScanOperation, _ node: PhysicalNode, output: FanOut) throws -> SourceRoot {
        let splits = assignments.splits[node.id]?[shardIndex] ?? []
        let context = ReaderContext(
            shardIndex: shardIndex,
            shardCount: resources.shardCount,
            timeZone: resources.specification.context.timeZone
        )
        let reader =
            splits.isEmpty
            ? nil : try scan.table.makeReader(columns: scan.columns, splits: splits, context: context)
        return makeRoot(
            node,
            reader: reader,
            splits: splits,
            rateLimit: assignments.rateLimits[node.id],
            output: output
        )
    }

    private func makeRoot(
        _ node: PhysicalNode,
        reader: (any SourceReader)?,
        splits: [Split],
        rateLimit: RateLimit?,
        output: FanOut
    ) -> SourceRoot {
        SourceRoot(
            node: node.id,
            name: node.displayName,
            reader: reader,
            splits: splits,
            recorder: recorder,
            rateLimit: rateLimit,
            reach: resources.topology.reach[node.id],
            output: output
        )
    }

    private func addExchange(_ exchange: ExchangeOperation, _ node: PhysicalNode, output: FanOut) throws {
        guard let ordinal = resources.topology.exchanges.firstIndex(of: node.id) else { return }
        let mailboxes = resources.mailboxes[ordinal]
        let scatter = ScatterStage(
            exchange,
            mailboxes: mailboxes,
            shardIndex: shardIndex,
            batchRows: resources.specification.batchRows
        )
        scatters.append(scatter)
        try addNode(node, stage: scatter, main: FanOut([]), late: nil)
        receivers.append(
            try ExchangeReceiver(
                node: node.id,
                mailbox: mailboxes[shardIndex],
                senderCount: resources.shardCount,
                reach: resources.topology.reach[node.id],
                recorder: recorder,
                output: output
            )
        )
    }

    private func addNode(_ node: PhysicalNode, stage: any Operator, main: FanOut, late: FanOut?) throws {
        let graphNode = try GraphNode(
            id: node.id,
            name: node.displayName,
            stage: stage,
            main: main,
            late: late,
            rivals: resources.topology.rivals[node.id],
            recorder: recorder,
            countsIntake: resources.specification.checkpointLimits.takenByteCountMax != nil,
            stop: resources.stop
        )
        nodes[node.id] = graphNode
        if stage.counters.cold != nil { evicting.append(stage) }
        if case .watermark(let operation) = node.operation {
            watermarkNodes.append((graphNode, operation.idleTimeoutMillis))
        }
        if let timed = stage as? any TimedOperator {
            timers.append(NodeTimer(node: graphNode, stage: timed, reach: resources.topology.reach[node.id]))
        }
    }

    private func makeLookup(_ lookup: LookupJoinOperation, _ node: PhysicalNode) throws -> any LookupReader {
        if let memory = resources.lookups[node.id] { return MemoryLookupReader(memory) }
        guard case .table(let table) = lookup.source else {
            throw RuntimeError(.internal, "badPlan", "nobody looks rows up for '\(node.displayName)'")
        }
        let context = ReaderContext(
            shardIndex: shardIndex,
            shardCount: resources.shardCount,
            timeZone: resources.specification.context.timeZone
        )
        return try table.makeReader(lookup.request, columns: lookup.columns, context: context)
    }

    private func makeStage(_ node: PhysicalNode) throws -> any Operator {
        let specification = resources.specification
        let inputs = node.inputs.map { specification.plan.nodes[$0.node] }
        switch node.operation {
        case .exchange: return ForwardStage()
        case .lookupJoin(let lookup):
            return try LookupJoinOperator(
                lookup,
                reader: try makeLookup(lookup, node),
                outputFields: node.fields,
                context: specification.context
            )
        case .collect:
            return CollectStage(
                node: node.id,
                fields: node.fields,
                door: resources.door,
                progress: resources.progress[shardIndex]
            )
        case .sink(let sink):
            let fields = node.fields.isEmpty ? inputs[0].fields : node.fields
            let context = WriterContext(
                shardIndex: shardIndex,
                shardCount: resources.shardCount,
                jobID: specification.jobID,
                timeZone: specification.context.timeZone,
                isTransactional: recorder != nil,
                firstEpoch: resources.restorePoint?.firstEpoch ?? 1
            )
            let stage = try SinkStage(
                sink,
                columnNames: fields.map(\.name),
                context: context,
                progress: resources.progress[shardIndex]
            )
            sinks.append(stage)
            return stage
        default:
            if let made = try specification.makeOperator(
                node,
                node.inputs.map { specification.plan.fields(of: $0) },
                inputs.map(\.mode),
                specification.context
            ) {
                return made
            }
            throw RuntimeError(.internal, "badPlan", "nobody makes an operator of '\(node.displayName)'")
        }
    }
}
