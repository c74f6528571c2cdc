import SluiceColumns
import SluiceState

/// Which row of a `RankedRows` has a key.
final class RowsByKey {
    private let table: KeyTable
    /// Per key the number of its row, or `none`.
    private var rowOfKey = GrowableLane<UInt32>()
    /// Per row its key.
    private var keyOfRow = GrowableLane<UInt32>()
    private var candidates: [UInt32] = []

    private static let none = UInt32.max

    /// Makes an empty table.
    init(keyTypes: [DataType]) { table = KeyTable(keyTypes: keyTypes) }

    /// Bytes held.
    var byteCount: Int { table.byteCount + rowOfKey.byteCount + keyOfRow.byteCount }

    /// The number of each row's key, new ones added.
    func locate(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let numbers = table.insert(keys, hashes: hashes.readOnly)
        rowOfKey.resize(to: table.groupBound, filling: Self.none)
        return numbers
    }

    /// Has `sweep` look at keys.
    func consider(_ keys: Span<UInt32>) {
        for index in 0..<keys.count { candidates.append(keys[index]) }
    }

    /// The row with a key.
    func row(of key: UInt32) -> UInt32? {
        let row = rowOfKey[Int(key)]
        return row == Self.none ? nil : row
    }

    /// Notes that a row has a key.
    func keep(_ row: UInt32, for key: UInt32) {
        keyOfRow.resize(to: Int(row) + 1, filling: Self.none)
        keyOfRow[Int(row)] = key
        rowOfKey[Int(key)] = row
    }

    /// Notes that a row is gone.
    func forget(_ row: UInt32) {
        let key = keyOfRow[Int(row)]
        rowOfKey[Int(key)] = Self.none
        candidates.append(key)
    }

    /// Gives memory of keys that were freed back to the system.
    func compact() { table.compact() }

    /// Frees the keys without a row.
    func sweep() {
        var dead = Set<UInt32>()
        for key in candidates where rowOfKey[Int(key)] == Self.none { dead.insert(key) }
        candidates.removeAll(keepingCapacity: true)
        if !dead.isEmpty { table.remove(dead.sorted().span) }
    }
}
