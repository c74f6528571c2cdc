import SluiceColumns

/// What a join gives for one batch, put together so that the halves of an update leave in one batch.
///
/// The next operator nets what comes in one batch: a join that pads rows then has nothing to pad in between.
struct JoinedChanges: ~Copyable {
    private var parts: [Batch] = []
    private var rowCount = 0

    /// Rows that are put together at most.
    private static let rowLimit = 16_384

    /// Takes a batch; passes on what is there where that is enough.
    mutating func add(_ batch: Batch, into output: borrowing Output) throws {
        parts.append(batch)
        rowCount += batch.rowCount
        if rowCount >= Self.rowLimit { try flush(into: output) }
    }

    /// Passes on what is there.
    mutating func flush(into output: borrowing Output) throws {
        if parts.isEmpty { return }
        let batch = Batch.concatenated(parts)
        parts.removeAll(keepingCapacity: true)
        rowCount = 0
        try output.emit(batch)
    }
}

/// Rows of one side that a batch takes the last match from, until it is known whether the batch gives them another one.
struct LostMatches {
    private var order: [UInt32] = []
    private var open: Set<UInt32> = []

    /// A row has no match any more.
    mutating func lose(_ row: UInt32) {
        order.append(row)
        open.insert(row)
    }

    /// A row has a match; whether it had one before the batch.
    mutating func regain(_ row: UInt32) -> Bool { !open.isEmpty && open.remove(row) != nil }

    /// The rows that were left without a match, in the order in which they lost it; nothing is held afterwards.
    mutating func finish() -> [UInt32] {
        defer {
            order.removeAll(keepingCapacity: true)
            open.removeAll(keepingCapacity: true)
        }
        return open.count == order.count ? order : order.filter(open.contains)
    }
}
