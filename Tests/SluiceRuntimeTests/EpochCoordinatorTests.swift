import Testing

@testable import SluiceRuntime

@Suite("When an epoch ends")
struct EpochCoordinatorTests {
    private func coordinator(
        everyNanos: Int64? = nil,
        hasCommits: Bool = true,
        limits: CheckpointLimits = CheckpointLimits(),
        shards: Int = 2
    ) -> EpochCoordinator {
        EpochCoordinator(
            everyRows: nil,
            everyNanos: everyNanos,
            hasCommits: hasCommits,
            limits: limits,
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
        epochs.commit(1, nowNanos: 3)
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

    /// Lets the epoch that is under way pass all shards, and commits it.
    private func finish(_ epochs: EpochCoordinator, nowNanos: Int64) {
        for shard in 0..<2 { epochs.complete(epochs.requestedEpoch, on: shard) }
        epochs.commit(epochs.requestedEpoch, nowNanos: nowNanos)
    }

    @Test("Between a commit and the next barrier there is a pause, unless sinks are full")
    func pauses() {
        var limits = CheckpointLimits()
        limits.minPauseMillis = 3
        let epochs = coordinator(everyNanos: 1_000_000, limits: limits)
        epochs.note(rowCount: 1, nowNanos: 1_000_000)
        #expect(epochs.requestedEpoch == 1 && epochs.dueNanos == nil)
        #expect(epochs.underWay.map { [$0.epoch, $0.sinceNanos] } == [1, 1_000_000])
        finish(epochs, nowNanos: 5_000_000)
        #expect(epochs.dueNanos == 8_000_000 && epochs.underWay == nil)
        epochs.note(rowCount: 1, nowNanos: 7_999_999)
        #expect(epochs.requestedEpoch == 1)
        epochs.note(rowCount: 1, nowNanos: 8_000_000)
        #expect(epochs.requestedEpoch == 2)
        finish(epochs, nowNanos: 9_000_000)
        epochs.note(stagedByteCount: Self.full, on: 0)
        epochs.note(rowCount: 1, nowNanos: 9_000_001)
        #expect(epochs.requestedEpoch == 3)
    }

    @Test("Bytes that operators with state take in end an epoch before its time, over all shards")
    func endsAfterBytes() {
        var limits = CheckpointLimits()
        limits.takenByteCountMax = 100
        let epochs = coordinator(everyNanos: 1_000_000_000, limits: limits)
        epochs.note(takenByteCount: 60, on: 0)
        epochs.note(takenByteCount: 39, on: 1)
        epochs.note(rowCount: 1, nowNanos: 1)
        #expect(epochs.requestedEpoch == 0)
        epochs.note(takenByteCount: 40, on: 1)
        epochs.note(rowCount: 1, nowNanos: 2)
        #expect(epochs.requestedEpoch == 1)
    }
}
