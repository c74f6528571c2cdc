import Glibc

// SAFETY: one thread fills it and hands it over to the one that reads it.
/// Encoded rows with their key groups, in the order in which they came, to be joined by key group.
///
/// A joined row is its length as four bytes, the lowest first, and its bytes.
public final class RowPacks: @unchecked Sendable {
    private var bytes = GrowableLane<UInt8>()
    private var lengths = GrowableLane<UInt32>()
    private var groups = GrowableLane<UInt8>()

    private static let headByteCount = 4

    /// Makes an empty list.
    public init() {}

    /// Rows in it.
    public var rowCount: Int { lengths.count }

    /// Bytes held.
    public var byteCount: Int { bytes.byteCount + lengths.byteCount + groups.byteCount }

    /// Adds rows with the hashes of their keys.
    public func append(_ rows: EncodedRowSpan, hashes: Span<UInt64>) {
        bytes.append(contentsOf: rows.joined)
        for row in 0..<rows.count {
            lengths.append(UInt32(truncatingIfNeeded: rows[row].count))
            groups.append(UInt8(truncatingIfNeeded: RowHash.keyGroup(of: hashes[row])))
        }
    }

    /// Hands out the joined rows of each key group that has some.
    public func forEachKeyGroup(_ body: (_ keyGroup: Int, _ joined: Span<UInt8>) -> Void) {
        var ends = [Int](repeating: 0, count: RowHash.keyGroupCount)
        for row in 0..<rowCount { ends[Int(groups[row])] += Self.headByteCount + Int(lengths[row]) }
        var starts = ends
        var total = 0
        for group in ends.indices {
            starts[group] = total
            total += ends[group]
            ends[group] = total
        }
        var joined = MutableLane<UInt8>(count: total)
        do {
            var target = joined.span
            var places = starts
            var from = 0
            for row in 0..<rowCount {
                let length = Int(lengths[row])
                let place = places[Int(groups[row])]
                let next = place + Self.headByteCount + length
                precondition(next <= total)
                precondition(from + length <= bytes.count)
                // SAFETY: both ranges were checked just above.
                unsafe target.withUnsafeMutableBufferPointer { target in
                    guard let start = target.baseAddress else { return }
                    unsafe UnsafeMutableRawPointer(start + place).storeBytes(
                        of: lengths[row].littleEndian,
                        as: UInt32.self
                    )
                    unsafe memcpy(start + place + Self.headByteCount, bytes.base + from, length)
                }
                places[Int(groups[row])] = next
                from += length
            }
        }
        let all = joined.readOnly
        for group in ends.indices where starts[group] < ends[group] {
            body(group, all.extracting(starts[group]..<ends[group]))
        }
    }

    /// Hands out joined rows one by one.
    ///
    /// - Returns: whether the bytes end with a row.
    public static func forEachRow(of joined: Span<UInt8>, _ body: (Span<UInt8>) -> Void) -> Bool {
        var start = 0
        while start + headByteCount <= joined.count {
            var length = 0
            for place in 0..<headByteCount { length |= Int(joined[start + place]) << (8 * place) }
            let end = start + headByteCount + length
            guard end <= joined.count else { return false }
            body(joined.extracting(start + headByteCount..<end))
            start = end
        }
        return start == joined.count
    }
}
