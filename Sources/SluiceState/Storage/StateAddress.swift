import SluiceColumns

/// Under which prefix the rows of a state table lie: owner, table, key group, all big-endian.
///
/// So the key groups of a shard are one range, and a job whose parallelism changed reads the same records.
package struct StateAddress: Sendable, Hashable {
    /// Who owns the state: `OperatorIdentity`, never 0.
    package var owner: UInt64
    /// Which of the owner's tables.
    package var table: UInt16

    /// Makes an address.
    package init(owner: UInt64, table: UInt16) {
        precondition(owner != 0)
        self.owner = owner
        self.table = table
    }

    /// Where the manifest lies: no owner has number 0.
    package static let manifestKey: [UInt8] = Array(repeating: 0, count: 8) + Array("manifest".utf8)

    /// Where the epoch of the last commit lies that is a file of its own; before the manifest.
    package static let latestFileKey: [UInt8] = Array(repeating: 0, count: 8) + Array("file".utf8)

    /// Bytes before the encoded key of a row.
    package static let prefixByteCount = 12

    /// The prefix of the rows of one key group.
    package func prefix(keyGroup: Int) -> [UInt8] {
        Self.bigEndian(owner, 8) + Self.bigEndian(UInt64(table), 2) + Self.bigEndian(UInt64(keyGroup), 2)
    }

    /// All records of the given key groups.
    package func range(keyGroups: Range<Int>) -> StateRange {
        StateRange(start: prefix(keyGroup: keyGroups.lowerBound), end: prefix(keyGroup: keyGroups.upperBound))
    }

    /// All records of an owner.
    package static func range(owner: UInt64) -> StateRange {
        precondition(owner < .max)
        return StateRange(start: bigEndian(owner, 8), end: bigEndian(owner + 1, 8))
    }

    /// What follows the prefix of a record of a packed table.
    static func packKey(_ number: Int64) -> [UInt8] { bigEndian(UInt64(bitPattern: number), 8) }

    /// The number of a record of a packed table; nil where the bytes are no such number.
    static func packNumber(_ key: Span<UInt8>) -> Int64? {
        guard key.count == 8 else { return nil }
        var number: Int64 = 0
        for index in 0..<8 { number = number << 8 | Int64(key[index]) }
        return number
    }

    private static func bigEndian(_ number: UInt64, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (byteCount - 1 - $0))) }
    }
}
