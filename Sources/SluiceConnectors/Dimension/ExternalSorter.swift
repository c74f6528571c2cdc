import SluiceColumns
import SluiceConnect

/// Sorts more values than fit into memory: sorted runs on disk, which are merged.
struct ExternalSorter<Value: BitwiseCopyable & Comparable>: ~Copyable {
    private let directory: String
    private let runCount: Int
    private var run: [Value] = []
    private var spilled: OpenFile?
    /// Where each run on disk begins and ends, in values.
    private var runs: [Range<Int>] = []
    /// Values added so far.
    private(set) var count = 0

    /// Makes an empty sorter that keeps at most `runCount` values in memory.
    init(in directory: String, runCount: Int) {
        self.directory = directory
        self.runCount = max(1, runCount)
    }

    /// Adds a value.
    mutating func append(_ value: Value) throws(ConnectorError) {
        run.append(value)
        count += 1
        if run.count == runCount { try spill() }
    }

    private mutating func spill() throws(ConnectorError) {
        run.sort()
        let file: OpenFile
        if let spilled { file = spilled } else { file = try OpenFile.nameless(in: directory) }
        spilled = file
        let start = runs.last?.upperBound ?? 0
        try file.write(run.span.bytes, at: Int64(start * MemoryLayout<Value>.stride))
        runs.append(start..<start + run.count)
        run.removeAll(keepingCapacity: true)
    }

    /// Hands out all values in ascending order; they may be handed out once.
    mutating func forEach(_ body: (Value) throws(ConnectorError) -> Void) throws(ConnectorError) {
        guard let file = spilled else {
            run.sort()
            for value in run { try body(value) }
            return
        }
        if !run.isEmpty { try spill() }
        run = []
        var heads: [MergeHead<Value>] = []
        for range in runs { heads.append(try MergeHead(file, range)) }
        // A heap of heads by their next value: the children of place p are 2p + 1 and 2p + 2.
        for place in (0..<heads.count / 2).reversed() { MergeHead.sink(&heads, place) }
        while !heads.isEmpty {
            try body(heads[0].value)
            if try !heads[0].advance() {
                heads.swapAt(0, heads.count - 1)
                heads.removeLast()
            }
            MergeHead.sink(&heads, 0)
        }
    }
}

/// The next value of a sorted run, with the block that it stands in.
private struct MergeHead<Value: BitwiseCopyable & Comparable> {
    private let file: OpenFile
    private var rest: Range<Int>
    private var block: [Value] = []
    private var place = 0

    private static var blockCount: Int { max(1, (1 << 16) / MemoryLayout<Value>.stride) }

    /// Reads the first block of a run, which is not empty.
    init(_ file: OpenFile, _ range: Range<Int>) throws(ConnectorError) {
        self.file = file
        rest = range
        _ = try advance()
    }

    var value: Value { block[place] }

    /// Moves to the next value; false behind the last one.
    mutating func advance() throws(ConnectorError) -> Bool {
        place += 1
        if place < block.count { return true }
        guard !rest.isEmpty else { return false }
        let count = min(Self.blockCount, rest.count)
        let stride = MemoryLayout<Value>.stride
        block = try file.values(at: Int64(rest.lowerBound * stride), count: count)
        rest = rest.lowerBound + count..<rest.upperBound
        place = 0
        return true
    }

    /// Moves the head at `place` down to where it belongs.
    static func sink(_ heads: inout [MergeHead], _ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heads.count && heads[child].value < heads[least].value { least = child }
            if least == place { return }
            heads.swapAt(place, least)
            place = least
        }
    }
}

extension OpenFile {
    /// `count` values from byte `offset` on, which were written there before.
    fileprivate func values<Value: BitwiseCopyable>(at offset: Int64, count: Int) throws(ConnectorError) -> [Value] {
        var lane = GrowableLane<Value>(minimumCapacity: count)
        lane.appendZeros(count)
        var target = lane.mutableBytes(0..<count)
        let wanted = target.byteCount
        guard try read(at: offset, into: &target) == wanted else {
            throw ConnectorError(.external, "inputOutput", "\(name): what was written cannot be read again")
        }
        return (0..<count).map { lane[$0] }
    }
}
