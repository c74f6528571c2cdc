import SluiceColumns
import SluiceState

/// Rows that wait for the watermark to pass their event time.
final class HeldRows {
    private let store: RowStore
    private var queue = TimeRuns()
    /// Per number of the store the row's partition.
    private var groups = GrowableLane<UInt32>()
    /// What is not stored yet; nil where nothing is.
    private var journal: RowJournal?

    /// Makes an empty one for rows of these types.
    init(rowTypes: [DataType]) { store = RowStore(rowTypes: rowTypes) }

    /// Bytes held.
    var byteCount: Int { store.byteCount + queue.byteCount + groups.byteCount + (journal?.byteCount ?? 0) }

    /// Adds rows: their columns, and per row the partition and the event time.
    func hold(_ columns: [Column], groups rowGroups: Span<UInt32>, times: Span<Int64>) {
        let numbers = store.append(columns, rowCount: rowGroups.count)
        groups.resize(to: store.numberBound, filling: 0)
        var entries: [TimeRuns.Entry] = []
        entries.reserveCapacity(rowGroups.count)
        for row in 0..<rowGroups.count {
            let number = numbers.readOnly[row]
            groups[Int(number)] = rowGroups[row]
            entries.append(TimeRuns.Entry(times[row], number, position: row))
        }
        queue.push(entries)
        journal?.noteNew(numbers.readOnly)
    }

    /// The rows whose time is at most `micros`, by time and then by arrival; they stay readable until `remove`.
    func take(through micros: Int64) -> [TimeRuns.Entry] { queue.take(through: micros) }

    /// The partition of a row.
    func group(of number: UInt32) -> UInt32 { groups[Int(number)] }

    /// The columns of rows.
    func columns(of numbers: Span<UInt32>) -> [Column] { store.columns(of: numbers) }

    /// Forgets rows that were taken.
    func remove(_ numbers: Span<UInt32>) {
        journal?.noteRemoved(numbers)
        store.remove(numbers)
    }
}

// MARK: - State

extension HeldRows {
    /// The table of the rows, dealt by `partitionKeys`.
    func stateTable(dealtBy partitionKeys: [Int]) -> StateTable {
        RowJournal.table("waiting", rowTypes: store.rowTypes, dealtBy: partitionKeys)
    }

    /// Hands over what has changed.
    func save(into snapshot: StateSnapshot, table: Int) { journal?.save(into: snapshot, table: table) }

    /// Takes over what was stored.
    ///
    /// - Parameter partitions: gives the partition of each row of a batch.
    func restore(
        from reader: StateReader,
        table: Int,
        dealtBy partitionKeys: [Int],
        timeColumn: Int,
        partitions: (Batch) -> MutableLane<UInt32>
    ) throws {
        let journal = RowJournal(store, dealtBy: partitionKeys, table: stateTable(dealtBy: partitionKeys))
        self.journal = journal
        var micros = GrowableLane<Int64>()
        let ordered = try journal.restore(from: reader, table: table) { numbers, columns, _ in
            let times = columns[timeColumn].flattened()
            let located = partitions(Batch(columns: columns, rowCount: numbers.count))
            groups.resize(to: store.numberBound, filling: 0)
            micros.resize(to: store.numberBound, filling: 0)
            for (row, number) in numbers.enumerated() {
                groups[Int(number)] = located.readOnly[row]
                micros[Int(number)] = times.int64s[row]
            }
        }
        var entries: [TimeRuns.Entry] = []
        entries.reserveCapacity(ordered.count)
        for number in ordered {
            entries.append(TimeRuns.Entry(micros[Int(number)], number, position: entries.count))
        }
        queue.push(entries)
    }
}
