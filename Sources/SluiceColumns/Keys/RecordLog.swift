// SAFETY: one thread writes it; from `freeze` on nobody does, and only then is it handed to another thread.
/// Changes of a key-value store in the order in which they were made: what a shard hands over at a barrier.
public final class RecordLog: @unchecked Sendable {
    private var bytes = GrowableLane<UInt8>(minimumCapacity: 1 << 10)
    private var keyCounts = GrowableLane<UInt32>()
    /// `removal` where the key goes.
    private var valueCounts = GrowableLane<UInt32>()
    private var isFrozen = false

    private static let removal = UInt32.max

    /// Makes an empty log.
    public init() {}

    /// Changes in it.
    public var count: Int { keyCounts.count }

    /// Bytes of keys and values.
    public var byteCount: Int { bytes.count }

    /// Ends the writing; a frozen log may be read by any thread.
    public func freeze() { isFrozen = true }

    /// Notes that the key `prefix` + `key` has the value now.
    public func put(prefix: Span<UInt8>, key: Span<UInt8>, value: Span<UInt8>) {
        begin(prefix, key)
        valueCounts.append(UInt32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
    }

    /// Notes that the key `prefix` + `key` is no more.
    public func remove(prefix: Span<UInt8>, key: Span<UInt8>) {
        begin(prefix, key)
        valueCounts.append(Self.removal)
    }

    private func begin(_ prefix: Span<UInt8>, _ key: Span<UInt8>) {
        precondition(!isFrozen)
        keyCounts.append(UInt32(truncatingIfNeeded: prefix.count + key.count))
        bytes.append(contentsOf: prefix)
        bytes.append(contentsOf: key)
    }

    /// Hands out every change in order; the value is nil where the key goes.
    public func forEach<Failure: Error>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>?) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        for index in 0..<keyCounts.count {
            try handOut(index, start, body)
            start += byteCount(at: index)
        }
    }

    /// Hands out every change, those of a great part of the log by key; what was made of one key comes in order.
    ///
    /// A store that keeps its keys in order takes neighbours several times as fast as keys here and there.
    public func forEachByKey<Failure: Error>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>?) throws(Failure) -> Void
    ) throws(Failure) {
        var places: [Place] = []
        places.reserveCapacity(min(count, Self.sortedCountMax))
        var start = 0
        for index in 0..<keyCounts.count {
            places.append(place(index, start))
            start += byteCount(at: index)
            guard places.count == Self.sortedCountMax || index == keyCounts.count - 1 else { continue }
            places.sort { comesBefore($0, $1) }
            for place in places { try handOut(place.index, place.start, body) }
            places.removeAll(keepingCapacity: true)
        }
    }

    /// Bytes of a change, of its key and its value.
    private func byteCount(at index: Int) -> Int {
        Int(keyCounts[index]) + (valueCounts[index] == Self.removal ? 0 : Int(valueCounts[index]))
    }

    private func handOut<Failure: Error>(
        _ index: Int,
        _ start: Int,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>?) throws(Failure) -> Void
    ) throws(Failure) {
        let keyEnd = start + Int(keyCounts[index])
        let key = part(start..<keyEnd)
        if valueCounts[index] == Self.removal {
            try body(key, nil)
        } else {
            try body(key, part(keyEnd..<start + byteCount(at: index)))
        }
    }

    /// Where a change lies, with the first bytes of its key as numbers, by which most keys differ.
    private struct Place {
        var first: UInt64
        var second: UInt64
        var third: UInt64
        var start: Int
        var index: Int
    }

    /// Changes that are sorted at once: 20 MB of places.
    private static let sortedCountMax = 1 << 19

    private func place(_ index: Int, _ start: Int) -> Place {
        let end = start + Int(keyCounts[index])
        return Place(
            first: word(start, end),
            second: word(start + 8, end),
            third: word(start + 16, end),
            start: start,
            index: index
        )
    }

    /// Eight bytes as a number that is ordered as they are; zeros stand for those from `end` on.
    private func word(_ start: Int, _ end: Int) -> UInt64 {
        if start + 8 <= end {
            // SAFETY: all eight lie within the log.
            return unsafe UInt64(bigEndian: UnsafeRawPointer(bytes.base + start).loadUnaligned(as: UInt64.self))
        }
        var word: UInt64 = 0
        for offset in 0..<8 { word = word << 8 | (start + offset < end ? UInt64(bytes[start + offset]) : 0) }
        return word
    }

    private func comesBefore(_ one: Place, _ other: Place) -> Bool {
        if one.first != other.first { return one.first < other.first }
        if one.second != other.second { return one.second < other.second }
        if one.third != other.third { return one.third < other.third }
        let order = SortKeys.compare(
            part(one.start..<one.start + Int(keyCounts[one.index])),
            part(other.start..<other.start + Int(keyCounts[other.index]))
        )
        return order == 0 ? one.index < other.index : order < 0
    }

    @_lifetime(borrow self)
    private func part(_ range: Range<Int>) -> Span<UInt8> {
        precondition(range.upperBound <= bytes.count)
        // SAFETY: checked just above; the bytes do not change while self is borrowed.
        let start = unsafe UnsafePointer(bytes.base + range.lowerBound)
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: range.count), borrowing: self)
    }
}
