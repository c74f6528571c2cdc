import CSluiceShims
import Synchronization

/// What the process holds in batches, tables and buffers, and for the storage of state, in bytes.
///
/// Every `RawBuffer` reports its allocation and its release here, so that `--memory` can be a contract and the metrics
/// can say who holds what. Safe from any thread; an update is one relaxed atomic add per buffer, not per row.
public enum MemoryLedger {
    /// Who asked for the memory.
    public enum Purpose: Int, Sendable, CaseIterable {
        /// Columns of batches in flight.
        case batches
        /// Keyed tables, windows, join state.
        case tables
        /// Input blocks, decoder scratch, write buffers.
        case buffers
        /// What the storage of state may take for its cache and for what is not written out yet.
        case storage
    }

    private static let batches = Atomic<Int>(0)
    private static let tables = Atomic<Int>(0)
    private static let buffers = Atomic<Int>(0)
    private static let storage = Atomic<Int>(0)
    private static let limit = Atomic<Int>(Int.max)
    private static let refused = Atomic<Int>(0)
    /// The bound of the process's resident size; `Int.max` is none.
    private static let processLimit = Atomic<Int>(Int.max)
    /// What the process held before its first job, of which nothing is counted here.
    private static let processBase = Atomic<Int>(0)
    private static let largeByteCount = 4 << 20

    /// Bytes held now for `purpose`.
    public static func bytesHeld(for purpose: Purpose) -> Int {
        switch purpose {
        case .batches: batches.load(ordering: .relaxed)
        case .tables: tables.load(ordering: .relaxed)
        case .buffers: buffers.load(ordering: .relaxed)
        case .storage: storage.load(ordering: .relaxed)
        }
    }

    /// Bytes held now for everything.
    public static var bytesHeld: Int {
        batches.load(ordering: .relaxed) + tables.load(ordering: .relaxed) + buffers.load(ordering: .relaxed)
            + storage.load(ordering: .relaxed)
    }

    /// The bound of what is counted here, in bytes; `Int.max` is none.
    ///
    /// Checked by the shard loop between batches, and by whoever is about to ask for much at once.
    public static var bytesMax: Int { limit.load(ordering: .relaxed) }

    /// Bounds the resident size of the process; a setting for a program's first lines.
    public static func boundProcess(to byteCount: Int) {
        processBase.store(Int(sluice_resident_byte_count()), ordering: .relaxed)
        processLimit.store(byteCount, ordering: .relaxed)
        measureProcess()
    }

    /// Where the process is bounded, takes what it holds and nobody counts off the bound of what is counted.
    ///
    /// That is its code, stacks, what C libraries allocate, and what the allocator keeps. A part of the bound stays
    /// free for what a batch can add before the next look.
    public static func measureProcess() {
        let bound = processLimit.load(ordering: .relaxed)
        guard bound < Int.max else { return }
        let uncounted = max(Int(sluice_resident_byte_count()) - bytesHeld, processBase.load(ordering: .relaxed))
        limit.store(max(bound - uncounted - largeByteCount - bound / 32, 0), ordering: .relaxed)
    }

    /// Gives memory that was freed back to the system, and measures the process.
    public static func releaseFreedMemory() {
        sluice_release_freed_memory()
        measureProcess()
    }

    /// Whether `byteCount` bytes more fit under `bytesMax`.
    public static func hasRoom(for byteCount: Int) -> Bool { byteCount <= bytesMax - bytesHeld }

    /// Whether a table may grow by `byteCount` bytes at once.
    ///
    /// Where there is no room for a large step, it is noted, and the job fails before it asks for the next rows. A
    /// table that could not hold the rows at hand grows nevertheless.
    public static func mayGrow(by byteCount: Int) -> Bool {
        if byteCount < largeByteCount || hasRoom(for: byteCount) { return true }
        refused.store(byteCount, ordering: .relaxed)
        return false
    }

    /// The size of the last step that a table was refused, 0 for none.
    public static var bytesRefused: Int { refused.load(ordering: .relaxed) }

    /// Forgets that a table was refused to grow; it asks again.
    public static func forgetRefusal() { refused.store(0, ordering: .relaxed) }

    /// Lets the allocator keep what batches free for the batches that follow, up to some tens of MB per thread.
    ///
    /// A setting of the process: for a program's first lines, not for a library's.
    public static func keepFreedMemory() { sluice_keep_freed_memory() }

    /// Adds `byteCount` (negative for a release).
    public static func add(_ byteCount: Int, for purpose: Purpose) {
        switch purpose {
        case .batches: batches.add(byteCount, ordering: .relaxed)
        case .tables: tables.add(byteCount, ordering: .relaxed)
        case .buffers: buffers.add(byteCount, ordering: .relaxed)
        case .storage: storage.add(byteCount, ordering: .relaxed)
        }
    }
}
