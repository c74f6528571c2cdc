/// Memory that a storage may take: part of the bound of the process.
///
/// RocksDB keeps what it has read, with the parts of indexes and filters that it needs, in one cache. The cache takes a
/// block more where all it holds is in use, rather than fail a read: a lookup holds 256 blocks at most. What was
/// written and has no file yet lies in two memtables beside it; where both are full, writing waits. A fifth of the
/// share is for what RocksDB needs beside them, and for what the allocator wastes on blocks of many sizes.
package struct StorageMemory: Sendable, Hashable {
    /// For what is read.
    package var cacheByteCount: Int
    /// For what is written: the size of one memtable.
    package var memtableByteCount: Int

    /// All of it.
    package var byteCount: Int { (cacheByteCount + 2 * memtableByteCount) / 4 * 5 }

    private static let leastByteCount = 32 << 20

    /// What a process without a bound spends.
    package init() {
        cacheByteCount = 16 << 20
        memtableByteCount = 16 << 20
    }

    /// The share of a storage in a process that may hold `memoryBytesMax`: a quarter, at least 32 MB.
    package init(within memoryBytesMax: Int) {
        self.init()
        guard memoryBytesMax < .max else { return }
        let byteCount = max(memoryBytesMax / 4, Self.leastByteCount) / 5 * 4
        memtableByteCount = byteCount / 8
        cacheByteCount = byteCount - 2 * memtableByteCount
    }
}
