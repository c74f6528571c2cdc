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
            let keyEnd = start + Int(keyCounts[index])
            let key = part(start..<keyEnd)
            if valueCounts[index] == Self.removal {
                start = keyEnd
                try body(key, nil)
            } else {
                start = keyEnd + Int(valueCounts[index])
                try body(key, part(keyEnd..<start))
            }
        }
    }

    /// Hands out every change by ascending key, those of the same key in order.
    public func forEachSorted(_ body: (_ key: Span<UInt8>, _ value: Span<UInt8>?) -> Void) {
        var starts: [Int] = []
        starts.reserveCapacity(count)
        var next = 0
        for index in 0..<count {
            starts.append(next)
            next += Int(keyCounts[index]) + (valueCounts[index] == Self.removal ? 0 : Int(valueCounts[index]))
        }
        let order = (0..<UInt32(truncatingIfNeeded: count)).sorted { one, other in
            let difference = SortKeys.compare(key(Int(one), starts), key(Int(other), starts))
            return difference == 0 ? one < other : difference < 0
        }
        for number in order {
            let index = Int(number)
            let keyEnd = starts[index] + Int(keyCounts[index])
            if valueCounts[index] == Self.removal {
                body(key(index, starts), nil)
            } else {
                body(key(index, starts), part(keyEnd..<keyEnd + Int(valueCounts[index])))
            }
        }
    }

    @_lifetime(borrow self)
    private func key(_ index: Int, _ starts: [Int]) -> Span<UInt8> {
        part(starts[index]..<starts[index] + Int(keyCounts[index]))
    }

    @_lifetime(borrow self)
    private func part(_ range: Range<Int>) -> Span<UInt8> {
        precondition(range.upperBound <= bytes.count)
        // SAFETY: checked just above; the bytes do not change while self is borrowed.
        let start = unsafe UnsafePointer(bytes.base + range.lowerBound)
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: range.count), borrowing: self)
    }
}
