import Glibc

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

    /// Notes that the key `prefix` + `key` has a value of `valueCount` bytes now; gives its place, to be written to.
    func put(prefix: Span<UInt8>, key: Span<UInt8>, valueCount: Int) -> Int {
        begin(prefix, key)
        valueCounts.append(UInt32(truncatingIfNeeded: valueCount))
        bytes.appendZeros(valueCount)
        return bytes.count - valueCount
    }

    /// Writes rows to the places of their groups, which move on.
    ///
    /// Each stands behind its length as four bytes, the lowest first.
    func scatter(
        _ rows: borrowing GrowableLane<UInt8>,
        lengths: Span<UInt32>,
        groups: Span<UInt8>,
        to places: inout [Int]
    ) {
        precondition(!isFrozen)
        let headByteCount = MemoryLayout<UInt32>.size
        let (sourceCount, targetCount) = (rows.count, bytes.count)
        let (source, target) = unsafe (rows.base, UnsafeMutableRawPointer(bytes.base))
        var from = 0
        for row in 0..<lengths.count {
            let length = Int(lengths[row])
            let place = places[Int(groups[row])]
            let next = place + headByteCount + length
            precondition(next <= targetCount)
            precondition(from + length <= sourceCount)
            // SAFETY: both ranges were checked just above, and neither lane changes meanwhile.
            unsafe (target + place).storeBytes(of: lengths[row].littleEndian, as: UInt32.self)
            unsafe memcpy(target + place + headByteCount, source + from, length)
            places[Int(groups[row])] = next
            from += length
        }
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

    /// Bytes that `forEachByKey` takes for each change.
    public static let sortedByteCount = MemoryLayout<Place>.stride * 3 / 2

    /// Hands out the last change of every key of several logs, in the order of the keys; a later log is a later change.
    ///
    /// A store that keeps its keys in order takes neighbours several times as fast as keys here and there.
    public static func forEachByKey<Failure: Error>(
        of logs: [RecordLog],
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>?) throws(Failure) -> Void
    ) throws(Failure) {
        var places: [Place] = []
        places.reserveCapacity(logs.reduce(0) { $0 + $1.count })
        for (index, log) in logs.enumerated() { log.addPlaces(to: &places, of: UInt32(truncatingIfNeeded: index)) }
        places.sort { comesBefore($0, $1, logs) }
        for (index, place) in places.enumerated() {
            if index + 1 < places.count, haveSameKey(place, places[index + 1], logs) { continue }
            try logs[Int(place.log)].handOut(Int(place.index), place.start, body)
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
        var index: UInt32
        var log: UInt32
    }

    private func addPlaces(to places: inout [Place], of log: UInt32) {
        var start = 0
        for index in 0..<keyCounts.count {
            let end = start + Int(keyCounts[index])
            places.append(
                Place(
                    first: word(start, end),
                    second: word(start + 8, end),
                    third: word(start + 16, end),
                    start: start,
                    index: UInt32(truncatingIfNeeded: index),
                    log: log
                )
            )
            start += byteCount(at: index)
        }
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

    private static func comesBefore(_ one: Place, _ other: Place, _ logs: [RecordLog]) -> Bool {
        if one.first != other.first { return one.first < other.first }
        if one.second != other.second { return one.second < other.second }
        if one.third != other.third { return one.third < other.third }
        let order = compare(one, other, logs)
        return order == 0 ? (one.log, one.index) < (other.log, other.index) : order < 0
    }

    private static func haveSameKey(_ one: Place, _ other: Place, _ logs: [RecordLog]) -> Bool {
        one.third == other.third && one.second == other.second && one.first == other.first
            && compare(one, other, logs) == 0
    }

    private static func compare(_ one: Place, _ other: Place, _ logs: [RecordLog]) -> Int {
        let (oneLog, otherLog) = (logs[Int(one.log)], logs[Int(other.log)])
        return SortKeys.compare(oneLog.key(one), otherLog.key(other))
    }

    @_lifetime(borrow self)
    private func key(_ place: Place) -> Span<UInt8> {
        part(place.start..<place.start + Int(keyCounts[Int(place.index)]))
    }

    @_lifetime(borrow self)
    private func part(_ range: Range<Int>) -> Span<UInt8> {
        precondition(range.upperBound <= bytes.count)
        // SAFETY: checked just above; the bytes do not change while self is borrowed.
        let start = unsafe UnsafePointer(bytes.base + range.lowerBound)
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: range.count), borrowing: self)
    }
}
