import SluiceColumns
import SluiceState

/// Rows of a batch chained by equal keys: the build side of a hash join.
///
/// Nothing changes after it was made, so that several threads may search it at once, each with a scratch of its own.
package struct KeyChains {
    private let table: KeyTable
    private let heads: [Int32]
    /// Per row the next row of the same key, or -1.
    package let next: [Int32]

    /// Chains `rowCount` rows.
    package init(_ keys: [Column], rowCount: Int) {
        table = KeyTable(keyTypes: keys.map(\.type))
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = table.insert(keys, hashes: hashes.readOnly)
        var heads = [Int32](repeating: -1, count: table.groupBound)
        var next = [Int32](repeating: -1, count: rowCount)
        let numbers = groups.readOnly
        for row in (0..<rowCount).reversed() {
            let group = Int(numbers[row])
            next[row] = heads[group]
            heads[group] = Int32(truncatingIfNeeded: row)
        }
        self.heads = heads
        self.next = next
    }

    /// The first row of each key, or -1; `scratch` is the caller's alone.
    package func firstRows(_ keys: [Column], rowCount: Int, scratch: EncodedRows) -> [Int32] {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = table.find(keys, hashes: hashes.readOnly, scratch: scratch)
        let numbers = groups.readOnly
        return (0..<rowCount).map { numbers[$0] == .max ? -1 : heads[Int(numbers[$0])] }
    }
}
