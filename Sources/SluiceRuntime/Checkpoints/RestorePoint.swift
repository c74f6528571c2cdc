import SluiceColumns
import SluiceConnect
import SluicePlan
import SluiceState

/// Where a job with stored state begins: what its predecessor left, or nothing.
struct RestorePoint: Sendable {
    /// Where the state lies.
    let storage: any StateStorage
    /// What the nodes of the plan are called there.
    let identity: PlanIdentity
    /// When state that is stored has to leave memory.
    let eviction: EvictionPolicy
    /// Per node of the plan whether all of its state belongs to the first shard.
    let areOnOneShard: [Bool]
    /// The last commit; nil for a first start.
    let manifest: EpochManifest?

    /// The operators of the plan that keep state.
    let operators: [EpochManifest.Operator]
    /// What becomes of the stored state; nil for a first start.
    let match: StateMatch?

    /// Reads what is stored.
    ///
    /// - Throws: where it cannot be taken over.
    init(_ storage: any StateStorage, _ specification: JobSpecification) throws {
        self.storage = storage
        eviction = specification.eviction
        let plan = specification.plan
        identity = PlanIdentity(plan)
        areOnOneShard = plan.areOnOneShard
        manifest = try storage.manifest()
        try Self.checkSources(plan)
        operators = try StateMatch.operators(of: specification, identity)
        // A job that was stopped before its first epoch has stored nothing but its name.
        match = manifest.flatMap { [operators, identity] manifest in
            manifest.epoch == 0 && manifest.origin == nil ? nil : StateMatch(manifest, operators, identity)
        }
        try checkOperators(mayDrop: specification.mayDropState)
        try checkEnding()
    }

    /// Refuses another query over the state of a job that has processed all its input: its windows have given their
    /// last results, and its sources are at their ends.
    private func checkEnding() throws {
        guard let manifest, manifest.isFinished, let plan = manifest.plan, plan != identity.plan else { return }
        throw StateError(
            .user,
            "jobFinished",
            "the job has processed all its input, and the query is another one now; there is nothing left to go on "
                + "from: run the new query with another --state folder or another 'pipeline.name'"
        )
    }

    /// Refuses sources that cannot be read again from where they stood.
    private static func checkSources(_ plan: PhysicalPlan) throws {
        for case .scan(let scan) in plan.nodes.map(\.operation) where !scan.table.isRewindable {
            throw StateError(
                .user,
                "notRewindable",
                "\(scan.tableName) (\(scan.table.summary)) cannot be read again from where it stood, so nothing can be "
                    + "exactly once; write the input to files first, or run without --state"
            )
        }
    }

    /// The key groups whose state a shard takes over.
    func keyGroups(of node: Int, shard: Int, shardCount: Int) -> Range<Int> {
        guard areOnOneShard[node] else { return RowHash.keyGroups(ofShard: shard, shardCount: shardCount) }
        return shard == 0 ? 0..<RowHash.keyGroupCount : 0..<0
    }

    /// The number of this owner: greater than all before.
    var fence: Int64 { (manifest?.fence ?? 0) + 1 }

    /// The first epoch of this run.
    var firstEpoch: Int64 { (manifest?.epoch ?? 0) + 1 }

    /// Refuses state that no operator of the plan would take over, unless that is wanted, and state of another form.
    private func checkOperators(mayDrop: Bool) throws {
        guard let manifest, let match else { return }
        if !mayDrop, let first = match.dropped.first {
            let others = match.dropped.count > 1 ? " and \(match.dropped.count - 1) more" : ""
            throw StateError(
                .user,
                "stateNotUsed",
                "the stored state has rows of an operator that the query no longer has: \(first.summary)\(others); run "
                    + "the query that wrote the state, drop such rows with --allow-non-restored-state, or start with "
                    + "another --state folder"
            )
        }
        if !mayDrop, let first = match.unpublished.first {
            throw StateError(
                .user,
                "outputNotPublished",
                "the query no longer has a sink whose last rows may not be published: \(first.summary); publish them "
                    + "with 'sluice upgrade OLD.sql NEW.sql --state FOLDER', or give them up with "
                    + "--allow-non-restored-state"
            )
        }
        let stored = Dictionary(manifest.operators.map { ($0.owner, $0.tables) }) { first, _ in first }
        for entry in match.kept {
            // Tables that this release has added behind the others begin empty.
            guard let tables = stored[entry.owner] ?? nil, !(entry.tables ?? []).starts(with: tables) else { continue }
            throw StateError(
                .user,
                "stateOfAnotherForm",
                "the stored state of an operator has another form than in this release: \(entry.summary); run the "
                    + "release that wrote it, or start with another --state folder"
            )
        }
    }

    /// Takes the state over: from now on commits of earlier owners are refused, and the job has its name for good, so
    /// that files of a run that is killed before its first commit are found again.
    func claim(jobID: String, parallelism: Int) throws {
        var claimed = manifest ?? EpochManifest(epoch: 0, fence: 0, jobID: jobID, parallelism: parallelism)
        claimed.fence = fence
        let dropped = match?.dropped ?? []
        let unpublished = match?.unpublished ?? []
        claimed.operators.removeAll { entry in (dropped + unpublished).contains { $0.owner == entry.owner } }
        claimed.sinks.removeAll { entry in unpublished.contains { $0.owner == entry.owner } }
        try storage.commit([], dropping: dropped.map { StateAddress.range(owner: $0.owner) }, claimed)
    }

    /// The splits of a scan that are left to read, each from where it stood.
    func remaining(_ splits: [Split], of node: Int) -> [Split] {
        guard let manifest else { return splits }
        let entries = manifest.sources.filter { $0.owner == identity.owners[node] }
        let known = Dictionary(entries.map { ($0.split, $0) }) { first, _ in first }
        return splits.compactMap { split in
            guard let entry = known[split.id] else { return split }
            return entry.position.map { Split(id: split.id, start: SplitOffset($0, detail: entry.detail)) }
        }
    }

    /// The splits that were read to the end by earlier runs: they stay in every manifest to come.
    var finishedSources: [EpochManifest.Source] { manifest?.sources.filter { $0.position == nil } ?? [] }

    /// Publishes what was committed, and notes that: from then on other queries may leave sinks out.
    func publish(_ specification: JobSpecification) throws {
        guard var published = manifest else { return }
        try claim(jobID: specification.jobID, parallelism: specification.parallelism)
        try recoverSinks(specification.plan, jobID: specification.jobID)
        published.fence = fence
        published.sinks = []
        try storage.commit([], dropping: [], published)
    }

    /// Lets every sink show what was committed, and forget the rest.
    func recoverSinks(_ plan: PhysicalPlan, jobID: String) throws {
        let last = manifest ?? EpochManifest(epoch: 0, fence: 0, jobID: jobID, parallelism: 1)
        for node in plan.nodes {
            guard case .sink(let sink) = node.operation, let table = sink.table as? any TransactionalSinkTable else {
                continue
            }
            let owner = identity.owners[node.id]
            let own = last.sinks.filter { $0.owner == owner }
            try table.recover(own.map(\.transaction), of: last.sinkEpoch(owner))
        }
    }
}

extension EpochManifest {
    /// The epoch as the sink `owner` is told it.
    func sinkEpoch(_ owner: UInt64) -> SinkEpoch {
        SinkEpoch(jobID: jobID, sinkID: String(owner, radix: 16), number: epoch)
    }
}
