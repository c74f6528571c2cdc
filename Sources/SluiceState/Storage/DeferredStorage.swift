import SluiceColumns
import Synchronization

/// A storage that is opened when something is written to it for the first time; until then it is empty.
///
/// For rows that find no room in memory: most jobs never write any. Its memory is set aside beforehand, so that there
/// is some left when it is needed. Any number of threads may commit at a time: they write different rows.
package final class DeferredStorage: StateStorage {
    private struct State {
        var storage: (any StateStorage)?
        /// Bytes that are set aside until it is opened.
        var asideByteCount = 0
    }

    private let state = Mutex(State())
    private let open: @Sendable () throws(StateError) -> any StateStorage
    private let discard: @Sendable () -> Void
    private let memoryByteCount: Int

    /// Makes a storage that `open` opens, which takes that much memory then.
    ///
    /// - Parameter discard: takes away what was written; called when nothing has the storage open any more.
    package init(
        memoryByteCount: Int,
        open: @escaping @Sendable () throws(StateError) -> any StateStorage,
        discard: @escaping @Sendable () -> Void = {}
    ) {
        self.open = open
        self.discard = discard
        self.memoryByteCount = memoryByteCount
    }

    deinit { close() }

    /// Counts the storage's memory from now on, opened or not.
    package func setMemoryAside() {
        state.withLock { state in
            if state.storage == nil { setAside(memoryByteCount, &state) }
        }
    }

    private func setAside(_ byteCount: Int, _ state: inout State) {
        MemoryLedger.add(byteCount - state.asideByteCount, for: .storage)
        state.asideByteCount = byteCount
    }

    private var opened: (any StateStorage)? { state.withLock { $0.storage } }

    private func openOnce() throws(StateError) -> any StateStorage {
        let result = state.withLock { state -> Result<any StateStorage, StateError> in
            if let storage = state.storage { return .success(storage) }
            do throws(StateError) {
                let storage = try open()
                setAside(0, &state)
                state.storage = storage
                return .success(storage)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    package func manifest() throws(StateError) -> EpochManifest? { try opened?.manifest() }

    package func commit(
        _ changes: [RecordLog],
        dropping dropped: [StateRange],
        _ manifest: EpochManifest
    ) throws(StateError) {
        try openOnce().commit(changes, dropping: dropped, manifest)
    }

    package func forEachValue(
        of keys: borrowing EncodedRowArena,
        _ body: (_ index: Int, _ value: Span<UInt8>?) -> Void
    ) throws(StateError) {
        if let opened { return try opened.forEachValue(of: keys, body) }
        for index in 0..<keys.numberBound { body(index, nil) }
    }

    package func forEach(
        in range: StateRange,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        try opened?.forEach(in: range, body)
    }

    package func close() {
        let wasOpen = state.withLock { state in
            setAside(0, &state)
            state.storage?.close()
            defer { state.storage = nil }
            return state.storage != nil
        }
        if wasOpen { discard() }
    }
}
