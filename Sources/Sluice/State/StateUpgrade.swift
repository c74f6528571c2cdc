import SluicePlan
import SluiceRuntime
import SluiceState

/// What becomes of stored state when one script takes the place of another.
package enum StateUpgrade {
    /// An INSERT job of a script, with its operators that keep state.
    package struct Job: Sendable {
        /// The name of its folder.
        package var name: String
        let specification: JobSpecification
        let operators: [EpochManifest.Operator]
        let identity: PlanIdentity

        init(name: String, _ specification: JobSpecification) throws {
            self.name = name
            self.specification = specification
            identity = PlanIdentity(specification.plan)
            operators = try StateMatch.operators(of: specification, identity)
        }
    }

    /// What becomes of one job.
    package struct Outcome: Sendable {
        /// A line about the job, and one for each operator.
        package var lines: [String]
        /// Whether stored rows would find no operator.
        package var losesState: Bool
        /// Whether output would stay unpublished.
        package var losesOutput = false
    }

    /// Publishes the output of the old script's jobs that have stored state in folder `directory`.
    ///
    /// Gives a line for each. Afterwards another script may leave sinks out.
    package static func publish(_ old: [Job], stateIn directory: String) throws -> [String] {
        let stored = try StateFolder.jobs(in: directory)
        var lines: [String] = []
        for job in old where stored.contains(job.name) {
            let storage = try RocksDBStorage(path: "\(directory)/\(job.name)")
            defer { storage.close() }
            var specification = job.specification
            specification.storage = storage
            try SluiceRuntime.Job(specification).publish()
            lines.append("\(job.name): what was committed is published")
        }
        return lines
    }

    /// Compares the jobs of two scripts, by name, with what is stored in folder `directory`.
    package static func compare(
        _ old: [Job],
        _ new: [Job],
        stateIn directory: String
    ) throws(StateError) -> [Outcome] {
        var outcomes: [Outcome] = []
        let stored = try StateFolder.jobs(in: directory)
        for job in new {
            guard stored.contains(job.name) else {
                outcomes.append(Outcome(lines: ["\(job.name): no stored state, begins empty"], losesState: false))
                continue
            }
            let manifest = try StoredState(job.name, in: directory).manifest
            let before = old.first { $0.name == job.name }
            outcomes.append(compare(job, before, manifest))
        }
        for name in stored where !new.contains(where: { $0.name == name }) {
            outcomes.append(
                Outcome(lines: ["\(name): the new script has no such job, its state stays as it is"], losesState: false)
            )
        }
        return outcomes
    }

    private static func compare(_ job: Job, _ before: Job?, _ manifest: EpochManifest) -> Outcome {
        let match = StateMatch(manifest, job.operators, job.identity)
        var lines = ["\(job.name): state of checkpoint \(manifest.epoch)"]
        if let before, !StateMatch(manifest, before.operators, before.identity).dropped.isEmpty {
            lines.append("  note: the old script is not the one that wrote this state")
        }
        lines += match.kept.map { "  keeps its state: \($0.summary)" }
        lines += match.empty.map { "  starts without state: \($0.summary)\(reason($0, match.dropped))" }
        lines += match.dropped.map { "  state is dropped: \($0.summary)" }
        lines += match.unpublished.map { "  output may not be published: \($0.summary)" }
        if !match.empty.isEmpty {
            lines.append("  sources go on where they stood: what starts without state sees the rows after that only")
        }
        return Outcome(lines: lines, losesState: !match.dropped.isEmpty, losesOutput: !match.unpublished.isEmpty)
    }

    /// Why an operator finds no state: what of the dropped ones comes nearest to it.
    private static func reason(_ entry: EpochManifest.Operator, _ dropped: [EpochManifest.Operator]) -> String {
        if dropped.contains(where: { $0.summary == entry.summary }) { return " (what it reads has changed)" }
        let kind = entry.summary.prefix { $0 != "(" }
        guard let former = dropped.first(where: { $0.summary.prefix { $0 != "(" } == kind }) else { return " (new)" }
        return " (was: \(former.summary))"
    }
}
