import SluiceColumns

extension StateStorage {
    /// Bytes that are written at a time.
    private var copyByteCount: Int { 4 << 20 }

    /// Copies all that another storage holds into this one, which is empty; the manifest says where it came from.
    ///
    /// In several steps: whoever is stopped half-way has to begin again with an empty storage.
    package func copy(_ source: any StateStorage, _ manifest: EpochManifest) throws(StateError) {
        var log = RecordLog()
        var failure: StateError?
        let all = StateRange(start: [0, 0, 0, 0, 0, 0, 0, 1], end: Array(repeating: 0xff, count: 8))
        try source.forEach(in: all) { key, value in
            log.put(prefix: key, key: Span(), value: value)
            guard log.byteCount >= copyByteCount else { return true }
            do throws(StateError) {
                try commit(&log, manifest)
            } catch {
                failure = error
            }
            return failure == nil
        }
        if let failure { throw failure }
        try commit(&log, manifest)
    }

    private func commit(_ log: inout RecordLog, _ manifest: EpochManifest) throws(StateError) {
        log.freeze()
        try commit([log], dropping: [], manifest)
        log = RecordLog()
    }
}
