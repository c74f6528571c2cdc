import SluiceColumns
import SluiceState

/// Rows that wait for the watermark to pass their event time.
final class HeldRows {
    private let store: RowStore
    private var queue = TimeRuns()
    /// Per number of the store the row's partition.
    private var groups = GrowableLane<UInt32>()

    /// Makes an empty one for rows of these types.
    init(rowTypes: [DataType]) { store = RowStore(rowTypes: rowTypes) }

    /// Bytes held.
    var byteCount: Int { store.byteCount + queue.byteCount + groups.byteCount }

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
    }

    /// The rows whose time is at most `micros`, by time and then by arrival; they stay readable until `remove`.
    func take(through micros: Int64) -> [TimeRuns.Entry] { queue.take(through: micros) }

    /// The partition of a row.
    func group(of number: UInt32) -> UInt32 { groups[Int(number)] }

    /// The columns of rows.
    func columns(of numbers: Span<UInt32>) -> [Column] { store.columns(of: numbers) }

    /// Forgets rows that were taken.
    func remove(_ numbers: Span<UInt32>) { store.remove(numbers) }
}
