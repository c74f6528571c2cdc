import SluiceColumns
import SluiceConnect

/// Builds an index by hash: buckets of about eight rows, in the order of the hash, each row with 16 bits of its hash.
///
/// A bucket is a range of hashes of equal size, so that the first bits of a hash say in which one it is and entries can
/// be dealt to 256 parts on disk, each of which is placed in memory by itself.
final class HashIndexBuilder {
    private struct Entry: BitwiseCopyable {
        var hash: UInt64
        var unit: UInt32
    }

    /// Rows that a bucket has on average.
    private static let bucketFill = 8
    static let partitionCount = 256

    private var spill: SpillFile<Entry>
    private var count = 0

    /// Makes an empty index that spills into `directory`.
    init(in directory: String) throws(ConnectorError) {
        spill = try SpillFile(in: directory, partitions: Self.partitionCount, chunkCount: 1 << 10)
    }

    /// Adds the row at `unit`.
    func append(hash: UInt64, unit: UInt32) throws(ConnectorError) {
        try spill.append(Entry(hash: hash, unit: unit), to: Int(hash >> 56))
        count += 1
    }

    /// The bucket of a hash, of `bucketCount`.
    @inline(__always)
    static func bucket(_ hash: UInt64, _ bucketCount: Int) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(bucketCount)).high)
    }

    /// Writes the index into `file`.
    func finish(_ file: OpenFile, identity: UInt64) throws(ConnectorError) {
        guard count < Int(UInt32.max) else {
            throw ConnectorError(.user, "tooManyRows", "a dimension table holds at most 4,294,967,294 rows")
        }
        let perPartition = max(1, (count / Self.bucketFill + Self.partitionCount - 1) / Self.partitionCount)
        let bucketCount = perPartition * Self.partitionCount
        let startsOffset = DimensionHeader.byteCount
        let printsOffset = SectionWriter<UInt32>.end(startsOffset, count: bucketCount + 1)
        // Room for whole vectors to be read behind the last entry.
        let unitsOffset = SectionWriter<UInt16>.end(printsOffset, count: count + 32)
        var starts = SectionWriter<UInt32>(file, at: startsOffset)
        var prints = SectionWriter<UInt16>(file, at: printsOffset)
        var units = SectionWriter<UInt32>(file, at: unitsOffset)
        var placed = PlacedEntries(buckets: perPartition)
        var entries = GrowableLane<Entry>()
        var done: UInt32 = 0
        for partition in 0..<Self.partitionCount {
            try spill.load(partition, into: &entries)
            let firstBucket = partition * perPartition
            placed.place(entries.count) { index in
                let entry = entries[index]
                return (Self.bucket(entry.hash, bucketCount) - firstBucket, entry.hash, entry.unit)
            }
            for bucket in 0..<perPartition { try starts.append(done + placed.starts[bucket]) }
            for index in 0..<entries.count {
                try prints.append(placed.prints[index])
                try units.append(placed.units[index])
            }
            done += UInt32(entries.count)
        }
        try starts.append(done)
        var sections = [try starts.finish(), try prints.finish(), try units.finish()]
        for index in sections.indices { try sections[index].seal(file) }
        try DimensionHeader(
            .hashIndex,
            identity: identity,
            fields: [UInt64(count), UInt64(bucketCount)],
            sections: sections
        ).write(to: file)
    }
}

/// The entries of one part of the index by bucket, in each bucket in the order in which they came.
private struct PlacedEntries: ~Copyable {
    private let bucketCount: Int
    /// Where each bucket begins.
    var starts: GrowableLane<UInt32>
    var prints = GrowableLane<UInt16>()
    var units = GrowableLane<UInt32>()
    private var nexts: GrowableLane<UInt32>

    init(buckets: Int) {
        bucketCount = buckets
        starts = GrowableLane(repeating: 0, count: buckets + 1)
        nexts = GrowableLane(repeating: 0, count: buckets + 1)
    }

    /// Replaces what it holds with `count` entries.
    mutating func place(_ count: Int, _ entry: (Int) -> (bucket: Int, hash: UInt64, unit: UInt32)) {
        for bucket in 0...bucketCount { starts[bucket] = 0 }
        for index in 0..<count { starts[entry(index).bucket + 1] += 1 }
        for bucket in 0..<bucketCount { starts[bucket + 1] += starts[bucket] }
        for bucket in 0...bucketCount { nexts[bucket] = starts[bucket] }
        prints.truncate(to: 0)
        prints.appendZeros(count)
        units.truncate(to: 0)
        units.appendZeros(count)
        for index in 0..<count {
            let (bucket, hash, unit) = entry(index)
            let place = Int(nexts[bucket])
            nexts[bucket] += 1
            prints[place] = UInt16(truncatingIfNeeded: hash)
            units[place] = unit
        }
    }
}
