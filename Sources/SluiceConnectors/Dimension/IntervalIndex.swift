import SluiceColumns
import SluiceConnect

/// An index of ranges in a mapped file: which rows have a value in their range.
struct IntervalIndex<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
    private let file: MappedFile
    private let count: Int
    private let isGrouped: Bool
    private let directoryCount: Int
    private let place: IntervalPlace<Key>
    /// Offsets of directory, groups, lows, highs, ups and units.
    private let offsets: [Int]

    private static var group: Int { 256 }

    /// Takes the index that `header` describes from `firstField` and `firstSection` on.
    ///
    /// - Throws: `damagedDimension` where something in it cannot be.
    init(
        _ opened: OpenFile,
        _ file: MappedFile,
        _ header: DimensionHeader,
        firstField: Int = 0,
        firstSection: Int = 0
    ) throws(ConnectorError) {
        let fields = header.fields[firstField...]
        let sections = Array(header.sections[firstSection..<firstSection + 6])
        guard fields[firstField] < UInt32.max, fields[firstField + 1] <= 26, fields[firstField + 2] <= 1,
            fields[firstField + 3] <= 128
        else { throw DimensionHeader.damage(opened, "its fields make no sense") }
        count = Int(fields[firstField])
        let bits = Int(fields[firstField + 1])
        isGrouped = fields[firstField + 2] == 1
        directoryCount = 1 << bits + 1
        let stride = MemoryLayout<Key>.stride
        let expected = [
            4 * directoryCount, isGrouped ? 4 * count : 0, stride * count, stride * count, 4 * count, 4 * count,
        ]
        guard sections.map(\.byteCount) == expected, sections.allSatisfy({ $0.offset % 64 == 0 }) else {
            throw DimensionHeader.damage(opened, "the sizes of its sections do not fit")
        }
        for section in sections { try section.check(opened) }
        self.file = file
        offsets = sections.map(\.offset)
        let least = count == 0 || isGrouped ? 0 : file.span(of: Key.self, at: offsets[2], count: 1)[0]
        place = IntervalPlace(isGrouped: isGrouped, least: least, shift: Int(fields[firstField + 3]), bits: bits)
    }

    /// Adds the rows whose ranges have the values in them, asker by asker.
    ///
    /// - Parameters:
    ///   - groups: per value 32 bits of the hash of the keys; empty without keys.
    ///   - owners: per value who asks, ascending.
    func find(_ values: Span<Key>, groups: Span<UInt32>, owners: Span<Int32>, into found: inout Candidates) {
        guard count > 0 else { return }
        let directory = file.span(of: UInt32.self, at: offsets[0], count: directoryCount)
        let storedGroups = file.span(of: UInt32.self, at: offsets[1], count: isGrouped ? count : 0)
        let lows = file.span(of: Key.self, at: offsets[2], count: count)
        let highs = file.span(of: Key.self, at: offsets[3], count: count)
        let ups = file.span(of: UInt32.self, at: offsets[4], count: count)
        let units = file.span(of: UInt32.self, at: offsets[5], count: count)
        var lasts = GrowableLane<Int>(repeating: 0, count: Self.group)
        var first = 0
        while first < values.count {
            let end = min(first + Self.group, values.count)
            for index in first..<end {
                directory.prefetch(place.slot(groups.count > 0 ? groups[index] : 0, values[index]))
            }
            for index in first..<end {
                let start = Int(directory[place.slot(groups.count > 0 ? groups[index] : 0, values[index])])
                lows.prefetch(start)
                if isGrouped { storedGroups.prefetch(start) }
            }
            for index in first..<end {
                let group = groups.count > 0 ? groups[index] : 0
                let slot = place.slot(group, values[index])
                let range = Int(directory[slot])..<max(Int(directory[slot]), min(Int(directory[slot + 1]), count))
                let last = Self.last(group, values[index], lows, storedGroups, range)
                lasts[index - first] = last
                highs.prefetch(max(0, last))
                ups.prefetch(max(0, last))
            }
            for index in first..<end {
                let group = groups.count > 0 ? groups[index] : 0
                var place = lasts[index - first]
                while place >= 0, !isGrouped || storedGroups[place] == group {
                    if highs[place] >= values[index] {
                        let rank = Self.rank(lows[place], highs[place])
                        found.append(asker: owners[index], unit: units[place], rank: rank)
                        place -= 1
                    } else {
                        // Links lead back, whatever a file says.
                        place = min(place, Int(ups[place])) - 1
                    }
                }
            }
            first = end
        }
    }

    /// The last range that begins at or before `value` in its group, where `range` holds those of its slot.
    ///
    /// - Returns: one before the slot where none of it does, which may be -1 or belong to another group.
    @inline(__always)
    private static func last(
        _ group: UInt32,
        _ value: Key,
        _ lows: Span<Key>,
        _ groups: Span<UInt32>,
        _ range: Range<Int>
    ) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        let isGrouped = groups.count > 0
        while low < high {
            let middle = (low + high) >> 1
            let isAfter =
                isGrouped && groups[middle] != group ? groups[middle] > group : lows[middle] > value
            if isAfter { high = middle } else { low = middle + 1 }
        }
        return low - 1
    }

    /// How specific a range is: narrower is more.
    @inline(__always)
    private static func rank(_ low: Key, _ high: Key) -> UInt64 {
        let width = high &- low
        // Exact for all networks, and for ranges of less than 2^63 values.
        if width <= Key(clamping: UInt64.max >> 1) { return UInt64.max - UInt64(truncatingIfNeeded: width) }
        return UInt64(truncatingIfNeeded: width.leadingZeroBitCount)
    }
}
