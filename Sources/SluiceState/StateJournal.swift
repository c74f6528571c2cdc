import SluiceColumns

/// What a table of numbered rows has to write at the next barrier: the rows that have changed, and the keys that are
/// gone.
///
/// Kept only where state is stored. Single-threaded: it belongs to one operator on one shard.
package final class StateJournal {
    private let keyTypes: [DataType]
    /// Per number the bits below.
    private var marks = GrowableLane<UInt8>()
    /// Numbers that have changed since the last barrier, each once; some of them may be out of use again.
    private var listed: [UInt32] = []
    /// Keys of rows that the storage has and the table has no more.
    private var gone: RowStore

    /// Mark of a number in `listed`.
    private static let isListed: UInt8 = 1
    /// Mark of a row that is not in the storage as it is.
    private static let hasChanged: UInt8 = 2
    /// Mark of a row whose key is in the storage.
    private static let isStored: UInt8 = 4
    /// Rows that are handed over at once.
    private static let rowLimit = 4_096

    /// Makes the empty journal of a table.
    package init(_ table: StateTable) {
        keyTypes = table.keyTypes
        gone = RowStore(rowTypes: keyTypes)
    }

    /// Bytes held.
    package var byteCount: Int {
        marks.byteCount + listed.capacity * MemoryLayout<UInt32>.stride + gone.byteCount
    }

    /// Rows that have changed since the last barrier, or a few more.
    package var changedCount: Int { listed.count }

    /// Forgets rows that the storage has as they are, and that leave memory.
    package func forget(_ numbers: Span<UInt32>) {
        for index in 0..<numbers.count where Int(numbers[index]) < marks.count {
            marks[Int(numbers[index])] &= Self.isListed
        }
    }

    /// Notes that a row is new or has changed.
    package func note(_ number: UInt32) {
        let index = Int(number)
        if index >= marks.count { marks.resize(to: index + 1, filling: 0) }
        let mark = marks[index]
        if mark & Self.hasChanged != 0 { return }
        if mark & Self.isListed == 0 { listed.append(number) }
        marks[index] = mark | Self.isListed | Self.hasChanged
    }

    /// Notes that rows are new or have changed.
    package func note(_ numbers: Span<UInt32>) { for index in 0..<numbers.count { note(numbers[index]) } }

    /// Notes that a row came out of the storage.
    package func noteRestored(_ number: UInt32) {
        let index = Int(number)
        if index >= marks.count { marks.resize(to: index + 1, filling: 0) }
        // The number may have been that of another row in this epoch.
        marks[index] = marks[index] & Self.isListed | Self.isStored
    }

    /// Notes that rows leave their table; `keys` gives the keys of those that the storage has.
    ///
    /// To be called while they are still in the table: their numbers may be given out again afterwards.
    package func noteRemoved(_ numbers: Span<UInt32>, keys: ([UInt32]) -> [Column]) {
        var stored: [UInt32] = []
        for index in 0..<numbers.count where Int(numbers[index]) < marks.count {
            let number = Int(numbers[index])
            if marks[number] & Self.isStored != 0 { stored.append(numbers[index]) }
            marks[number] &= Self.isListed
        }
        if !stored.isEmpty { _ = gone.append(keys(stored), rowCount: stored.count) }
    }

    /// Notes that a row has left its table; gives whether the storage has it, so that its key is to be given to
    /// `noteGone`.
    package func noteRemoved(_ number: UInt32) -> Bool {
        guard Int(number) < marks.count else { return false }
        let mark = marks[Int(number)]
        marks[Int(number)] = mark & Self.isListed
        return mark & Self.isStored != 0
    }

    /// Notes the keys of rows that the storage has and the table has no more.
    package func noteGone(_ keys: [Column], rowCount: Int) { _ = gone.append(keys, rowCount: rowCount) }

    /// Hands everything over, what is gone before what is there: a key may have gone and come again.
    package func save(
        into snapshot: StateSnapshot,
        table: Int,
        rows: ([UInt32]) throws -> (keys: [Column], values: [Column])
    ) rethrows {
        let goneNumbers = Array(0..<UInt32(truncatingIfNeeded: gone.numberBound))
        for start in stride(from: 0, to: goneNumbers.count, by: Self.rowLimit) {
            let chunk = goneNumbers.span.extracting(start..<min(start + Self.rowLimit, goneNumbers.count))
            snapshot.remove(table, keys: gone.columns(of: chunk), rowCount: chunk.count)
        }
        if !goneNumbers.isEmpty { gone = RowStore(rowTypes: keyTypes) }
        let changed = listed.filter { marks[Int($0)] & Self.hasChanged != 0 }
        for start in stride(from: 0, to: changed.count, by: Self.rowLimit) {
            let chunk = Array(changed[start..<min(start + Self.rowLimit, changed.count)])
            let (keys, values) = try rows(chunk)
            snapshot.put(table, keys: keys, values: values, rowCount: chunk.count)
        }
        for number in listed {
            let mark = marks[Int(number)]
            marks[Int(number)] = mark & Self.hasChanged != 0 ? Self.isStored : mark & Self.isStored
        }
        listed.removeAll(keepingCapacity: true)
    }
}
