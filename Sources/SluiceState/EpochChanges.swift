import SluiceColumns

// SAFETY: one thread fills it, and hands it over to the one that encodes it.
/// What a shard has changed in an epoch, as columns.
///
/// Rows stand still while operators hand their changes over, so they are encoded later, by whoever commits them.
package final class EpochChanges: @unchecked Sendable {
    /// Rows of one table of an operator.
    struct Rows {
        var address: StateAddress
        var scope: StateTable.Scope
        var shardIndex: Int
        var keys: [Column]
        /// Nil where rows with these keys go.
        var values: [Column]?
        var rowCount: Int
    }

    /// Rows that were added to a packed table.
    struct Packs {
        var address: StateAddress
        var rows: RowPacks
        var number: Int64

        /// Adds a record for each key group.
        func encode(into log: RecordLog) {
            let key = StateAddress.packKey(number)
            rows.put(into: log, key: key.span) { address.prefix(keyGroup: $0) }
        }
    }

    private var packs: [Packs] = []
    /// In the order in which they were made.
    private var rows: [Rows] = []
    /// What is taken away before the changes are made.
    package private(set) var dropped: [StateRange] = []

    /// Makes an epoch without changes.
    package init() {}

    func add(_ rows: Rows) { self.rows.append(rows) }

    func add(_ packs: Packs) { self.packs.append(packs) }

    func drop(_ range: StateRange) { dropped.append(range) }

    /// Gives the changes as records, frozen, and forgets them.
    package func encode() -> RecordLog {
        let log = RecordLog()
        let keyRows = EncodedRows()
        let valueRows = EncodedRows()
        rows.reverse()
        while let part = rows.popLast() {
            keyRows.encode(part.keys, rowCount: part.rowCount)
            let prefixes = StatePrefixes(
                part.address,
                part.scope,
                shardIndex: part.shardIndex,
                keys: part.keys,
                rowCount: part.rowCount
            )
            let bytes = prefixes.bytes
            guard let values = part.values else {
                let keys = keyRows.all
                for row in 0..<part.rowCount {
                    log.remove(prefix: bytes.span.extracting(prefixes.range(of: row)), key: keys[row])
                }
                continue
            }
            valueRows.encode(values, rowCount: part.rowCount)
            let keys = keyRows.all
            let encoded = valueRows.all
            for row in 0..<part.rowCount {
                log.put(
                    prefix: bytes.span.extracting(prefixes.range(of: row)),
                    key: keys[row],
                    value: encoded[row]
                )
            }
        }
        while let part = packs.popLast() { part.encode(into: log) }
        log.freeze()
        return log
    }
}
