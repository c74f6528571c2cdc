import SluiceColumns
import SluiceState
import SluiceTesting
import Testing

@testable import SluiceRuntime

/// One life of a job on one thread: shards, committer and clock take turns as a seeded generator decides.
///
/// The same specification and generator do the same, whatever the machine does.
struct SimulatedJob {
    /// How a life ended.
    enum Ending: Equatable { case finished, killed }

    /// Turns after which a job that has not ended is taken to be stuck.
    private static let turnCountMax = 200_000

    /// The longest time that passes with a turn, where the job has a manual clock.
    private static let turnNanosMax: Int64 = 100_000

    private let clock: LeapingClock?
    private let resources: JobResources
    private let committer: CheckpointCommitter

    init(_ specification: JobSpecification) throws {
        clock = specification.clock as? LeapingClock
        resources = try JobResources(specification) { _, _ in }
        committer = try #require(resources.committer)
    }

    /// Runs to the end, or until `turnCount` turns have been taken: then everything is dropped as it is.
    func live(turnCount: Int, _ random: inout SeededRandom) throws -> Ending {
        let specification = resources.specification
        let point = try #require(resources.restorePoint)
        try point.claim(jobID: specification.jobID, parallelism: specification.parallelism)
        try point.recoverSinks(specification.plan, jobID: specification.jobID)
        if point.manifest?.isFinished == true { return .finished }
        let assignments = try ScanAssignments(specification, point)
        let graphs = try (0..<resources.shardCount).map {
            try ShardGraph(resources, assignments: assignments, shardIndex: $0)
        }
        var shards: [(index: Int, shard: Shard)] = graphs.enumerated().map { index, graph in
            (index, Shard(graph, resources: resources, shardIndex: index))
        }
        for (_, shard) in shards.shuffled(using: &random) { try shard.begin() }
        for turn in 0..<Self.turnCountMax {
            if turn == turnCount { return .killed }
            let place = Int.random(in: 0...shards.count, using: &random)
            clock?.pass(nanos: random.number(0...Self.turnNanosMax))
            guard place < shards.count else {
                if try committer.commitNext() { continue }
                if shards.isEmpty { break }
                continue
            }
            guard case .ended = try shards[place].shard.takeRound() else { continue }
            let index = shards.remove(at: place).index
            committer.deliver(try #require(graphs[index].recorder).takeFinal(graphs[index]), of: index)
        }
        #expect(shards.isEmpty, "the job is stuck")
        for graph in graphs { try graph.close() }
        return .finished
    }
}
