import SluiceColumns

/// Rows of keys that were asked for, of a bounded number of keys; one shard's.
struct LookupCache {
    private struct Entry {
        var rows: [[Value]]
        let writtenNanos: Int64
        var readNanos: Int64
        /// Which writing of the key it is: an older place in the queue means nothing.
        let number: Int
    }

    private let options: DatabaseLookupOptions
    private var entries: [[Value]: Entry] = [:]
    /// Keys in the order in which they were written; the first `done` of them are gone.
    private var queue: [(key: [Value], number: Int)] = []
    private var done = 0
    private var writtenCount = 0

    /// Makes an empty cache.
    init(_ options: DatabaseLookupOptions) { self.options = options }

    /// Keys held.
    var count: Int { entries.count }

    /// The rows of a key; nil where they are not known any more.
    mutating func rows(of key: [Value], nowNanos: Int64) -> [[Value]]? {
        guard let entry = entries[key] else { return nil }
        if isOver(entry.writtenNanos, options.expiresAfterWriteMillis, nowNanos)
            || isOver(entry.readNanos, options.expiresAfterAccessMillis, nowNanos)
        {
            entries[key] = nil
            return nil
        }
        entries[key]?.readNanos = nowNanos
        return entry.rows
    }

    private func isOver(_ sinceNanos: Int64, _ millis: Int64?, _ nowNanos: Int64) -> Bool {
        guard let millis else { return false }
        return (nowNanos - sinceNanos) / 1_000_000 >= millis
    }

    /// Keeps the rows of a key.
    mutating func keep(_ rows: [[Value]], of key: [Value], nowNanos: Int64) {
        guard options.cacheKeyCountMax > 0, options.keepsMissing || !rows.isEmpty else { return }
        writtenCount += 1
        entries[key] = Entry(rows: rows, writtenNanos: nowNanos, readNanos: nowNanos, number: writtenCount)
        queue.append((key, writtenCount))
        while entries.count > options.cacheKeyCountMax, done < queue.count {
            let oldest = queue[done]
            done += 1
            if entries[oldest.key]?.number == oldest.number { entries[oldest.key] = nil }
        }
        // Keys that were written again or ran out leave places behind.
        if queue.count > 2 * options.cacheKeyCountMax + 1_024 {
            queue = queue[done...].filter { entries[$0.key]?.number == $0.number }
            done = 0
        }
    }
}
