import SluiceColumns
import SluiceOperators

/// One output of a node: hands everything on to the nodes that read it, in the order of the plan.
///
/// Everything travels depth first: a batch has gone all the way to sinks and mailboxes when `receive` returns.
final class FanOut: Downstream {
    /// A reader and which of its inputs this is.
    struct Edge {
        let node: GraphNode
        let input: Int
        /// The branch of a pattern set that it reads; nil where it reads everything.
        var branch: Int?
    }

    private let edges: [Edge]
    /// The readers of each branch, as indexes of `edges`.
    private let branches: [[Int]]
    /// Rows handed on, once for all readers.
    private(set) var rowCount = 0
    /// The last watermark handed on, without the one that ends the stream.
    private(set) var lastWatermark = Watermark.none

    /// Makes an output with its readers, which exist already: a graph is built from its sinks.
    init(_ edges: [Edge]) {
        self.edges = edges
        var branches: [[Int]] = []
        for (index, edge) in edges.enumerated() {
            guard let branch = edge.branch else { continue }
            while branches.count <= branch { branches.append([]) }
            branches[branch].append(index)
        }
        self.branches = branches
    }

    func receive(_ batch: Batch) throws {
        rowCount += batch.rowCount
        for edge in edges { try edge.node.receive(batch, from: edge.input) }
    }

    func receive(_ batch: Batch, branch: Int) throws {
        rowCount += batch.rowCount
        for index in branches[branch] { try edges[index].node.receive(batch, from: edges[index].input) }
    }

    func advance(to watermark: Watermark) throws {
        if watermark != .end { lastWatermark = max(lastWatermark, watermark) }
        for edge in edges { try edge.node.advance(edge.input, to: watermark) }
    }

    /// Says that nothing may come for a while.
    func turnIdle() throws {
        for edge in edges { try edge.node.turnIdle(edge.input) }
    }

    /// Says that everything before belongs to the barrier's epoch.
    func pass(_ barrier: Barrier) throws {
        for edge in edges { try edge.node.pass(barrier, from: edge.input) }
    }

    /// Says that what feeds this output has had its first turn (see `ExchangeReceiver`).
    func wake() throws {
        for edge in edges { try edge.node.wake(edge.input) }
    }

    /// Says that nothing will come any more.
    func end() throws {
        for edge in edges { try edge.node.end(edge.input) }
    }
}
