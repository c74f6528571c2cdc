// SAFETY: one thread fills it and hands it over to the one that reads it.
/// Encoded rows with their key groups, in the order in which they came, to be joined by key group.
///
/// A joined row is its length as four bytes, the lowest first, and its bytes.
public final class RowPacks: @unchecked Sendable {
    private var rows = Rows()

    private static let headByteCount = 4

    /// Makes an empty list.
    public init() {}

    /// Rows in it.
    public var rowCount: Int { rows.lengths.count }

    /// Bytes held.
    public var byteCount: Int { rows.bytes.byteCount + rows.lengths.byteCount + rows.groups.byteCount }

    /// Adds rows with the hashes of their keys.
    public func append(_ rows: EncodedRowSpan, hashes: Span<UInt64>) { self.rows.append(rows, hashes: hashes) }

    /// Adds a record to a log for each key group that has rows: they are joined under the key `prefix` + `key`.
    public func put(into log: RecordLog, key: Span<UInt8>, prefix: (_ keyGroup: Int) -> [UInt8]) {
        rows.put(into: log, key: key, prefix: prefix)
    }

    /// Per row its bytes, behind those of the row before, how many they are, and its key group.
    private struct Rows: ~Copyable {
        var bytes = GrowableLane<UInt8>()
        var lengths = GrowableLane<UInt32>()
        var groups = GrowableLane<UInt8>()

        mutating func append(_ rows: EncodedRowSpan, hashes: Span<UInt64>) {
            bytes.append(contentsOf: rows.joined)
            let first = lengths.count
            lengths.resize(to: first + rows.count, filling: 0)
            do {
                var target = lengths.mutableSpan
                for row in 0..<rows.count { target[first + row] = UInt32(truncatingIfNeeded: rows[row].count) }
            }
            groups.resize(to: first + rows.count, filling: 0)
            var target = groups.mutableSpan
            for row in 0..<rows.count {
                target[first + row] = UInt8(truncatingIfNeeded: RowHash.keyGroup(of: hashes[row]))
            }
        }

        borrowing func put(into log: RecordLog, key: Span<UInt8>, prefix: (_ keyGroup: Int) -> [UInt8]) {
            let lengths = lengths.span
            let groups = groups.span
            var places = [Int](repeating: 0, count: RowHash.keyGroupCount)
            for row in lengths.indices { places[Int(groups[row])] += headByteCount + Int(lengths[row]) }
            for group in places.indices where places[group] > 0 {
                let prefix = prefix(group)
                places[group] = log.put(prefix: prefix.span, key: key, valueCount: places[group])
            }
            log.scatter(bytes, lengths: lengths, groups: groups, to: &places)
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
