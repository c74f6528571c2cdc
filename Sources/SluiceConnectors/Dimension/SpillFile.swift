import Glibc
import SluiceColumns
import SluiceConnect

/// Values that wait on disk, in order, in a fixed number of partitions, of which one at a time fits into memory.
///
/// The file has no name from the beginning: nothing is left of it when the process ends, in whatever way.
struct SpillFile<Value: BitwiseCopyable>: ~Copyable {
    private let file: OpenFile
    private let partitionCount: Int
    private let chunkCount: Int
    /// Chunks that are not full yet, one for each partition.
    private var open: GrowableLane<Value>
    private var fills: [Int]
    /// Per partition the offsets of its full chunks.
    private var chunks: [[Int64]]
    private var end: Int64 = 0

    /// Makes a file in `directory`.
    ///
    /// - Parameters:
    ///   - partitions: how many there are.
    ///   - chunkCount: values that a partition keeps in memory before they are written.
    init(in directory: String, partitions: Int, chunkCount: Int) throws(ConnectorError) {
        file = try OpenFile.nameless(in: directory)
        partitionCount = partitions
        self.chunkCount = chunkCount
        open = GrowableLane(minimumCapacity: partitions * chunkCount)
        open.appendZeros(partitions * chunkCount)
        fills = Array(repeating: 0, count: partitions)
        chunks = Array(repeating: [], count: partitions)
    }

    /// Values in a partition.
    func count(_ partition: Int) -> Int { chunks[partition].count * chunkCount + fills[partition] }

    /// Adds a value to a partition.
    mutating func append(_ value: Value, to partition: Int) throws(ConnectorError) {
        let fill = fills[partition]
        open[partition * chunkCount + fill] = value
        guard fill + 1 == chunkCount else {
            fills[partition] = fill + 1
            return
        }
        let start = partition * chunkCount
        try file.write(open.bytes(start..<start + chunkCount), at: end)
        chunks[partition].append(end)
        end += Int64(chunkCount * MemoryLayout<Value>.stride)
        fills[partition] = 0
    }

    /// Puts the values of a partition, in the order in which they came, into `target` in place of what it held.
    mutating func load(_ partition: Int, into target: inout GrowableLane<Value>) throws(ConnectorError) {
        target.truncate(to: 0)
        let total = count(partition)
        target.appendZeros(total)
        let start = partition * chunkCount
        var place = 0
        for offset in chunks[partition] {
            var bytes = target.mutableBytes(place..<place + chunkCount)
            let wanted = bytes.byteCount
            guard try file.read(at: offset, into: &bytes) == wanted else {
                throw ConnectorError(.external, "inputOutput", "\(file.name): what was written cannot be read again")
            }
            place += chunkCount
        }
        for index in 0..<fills[partition] { target[place + index] = open[start + index] }
    }
}

extension OpenFile {
    /// A file without a name in `directory`, for reading and writing.
    static func nameless(in directory: String) throws(ConnectorError) -> OpenFile {
        let path = "\(directory)/.spill-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let file = try OpenFile.updating(path)
        unlink(path)
        return file
    }
}
