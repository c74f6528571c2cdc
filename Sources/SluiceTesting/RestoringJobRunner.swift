import Sluice
import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluiceRuntime
import SluiceState
import Synchronization

/// Runs each job in pieces: after every checkpoint all operators, sources and sinks are dropped, and a new job goes on
/// from what was stored.
///
/// The rows of a query are those of all pieces one after the other. A job that is refused with stored state runs in one
/// piece, with barriers only.
package final class RestoringJobRunner: JobRunner {
    /// What became of the jobs so far.
    package struct Tally: Sendable {
        /// Jobs that ran in pieces.
        package var restoredCount = 0
        /// How often a job was started again, over all jobs.
        package var restartCount = 0
        /// Why jobs ran in one piece.
        package var refusals: [String] = []
    }

    private let state = Mutex(Tally())

    private let evicts: Bool

    /// Makes the runner.
    ///
    /// - Parameter evicts: whether jobs go on after a checkpoint, but all state that can leaves memory there.
    package init(evicts: Bool = false) { self.evicts = evicts }

    /// What became of the jobs so far.
    package var tally: Tally { state.withLock { $0 } }

    /// What says that a job runs without stored state only, and nothing about its result.
    private static let refusals: Set<String> = ["notRewindable", "overwriteWithState"]

    package func run(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics {
        do {
            return try runInPieces(specification, started: started, onRows: onRows)
        } catch {
            guard let refusal = Self.refusal(error) else { throw error }
            state.withLock { $0.refusals.append(refusal) }
            return try PlainJobRunner().run(specification, started: started, onRows: onRows)
        }
    }

    private func runInPieces(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics {
        let storage = MemoryStorage()
        var piece = specification
        piece.storage = storage
        if evicts { piece.evictsAlways = true } else { piece.stopsAfterEpochs = 1 }
        var restartCount = -1
        while true {
            restartCount += 1
            let metrics = try PlainJobRunner().run(piece, started: started, onRows: onRows)
            guard try storage.manifest()?.isFinished != true else {
                state.withLock { state in
                    state.restoredCount += 1
                    state.restartCount += restartCount
                }
                return metrics
            }
        }
    }

    /// The sentence of an error that says so; nil for others.
    private static func refusal(_ error: any Error) -> String? {
        switch error {
        case let error as StateError where refusals.contains(error.code): error.message
        case let error as ConnectorError where refusals.contains(error.code): error.message
        default: nil
        }
    }
}
