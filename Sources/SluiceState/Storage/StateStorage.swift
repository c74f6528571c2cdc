import SluiceColumns

/// Where the state of one job lies between two runs.
///
/// Keys are bytes (`StateAddress`), ordered as bytes. What is committed together is there together or not at all, also
/// after a power cut. Nobody above this protocol knows which storage it has. Safe from any thread: one commits at a
/// time, and others may read meanwhile.
package protocol StateStorage: AnyObject, Sendable {
    /// What the last commit said about itself; nil where nothing was ever committed.
    func manifest() throws(StateError) -> EpochManifest?
    /// Writes all changes and the manifest as one step, and returns when they are durable.
    ///
    /// - Throws: `fenced` where another owner, with a greater fence, has committed since.
    func commit(_ changes: [RecordLog], dropping dropped: [StateRange], _ manifest: EpochManifest) throws(StateError)
    /// Hands out the value of each key by its number, nil where there is none; in any order.
    ///
    /// What is being committed meanwhile may be seen or not, key by key.
    func forEachValue(
        of keys: borrowing EncodedRowArena,
        _ body: (_ index: Int, _ value: Span<UInt8>?) -> Void
    ) throws(StateError)
    /// Hands out all records of a range in ascending order, until `body` gives false.
    func forEach(
        in range: StateRange,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError)
    /// Hands out the records of several ranges, those of each in ascending order, until `body` gives false.
    func forEach(
        inEach ranges: [StateRange],
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError)
    /// Releases files and connections.
    func close()
}

extension StateStorage {
    package func forEach(
        inEach ranges: [StateRange],
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        var goesOn = true
        for range in ranges where goesOn {
            try forEach(in: range) { key, value in
                goesOn = body(key, value)
                return goesOn
            }
        }
    }
}

/// The keys from `start` on below `end`, in byte order.
package struct StateRange: Sendable, Hashable {
    /// The first key.
    package var start: [UInt8]
    /// The first key beyond.
    package var end: [UInt8]
    /// Makes a range.
    package init(start: [UInt8], end: [UInt8]) {
        self.start = start
        self.end = end
    }

    /// The keys that begin with `prefix`, whose bytes are not all 255.
    package init(startingWith prefix: [UInt8]) {
        start = prefix
        end = prefix
        while end.last == .max { end.removeLast() }
        precondition(!end.isEmpty)
        end[end.count - 1] += 1
    }

    /// Whether a key, which is not below the start, lies beyond the range.
    func ends(before key: Span<UInt8>) -> Bool { SortKeys.compare(key, end.span) >= 0 }

    /// Whether a key lies in the range.
    func contains(_ key: [UInt8]) -> Bool {
        !key.lexicographicallyPrecedes(start) && key.lexicographicallyPrecedes(end)
    }
}
