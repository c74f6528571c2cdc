import Testing

@testable import SluiceRuntime

@Suite("When an epoch ends")
struct EpochCoordinatorTests {
    private func coordinator(everyNanos: Int64? = nil, hasCommits: Bool = true, shards: Int = 2) -> EpochCoordinator {
        EpochCoordinator(
            everyRows: nil,
            everyNanos: everyNanos,
            hasCommits: hasCommits,
            nowNanos: 0,
            parkers: (0..<shards).map { _ in Parker() }
        )
    }

    private static let full = EpochCoordinator.stagedByteCountMax + 1

    @Test("Sinks that hold much end it before its time, and sources wait only for the commit of the one before")
    func endsWhenSinksAreFull() {
        let epochs = coordinator(everyNanos: 1_000_000_000)
        epochs.note(stagedByteCount: Self.full - 1, on: 1)
        epochs.note(rowCount: 1, nowNanos: 1)
        #expect(epochs.requestedEpoch == 0)
        epochs.note(stagedByteCount: Self.full, on: 1)
        #expect(!epochs.isHeldBack)
        epochs.note(rowCount: 1, nowNanos: 2)
        #expect(epochs.requestedEpoch == 1 && epochs.isHeldBack)
        // The barrier has passed, and the sinks have handed over what they held.
        epochs.note(stagedByteCount: 0, on: 1)
        for shard in 0..<2 { epochs.complete(1, on: shard) }
        #expect(!epochs.isHeldBack)
        // They are full again before the commit is done.
        epochs.note(stagedByteCount: Self.full, on: 0)
        epochs.note(rowCount: 1, nowNanos: 3)
        #expect(epochs.requestedEpoch == 1 && epochs.isHeldBack)
        epochs.commit(1)
        #expect(!epochs.isHeldBack)
        epochs.note(rowCount: 0, nowNanos: 4)
        #expect(epochs.requestedEpoch == 2)
    }

    @Test("Without an interval only full sinks end it, and without commits nothing does")
    func withoutInterval() {
        let epochs = coordinator()
        epochs.note(rowCount: 1_000, nowNanos: 1_000_000_000_000)
        #expect(epochs.requestedEpoch == 0)
        epochs.note(stagedByteCount: Self.full, on: 0)
        epochs.note(rowCount: 1, nowNanos: 1_000_000_000_001)
        #expect(epochs.requestedEpoch == 1)
        let others = coordinator(hasCommits: false)
        others.note(stagedByteCount: Self.full, on: 0)
        others.note(rowCount: 1, nowNanos: 1)
        #expect(others.requestedEpoch == 0 && !others.isHeldBack)
    }
}
