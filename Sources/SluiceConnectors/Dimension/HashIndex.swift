import SluiceColumns
import SluiceConnect

// SAFETY: nothing in it changes after `init`, and the file is never written.
/// An index by hash in a mapped file: which rows may have a given hash.
///
/// About three of 10,000 rows that are given for a hash that is not there are there by chance: 16 bits of the hash are
/// compared, with about eight rows. An entry costs 6.5 bytes, of which a miss reads 2.5.
final class HashIndex: Sendable {
    private let file: MappedFile
    private let count: Int
    private let bucketCount: Int
    private let startsOffset: Int
    private let printsOffset: Int
    private let unitsOffset: Int

    /// Rows asked for between two waits for memory.
    private static let group = 256

    /// Opens an index file.
    ///
    /// - Throws: `damagedDimension` where something in it cannot be.
    init(_ opened: OpenFile, identity: UInt64) throws(ConnectorError) {
        let header = try DimensionHeader(opened, .hashIndex, identity: identity)
        count = Int(truncatingIfNeeded: header.fields[0])
        bucketCount = Int(truncatingIfNeeded: header.fields[1])
        let byteCounts = header.sections[0..<3].map(\.byteCount)
        guard count >= 0, count < Int(UInt32.max), bucketCount > 0, bucketCount < Int(UInt32.max),
            byteCounts == [4 * (bucketCount + 1), 2 * count, 4 * count]
        else { throw DimensionHeader.damage(opened, "the sizes of its sections do not fit") }
        for section in header.sections[0..<3] { try section.check(opened) }
        startsOffset = header.sections[0].offset
        printsOffset = header.sections[1].offset
        unitsOffset = header.sections[2].offset
        let file = try opened.mapped(byteCount: Int(try opened.byteCount()))
        self.file = file
        let starts = file.span(of: UInt32.self, at: startsOffset, count: bucketCount + 1)
        guard Int(starts[bucketCount]) == count else { throw DimensionHeader.damage(opened, "its buckets do not fit") }
    }

    /// Adds the rows that may have the given hashes, asker by asker, each in the order of the table.
    ///
    /// - Parameters:
    ///   - hashes: what is asked for.
    ///   - owners: per hash who asks, ascending; empty where each row asks for one hash.
    ///   - ranks: per hash how specific what is found by it is; empty where that does not matter.
    func find(
        _ hashes: Span<UInt64>,
        owners: Span<Int32>,
        ranks: Span<UInt64>,
        into found: inout Candidates
    ) {
        guard count > 0 else { return }
        let file = self.file
        let starts = file.span(of: UInt32.self, at: startsOffset, count: bucketCount + 1)
        let prints = file.span(of: UInt16.self, at: printsOffset, count: count)
        let units = file.span(of: UInt32.self, at: unitsOffset, count: count)
        var first = 0
        while first < hashes.count {
            let end = min(first + Self.group, hashes.count)
            for index in first..<end { starts.prefetch(HashIndexBuilder.bucket(hashes[index], bucketCount)) }
            for index in first..<end {
                prints.prefetch(Int(starts[HashIndexBuilder.bucket(hashes[index], bucketCount)]))
            }
            for index in first..<end {
                let hash = hashes[index]
                let bucket = HashIndexBuilder.bucket(hash, bucketCount)
                let print = UInt16(truncatingIfNeeded: hash)
                var place = Int(starts[bucket])
                let bucketEnd = min(Int(starts[bucket + 1]), count)
                while place < bucketEnd {
                    if prints[place] == print {
                        found.append(
                            asker: owners.count > 0 ? owners[index] : Int32(truncatingIfNeeded: index),
                            unit: units[place],
                            rank: ranks.count > 0 ? ranks[index] : 0
                        )
                    }
                    place += 1
                }
            }
            first = end
        }
    }
}
