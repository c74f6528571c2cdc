import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState

/// What becomes of stored state when a plan takes it over: which operators keep theirs, which start empty, and what
/// nobody wants any more.
package struct StateMatch: Sendable, Hashable {
    /// Operators of the plan whose state is stored, as the plan has them.
    package private(set) var kept: [EpochManifest.Operator] = []
    /// Operators of the plan that keep state and find none.
    package private(set) var empty: [EpochManifest.Operator] = []
    /// Stored operators that the plan no longer has.
    package private(set) var dropped: [EpochManifest.Operator] = []
    /// Sinks that the plan no longer has and whose last output may not be published.
    package private(set) var unpublished: [EpochManifest.Operator] = []

    /// Compares what is stored with the operators of a plan that keep state, and its sinks that commit; `identity`
    /// names all of its nodes.
    package init(_ stored: EpochManifest, _ operators: [EpochManifest.Operator], _ identity: PlanIdentity) {
        let owners = Set(identity.owners)
        let storedOwners = Set(stored.operators.map(\.owner))
        for entry in operators where !entry.isSink {
            if storedOwners.contains(entry.owner) { kept.append(entry) } else { empty.append(entry) }
        }
        dropped = stored.operators.filter { !owners.contains($0.owner) && !$0.isSink }
        for owner in Set(stored.sinks.map(\.owner)).subtracting(owners).sorted() {
            let known = stored.operators.first { $0.owner == owner }
            unpublished.append(known ?? EpochManifest.Operator(owner: owner, summary: "a sink", tables: []))
        }
    }

    /// Whether every operator keeps its state and none is dropped.
    package var isExact: Bool { empty.isEmpty && dropped.isEmpty && unpublished.isEmpty }

    /// A sentence for each operator; empty where nothing changes.
    package var report: [String] {
        if isExact { return [] }
        return kept.map { "keeps its state: \($0.summary)" }
            + empty.map { "starts without state: \($0.summary)" }
            + dropped.map { "state is dropped: \($0.summary)" }
            + unpublished.map { "output that is not published is given up: \($0.summary)" }
    }
}

extension StateMatch {
    /// The operators of a plan that keep state, with their tables, and the sinks that commit.
    package static func operators(
        of specification: JobSpecification,
        _ identity: PlanIdentity
    ) throws -> [EpochManifest.Operator] {
        let plan = specification.plan
        return try plan.nodes.compactMap { node in
            if case .sink(let sink) = node.operation, sink.table is any TransactionalSinkTable {
                return EpochManifest.Operator(
                    owner: identity.owners[node.id],
                    summary: identity.summaries[node.id],
                    tables: []
                )
            }
            if node.isRoot || node.isExchange { return nil }
            let stage = try specification.makeOperator(
                node,
                node.inputs.map { plan.fields(of: $0) },
                node.inputs.map { plan.nodes[$0.node].mode },
                specification.context
            )
            guard let tables = stage?.stateTables, !tables.isEmpty else { return nil }
            return EpochManifest.Operator(
                owner: identity.owners[node.id],
                summary: identity.summaries[node.id],
                tables: tables.map { EpochManifest.Table($0) }
            )
        }
    }
}
