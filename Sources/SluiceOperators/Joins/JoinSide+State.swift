import SluiceColumns
import SluiceState

/// The rows of a side in the storage: the row is the key, beginning with the join key; count, matches and arrival are
/// the value.
extension JoinSide {
    /// The table that its rows are stored in.
    func stateTable(_ name: String) -> StateTable {
        StateTable(
            name,
            keyTypes: layout.arranged(rowTable.keyTypes),
            valueTypes: Array(repeating: StateTable.number, count: expiry == nil ? 3 : 4),
            scope: .keyed(columns: layout.dealing.count)
        )
    }

    /// Hands over the rows that changed.
    func save(into snapshot: StateSnapshot, table: Int) {
        journal?.save(into: snapshot, table: table) { rows in
            var values = [
                Column.numbers(rows.map { counts[Int($0)] }),
                Column.numbers(rows.map { matches[Int($0)] }),
                Column.numbers(rows.map { arrivals[Int($0)] }),
            ]
            if let expiry { values.append(.numbers(rows.map { expiry.lastTouchMillis(of: $0) })) }
            return (layout.arranged(columns(rows)), values)
        }
    }

    /// Takes rows over and chains them in the order in which they once came: partners are emitted in that of the chain.
    func restore(from reader: StateReader, table: Int) throws {
        let journal = StateJournal(stateTable(""))
        self.journal = journal
        var found: [(arrival: Int64, row: UInt32, group: UInt32)] = []
        try reader.forEachChunk(of: table) { keys, values, rowCount in
            let dealing = Array(keys.prefix(layout.dealing.count))
            let columns = layout.restored(dealing, Array(keys.dropFirst(dealing.count)))
            let rowHashes = RowHash.hashes(columns, rowCount: rowCount)
            let rows = rowTable.insert(columns, hashes: rowHashes.readOnly)
            let keyHashes = RowHash.hashes(dealing, rowCount: rowCount)
            let groups = keyTable.insert(dealing, hashes: keyHashes.readOnly)
            makeRoom()
            let numbers = rows.readOnly
            let groupNumbers = groups.readOnly
            let (count, matched, arrival, touched) = (values[0], values[1], values[2], values.last)
            for index in 0..<rowCount {
                let row = numbers[index]
                counts[Int(row)] = count.int64s[index]
                matches[Int(row)] = matched.int64s[index]
                if let touched { expiry?.restore(row, touchedMillis: touched.int64s[index]) }
                journal.noteRestored(row)
                found.append((arrival.int64s[index], row, groupNumbers[index]))
            }
        }
        found.sort { $0.arrival < $1.arrival }
        for entry in found {
            nextArrival = entry.arrival
            link(entry.row, entry.group)
        }
        if let last = found.last { nextArrival = last.arrival + 1 }
    }
}
