import SluiceColumns

/// What a `RowStore` has to write at the next barrier, and the order in which its rows came.
///
/// In the storage a row's key is the columns that deal it to a shard and its arrival, which counts the rows of the
/// operator: so equal rows are told apart, and lists that are built up in the order of arrival are the same after a
/// restart. Kept only where state is stored. Single-threaded: it belongs to one operator on one shard.
package final class RowJournal {
    private let rows: RowStore
    private let layout: DealtColumns
    private let journal: StateJournal
    /// Whether somebody stores what it hands over.
    private let isStored: Bool
    private var arrivals = GrowableLane<Int64>()
    private var nextArrival: Int64 = 0

    /// Makes the journal of `rows`, which are dealt by `dealing`; `table` is what `RowJournal.table` gave.
    ///
    /// - Parameter isStored: whether checkpoints store the rows; else only their order counts (`ColdKeys`).
    package init(_ rows: RowStore, dealtBy dealing: [Int], table: StateTable, isStored: Bool = true) {
        self.rows = rows
        self.isStored = isStored
        layout = DealtColumns(dealing, columnCount: rows.rowTypes.count)
        journal = StateJournal(table)
    }

    /// The table of rows that are dealt by `dealing`, with what is kept beside each row.
    package static func table(
        _ name: String,
        rowTypes: [DataType],
        dealtBy dealing: [Int],
        beside types: [DataType] = []
    ) -> StateTable {
        let layout = DealtColumns(dealing, columnCount: rowTypes.count)
        return StateTable(
            name,
            keyTypes: layout.dealing.map { rowTypes[$0] } + [StateTable.number],
            valueTypes: layout.others.map { rowTypes[$0] } + types,
            scope: .keyed(columns: dealing.count)
        )
    }

    /// Bytes held.
    package var byteCount: Int { journal.byteCount + arrivals.byteCount }

    /// When a row came, counted.
    package func arrival(of number: UInt32) -> Int64 { arrivals[Int(number)] }

    /// Notes that a row has come.
    package func noteNew(_ number: UInt32) {
        noteNew(number, arrival: nextArrival)
        nextArrival += 1
    }

    /// Notes that rows have come, one after the other.
    package func noteNew(_ numbers: Span<UInt32>) { for index in 0..<numbers.count { noteNew(numbers[index]) } }

    /// Notes that a row has taken the place of another one, which is to be removed.
    package func noteNew(_ number: UInt32, inPlaceOf old: UInt32) { noteNew(number, arrival: arrivals[Int(old)]) }

    private func noteNew(_ number: UInt32, arrival: Int64) {
        arrivals.resize(to: max(arrivals.count, rows.numberBound), filling: 0)
        arrivals[Int(number)] = arrival
        note(number)
    }

    /// Notes that what is kept beside a row has changed.
    package func note(_ number: UInt32) { if isStored { journal.note(number) } }

    /// Notes that rows are about to be removed from the store.
    package func noteRemoved(_ numbers: Span<UInt32>) { journal.noteRemoved(numbers) { keys(of: $0) } }

    private func keys(of numbers: [UInt32]) -> [Column] {
        rows.columns(of: numbers.span, fields: layout.dealing) + [.numbers(numbers.map { arrivals[Int($0)] })]
    }

    /// Hands over what has changed; `beside` gives what is kept beside rows.
    package func save(
        into snapshot: StateSnapshot,
        table: Int,
        beside: ([UInt32]) -> [Column] = { _ in [] }
    ) {
        journal.save(into: snapshot, table: table) { numbers in
            (keys(of: numbers), rows.columns(of: numbers.span, fields: layout.others) + beside(numbers))
        }
    }

    /// Puts the stored rows into the store.
    ///
    /// - Parameter take: is handed rows of a batch: their numbers, their columns and what was kept beside them.
    /// - Returns: the numbers of all rows in the order in which they once came.
    package func restore(
        from reader: StateReader,
        table: Int,
        take: (_ numbers: [UInt32], _ columns: [Column], _ beside: [Column]) throws -> Void = { _, _, _ in }
    ) throws -> [UInt32] {
        var all: [UInt32] = []
        try reader.forEachChunk(of: table) { keys, values, rowCount in
            let taken = self.take(keys, values, rowCount: rowCount)
            try take(taken.numbers, taken.columns, taken.beside)
            all += taken.numbers
        }
        return inOrder(all)
    }

    /// Rows that came out of the storage.
    package struct Taken {
        /// Their numbers.
        package var numbers: [UInt32]
        /// Their columns.
        package var columns: [Column]
        /// What was kept beside them.
        package var beside: [Column]
    }

    /// Puts rows of the table into the store.
    package func take(_ keys: [Column], _ values: [Column], rowCount: Int) -> Taken {
        let dealing = Array(keys.prefix(layout.dealing.count))
        let columns = layout.restored(dealing, Array(values.prefix(layout.others.count)))
        let lane = rows.append(columns, rowCount: rowCount)
        arrivals.resize(to: max(arrivals.count, rows.numberBound), filling: 0)
        let numbers = (0..<rowCount).map { lane.readOnly[$0] }
        let arrival = keys[layout.dealing.count]
        for row in 0..<rowCount {
            arrivals[Int(numbers[row])] = arrival.int64s[row]
            nextArrival = max(nextArrival, arrival.int64s[row] + 1)
            if isStored { journal.noteRestored(numbers[row]) }
        }
        return Taken(numbers: numbers, columns: columns, beside: Array(values.dropFirst(layout.others.count)))
    }

    /// Rows in the order in which they once came.
    package func inOrder(_ numbers: [UInt32]) -> [UInt32] {
        numbers.sorted { arrivals[Int($0)] < arrivals[Int($1)] }
    }

    /// Rows as columns of the table.
    package func stored(_ numbers: [UInt32], beside: [Column] = []) -> [Column] {
        keys(of: numbers) + rows.columns(of: numbers.span, fields: layout.others) + beside
    }

    /// Forgets rows that leave memory and are in the storage.
    package func forget(_ numbers: Span<UInt32>) { journal.forget(numbers) }

    /// Rows that have changed since the last barrier, or a few more.
    package var changedCount: Int { journal.changedCount }
}
