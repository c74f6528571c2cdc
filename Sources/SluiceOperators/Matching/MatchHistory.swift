import SluiceColumns
import SluicePlan
import SluiceState

/// The rows that matches have taken, as chains that share their beginnings.
///
/// A node is one row taken for one variable behind another node. Rows of the same variable stand behind one another,
/// so each node knows its place among them and the node before them. Nodes and rows are counted: a node goes when no
/// match and no other node points to it, a row when no node does and nobody holds it.
final class MatchHistory {
    /// No node, no row.
    static let none = UInt32.max

    private var rows = GrowableLane<UInt32>()
    private var variables = GrowableLane<UInt8>()
    private var previouses = GrowableLane<UInt32>()
    /// Per node the one before the rows of its variable.
    private var befores = GrowableLane<UInt32>()
    /// Per node its place among the rows of its variable, from 1.
    private var places = GrowableLane<UInt32>()
    /// Per node its place in the match, from 1.
    private var depths = GrowableLane<UInt32>()
    /// Per node the number of its row in the order of its partition.
    private var sequences = GrowableLane<UInt64>()
    private var nodeHolders = GrowableLane<UInt32>()
    private var freeNodes: [UInt32] = []
    /// Per row of the store how many nodes and others hold it.
    private var rowHolders = GrowableLane<UInt32>()
    private var freedRows: [UInt32] = []
    /// What of the nodes is not stored yet; nil where nothing is.
    private var journal: StateJournal?
    /// Per node what it is called in the storage, counted; only where it is stored.
    private var identities = GrowableLane<Int64>()
    private var nextIdentity: Int64 = 0
    /// Nodes that the storage has and that are gone, with their rows, which are still in the store.
    private var goneIdentities: [Int64] = []
    private var goneRows: [UInt32] = []

    /// Bytes held.
    var byteCount: Int {
        let chains = rows.byteCount + variables.byteCount + previouses.byteCount + befores.byteCount + places.byteCount
        let holders = depths.byteCount + sequences.byteCount + nodeHolders.byteCount + rowHolders.byteCount
        return chains + holders + identities.byteCount + (journal?.byteCount ?? 0)
    }

    /// Nodes in use.
    var nodeCount: Int { rows.count - freeNodes.count }

    // MARK: Holding

    /// Holds rows that have just come.
    func holdRow(_ row: UInt32) {
        rowHolders.resize(to: Int(row) + 1, filling: 0)
        rowHolders[Int(row)] += 1
    }

    /// Lets go of a row.
    func releaseRow(_ row: UInt32) {
        rowHolders[Int(row)] -= 1
        if rowHolders[Int(row)] == 0 { freedRows.append(row) }
    }

    /// The rows that nobody holds any more, each once.
    func takeFreedRows() -> [UInt32] {
        let freed = freedRows
        freedRows.removeAll(keepingCapacity: true)
        return freed
    }

    /// A node for `row`, held once, behind `previous`, which it holds.
    func append(_ row: UInt32, _ variable: Int, sequence: UInt64, behind previous: UInt32) -> UInt32 {
        let tag = UInt8(truncatingIfNeeded: variable)
        let continues = previous != Self.none && variables[Int(previous)] == tag
        let node = freeNodes.popLast() ?? newNode()
        let index = Int(node)
        rows[index] = row
        variables[index] = tag
        previouses[index] = previous
        befores[index] = continues ? befores[Int(previous)] : previous
        places[index] = continues ? places[Int(previous)] + 1 : 1
        depths[index] = previous == Self.none ? 1 : depths[Int(previous)] + 1
        sequences[index] = sequence
        nodeHolders[index] = 1
        holdRow(row)
        if previous != Self.none { nodeHolders[Int(previous)] += 1 }
        if let journal {
            identities.resize(to: rows.count, filling: 0)
            identities[index] = nextIdentity
            nextIdentity += 1
            journal.note(node)
        }
        return node
    }

    private func newNode() -> UInt32 {
        let count = rows.count + 1
        rows.resize(to: count, filling: 0)
        variables.resize(to: count, filling: 0)
        previouses.resize(to: count, filling: 0)
        befores.resize(to: count, filling: 0)
        places.resize(to: count, filling: 0)
        depths.resize(to: count, filling: 0)
        sequences.resize(to: count, filling: 0)
        nodeHolders.resize(to: count, filling: 0)
        return UInt32(truncatingIfNeeded: count - 1)
    }

    /// Holds a node once more.
    func retain(_ node: UInt32) { if node != Self.none { nodeHolders[Int(node)] += 1 } }

    /// Lets go of a node, and of all before it that nobody else holds.
    func release(_ node: UInt32) {
        var current = node
        while current != Self.none {
            let index = Int(current)
            nodeHolders[index] -= 1
            if nodeHolders[index] > 0 { return }
            if journal?.noteRemoved(current) == true {
                goneIdentities.append(identities[index])
                goneRows.append(rows[index])
            }
            releaseRow(rows[index])
            freeNodes.append(current)
            current = previouses[index]
        }
    }

    // MARK: Looking back

    /// The number of a node's row in the order of its partition.
    func sequence(_ node: UInt32) -> UInt64 { sequences[Int(node)] }

    /// The last node of `variable` in the chain that ends with `node`; `none` where the variable has no row.
    func last(of variable: Int, in node: UInt32) -> UInt32 {
        let tag = UInt8(truncatingIfNeeded: variable)
        var current = node
        while current != Self.none, variables[Int(current)] != tag { current = befores[Int(current)] }
        return current
    }

    /// The first node of `variable`.
    func first(of variable: Int, in node: UInt32) -> UInt32 {
        let last = last(of: variable, in: node)
        return last == Self.none ? last : step(back: places[Int(last)] - 1, from: last)
    }

    private func step(back count: UInt32, from node: UInt32) -> UInt32 {
        var current = node
        for _ in 0..<count { current = previouses[Int(current)] }
        return current
    }

    /// The row `offset` places behind the first, or before the last, of the chosen rows of the chain that ends with
    /// `node`; `none` where there are not so many.
    func row(_ choice: MatchExpressions.Rows, fromFirst: Bool, offset: Int, in node: UInt32) -> UInt32 {
        let end: UInt32
        switch choice {
        case .all: end = node
        case .variable(let variable): end = last(of: variable, in: node)
        case .none: end = Self.none
        }
        guard end != Self.none else { return Self.none }
        let count = choice == .all ? depths[Int(end)] : places[Int(end)]
        guard offset < Int(count) else { return Self.none }
        let back = UInt32(truncatingIfNeeded: fromFirst ? Int(count) - 1 - offset : offset)
        return rows[Int(step(back: back, from: end))]
    }

    /// The chosen rows of the chain that ends with `node`, first to last.
    func rows(_ choice: MatchExpressions.Rows, in node: UInt32) -> [UInt32] {
        var current: UInt32
        switch choice {
        case .all: current = node
        case .variable(let variable): current = last(of: variable, in: node)
        case .none: current = Self.none
        }
        guard current != Self.none else { return [] }
        let count = choice == .all ? depths[Int(current)] : places[Int(current)]
        var found: [UInt32] = []
        found.reserveCapacity(Int(count))
        for _ in 0..<count {
            found.append(rows[Int(current)])
            current = previouses[Int(current)]
        }
        found.reverse()
        return found
    }
}

// MARK: - State

extension MatchHistory {
    /// Keeps account of nodes from now on.
    func startJournal(_ table: StateTable) { journal = StateJournal(table) }

    /// What a node is called in the storage.
    func identity(of node: UInt32) -> Int64 { identities[Int(node)] }

    /// Notes the keys of nodes that are gone; to be called before their rows are removed from the store.
    ///
    /// - Parameter keys: the key columns of the partitions of rows.
    func noteGone(keys: (_ rows: [UInt32]) -> [Column]) {
        if goneRows.isEmpty { return }
        journal?.noteGone(keys(goneRows) + [.numbers(goneIdentities)], rowCount: goneRows.count)
        goneRows.removeAll(keepingCapacity: true)
        goneIdentities.removeAll(keepingCapacity: true)
    }

    /// Hands over what has changed; `arrival` is what a row is called in the storage.
    func save(
        into snapshot: StateSnapshot,
        table: Int,
        keys: (_ rows: [UInt32]) -> [Column],
        arrival: (_ row: UInt32) -> Int64
    ) {
        journal?.save(into: snapshot, table: table) { nodes in
            let ownRows = nodes.map { rows[Int($0)] }
            let before = nodes.map { previouses[Int($0)] }
            return (
                keys(ownRows) + [.numbers(nodes.map { identities[Int($0)] })],
                [
                    .numbers(ownRows.map(arrival)),
                    .numbers(nodes.map { Int64(variables[Int($0)]) }),
                    .numbers(before.map { $0 == Self.none ? -1 : identities[Int($0)] }),
                    .numbers(nodes.map { Int64(bitPattern: sequences[Int($0)]) }),
                ]
            )
        }
    }

    /// Makes room for a row that is not held yet.
    func reserve(_ row: UInt32) { rowHolders.resize(to: Int(row) + 1, filling: 0) }

    /// Takes a node over, which nobody holds yet.
    func restore(
        _ row: UInt32,
        _ variable: Int,
        sequence: UInt64,
        behind previous: UInt32,
        identity: Int64
    ) -> UInt32 {
        let node = append(row, variable, sequence: sequence, behind: previous)
        nodeHolders[Int(node)] = 0
        identities[Int(node)] = identity
        nextIdentity = max(nextIdentity, identity + 1)
        journal?.noteRestored(node)
        return node
    }
}
