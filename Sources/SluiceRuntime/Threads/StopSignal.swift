import Synchronization

/// Tells all shards of a job to stop, and keeps the first reason.
final class StopSignal: Sendable {
    private let raised = Atomic<Bool>(false)
    private let firstError = Mutex<(any Error)?>(nil)
    private let parkers: [Parker]

    /// Makes a signal that wakes `parkers` when it is raised.
    init(parkers: [Parker]) { self.parkers = parkers }

    /// Whether the shards have to stop.
    var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// The first error, nil where nobody stopped the job.
    var error: (any Error)? { firstError.withLock { $0 } }

    /// Stops the job because of `error`; a later error is dropped, for it may be a consequence of the first.
    func raise(_ error: any Error) {
        firstError.withLock { if $0 == nil { $0 = error } }
        raised.store(true, ordering: .releasing)
        for parker in parkers { parker.wake() }
    }

    /// Throws where the shards have to stop.
    func check() throws {
        if isRaised { throw StoppedByOthers() }
    }
}

/// Unwinds a shard that stops because another one failed or the job was cancelled; never shown to a user.
struct StoppedByOthers: Error {}

/// A point that every shard of a job has to reach before any goes on.
final class Rendezvous: Sendable {
    private let missing: Atomic<Int>
    private let parkers: [Parker]

    /// Makes a meeting point of the shards that wait at `parkers`.
    init(parkers: [Parker]) {
        missing = Atomic(parkers.count)
        self.parkers = parkers
    }

    /// Whether all have arrived.
    var isComplete: Bool { missing.load(ordering: .acquiring) == 0 }

    /// Arrives; the last one wakes the others.
    func arrive() {
        if missing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
            for parker in parkers { parker.wake() }
        }
    }
}
