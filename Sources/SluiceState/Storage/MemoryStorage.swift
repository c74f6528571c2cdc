import SluiceColumns
import Synchronization

/// State in memory: outlives a job, not the process.
///
/// For tests, and for restoring within one process. Every range is searched in full, so it is for small states.
package final class MemoryStorage: StateStorage {
    private let records = Mutex<[[UInt8]: [UInt8]]>([:])

    /// Makes an empty storage.
    package init() {}

    package func manifest() throws(StateError) -> EpochManifest? {
        guard let bytes = records.withLock({ $0[StateAddress.manifestKey] }) else { return nil }
        return try EpochManifest(bytes)
    }

    package func commit(
        _ changes: [RecordLog],
        dropping dropped: [StateRange],
        _ manifest: EpochManifest
    ) throws(StateError) {
        try manifest.checkFence(after: try self.manifest())
        records.withLock { records in
            for range in dropped { for key in records.keys where range.contains(key) { records[key] = nil } }
            for log in changes { log.forEach { key, value in records[key.bytes] = value?.bytes } }
            records[StateAddress.manifestKey] = manifest.bytes
        }
    }

    package func forEachValue(
        of keys: borrowing EncodedRowArena,
        _ body: (_ index: Int, _ value: Span<UInt8>?) -> Void
    ) throws(StateError) {
        for index in 0..<keys.numberBound {
            let key: [UInt8] = keys[UInt32(truncatingIfNeeded: index)].bytes
            let value = records.withLock { $0[key] }
            body(index, value?.span)
        }
    }

    package func forEach(
        in range: StateRange,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        let found = records.withLock { $0.filter { range.contains($0.key) } }
        for (key, value) in found.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            if !body(key.span, value.span) { return }
        }
    }

    package func close() {}
}

extension Span<UInt8> {
    /// A copy.
    package var bytes: [UInt8] { indices.map { self[$0] } }
}
