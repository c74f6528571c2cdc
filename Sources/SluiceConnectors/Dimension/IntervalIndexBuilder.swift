import SluiceColumns
import SluiceConnect

/// A range of values with the row that it belongs to.
struct Interval<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: BitwiseCopyable, Comparable {
    /// 32 bits of the hash of the keys that are equated besides; 0 without such keys.
    var group: UInt32
    /// Where the row stands.
    var unit: UInt32
    /// The least value.
    var low: Key
    /// The greatest value, not below `low`.
    var high: Key

    static func < (lhs: Interval, rhs: Interval) -> Bool {
        if lhs.group != rhs.group { return lhs.group < rhs.group }
        if lhs.low != rhs.low { return lhs.low < rhs.low }
        // What encloses comes before what is enclosed.
        if lhs.high != rhs.high { return lhs.high > rhs.high }
        return lhs.unit < rhs.unit
    }
}

/// Builds an index of ranges: which of them have a value in them.
///
/// Ranges are sorted by group and low end. Each knows the nearest one before it that reaches farther, so that all
/// ranges around a value are found from the last one that begins at or before it, over those that end too early. A
/// directory by the first bits of group or low end says where to look for that last one. Networks are nested or
/// apart, so that no more ranges are passed over than are nested; for others there is no such bound.
final class IntervalIndexBuilder<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable> {
    private var sorter: ExternalSorter<Interval<Key>>
    private let isGrouped: Bool
    private var least = Key.max
    private var greatest = Key.min

    /// Sections and fields of such an index.
    static var sectionCount: Int { 6 }
    static var fieldCount: Int { 4 }
    private static var directoryBitsMax: Int { 26 }

    /// Makes an empty index that spills into `directory`.
    init(in directory: String, isGrouped: Bool) {
        sorter = ExternalSorter(in: directory, runCount: (48 << 20) / MemoryLayout<Interval<Key>>.stride)
        self.isGrouped = isGrouped
    }

    /// Adds a range.
    func append(_ interval: Interval<Key>) throws(ConnectorError) {
        try sorter.append(interval)
        least = min(least, interval.low)
        greatest = max(greatest, interval.low)
    }

    /// Writes the index from byte `offset` on.
    ///
    /// - Returns: its fields and sections, checksums included, and where the next section may begin.
    func finish(
        _ file: OpenFile,
        at offset: Int
    ) throws(ConnectorError) -> (fields: [UInt64], sections: [DimensionHeader.Section], end: Int) {
        let count = sorter.count
        guard count < Int(UInt32.max) else {
            throw ConnectorError(.user, "tooManyRows", "a dimension table holds at most 4,294,967,294 rows")
        }
        let directoryBits = min(Self.directoryBitsMax, max(0, Int.bitWidth - (count / 4).leadingZeroBitCount))
        let place = IntervalPlace<Key>(isGrouped: isGrouped, least: least, greatest: greatest, bits: directoryBits)
        let groupsOffset = SectionWriter<UInt32>.end(offset, count: 1 << directoryBits + 1)
        let lowsOffset = SectionWriter<UInt32>.end(groupsOffset, count: isGrouped ? count : 0)
        let highsOffset = SectionWriter<Key>.end(lowsOffset, count: count)
        let upsOffset = SectionWriter<Key>.end(highsOffset, count: count)
        let unitsOffset = SectionWriter<UInt32>.end(upsOffset, count: count)
        var directory = SectionWriter<UInt32>(file, at: offset)
        var groups = SectionWriter<UInt32>(file, at: groupsOffset)
        var lows = SectionWriter<Key>(file, at: lowsOffset)
        var highs = SectionWriter<Key>(file, at: highsOffset)
        var ups = SectionWriter<UInt32>(file, at: upsOffset)
        var units = SectionWriter<UInt32>(file, at: unitsOffset)
        var open = OpenIntervals<Key>()
        var index: UInt32 = 0
        let isGrouped = self.isGrouped
        try sorter.forEach { (interval) throws(ConnectorError) in
            let slot = place.slot(interval.group, interval.low)
            while directory.count <= slot { try directory.append(index) }
            if isGrouped { try groups.append(interval.group) }
            try lows.append(interval.low)
            try highs.append(interval.high)
            try ups.append(open.enter(interval.group, interval.high, index))
            try units.append(interval.unit)
            index += 1
        }
        while directory.count <= 1 << directoryBits { try directory.append(index) }
        var sections = [
            try directory.finish(), try groups.finish(), try lows.finish(), try highs.finish(), try ups.finish(),
            try units.finish(),
        ]
        for index in sections.indices { try sections[index].seal(file) }
        let fields = [UInt64(count), UInt64(directoryBits), UInt64(isGrouped ? 1 : 0), UInt64(place.shift)]
        return (fields, sections, SectionWriter<UInt32>.end(unitsOffset, count: count))
    }
}

/// Where the directory looks for a range.
struct IntervalPlace<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
    private let isGrouped: Bool
    private let least: Key
    private let lastSlot: Int
    /// Bits of a group, or of the distance from the least low end, that a slot covers.
    let shift: Int

    /// The directory for low ends of `least...greatest`.
    init(isGrouped: Bool, least: Key, greatest: Key, bits: Int) {
        let width = greatest >= least ? Key.bitWidth - (greatest - least).leadingZeroBitCount : 0
        self.init(isGrouped: isGrouped, least: least, shift: isGrouped ? 32 - bits : max(0, width - bits), bits: bits)
    }

    /// The directory of an index that was written.
    init(isGrouped: Bool, least: Key, shift: Int, bits: Int) {
        self.isGrouped = isGrouped
        self.least = least
        self.shift = shift
        lastSlot = 1 << bits - 1
    }

    /// The slot of a range that begins at `low`, or of a value: clamped to those there are.
    @inline(__always)
    func slot(_ group: UInt32, _ low: Key) -> Int {
        if isGrouped { return min(lastSlot, Int(truncatingIfNeeded: group >> UInt32(truncatingIfNeeded: shift))) }
        if low <= least { return 0 }
        let distance = (low - least) >> shift
        return distance >= Key(lastSlot) ? lastSlot : Int(truncatingIfNeeded: distance)
    }
}

/// Ranges of the current group each of which reaches farther than those after it.
private struct OpenIntervals<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    private var group: UInt32 = 0
    private var stack: [(high: Key, index: UInt32)] = []

    /// Takes the next range.
    ///
    /// - Returns: one more than the index of the nearest range before it that reaches farther, 0 for none.
    mutating func enter(_ newGroup: UInt32, _ high: Key, _ index: UInt32) -> UInt32 {
        if newGroup != group {
            group = newGroup
            stack.removeAll(keepingCapacity: true)
        }
        while let last = stack.last, last.high <= high { stack.removeLast() }
        defer { stack.append((high, index)) }
        return stack.last.map { $0.index + 1 } ?? 0
    }
}
