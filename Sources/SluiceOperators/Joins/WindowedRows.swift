import SluiceColumns
import SluiceState

/// The rows of one input of a window join, by the end of their window, as the batches in which they came.
final class WindowedRows {
    /// Rows that came together.
    private struct Part {
        var rows: Batch
        /// Per row when it came, counted; empty where nothing is stored.
        var arrivals: [Int64] = []
        var isSaved = false
    }

    private let rowTypes: [DataType]
    private let layout: DealtColumns
    private let endColumn: Int
    private var windows: [Int64: [Part]] = [:]
    /// Whether rows are stored.
    private var isStored = false
    private var nextArrival: Int64 = 0
    /// Keys of rows that the storage has and that are gone.
    private var gone: [(keys: [Column], rowCount: Int)] = []

    /// Makes an empty side, whose rows are dealt by `keys` and have the end of their window in `endColumn`.
    init(keys: [Int], endColumn: Int, rowTypes: [DataType]) {
        self.rowTypes = rowTypes
        self.endColumn = endColumn
        layout = DealtColumns(keys, columnCount: rowTypes.count)
    }

    /// The ends of the windows that have rows.
    var ends: [Int64] { Array(windows.keys) }

    /// Adds rows to a window.
    func append(_ rows: Batch, end: Int64) {
        var part = Part(rows: rows)
        if isStored {
            part.arrivals = Array(nextArrival..<nextArrival + Int64(rows.rowCount))
            nextArrival += Int64(rows.rowCount)
        }
        windows[end, default: []].append(part)
    }

    /// Takes the rows of a window out, in the order in which they came.
    func take(end: Int64) -> Batch? {
        guard let parts = windows.removeValue(forKey: end) else { return nil }
        for part in parts where part.isSaved { gone.append((keys(of: part), part.rows.rowCount)) }
        return Batch.concatenated(parts.map(\.rows))
    }

    private func keys(of part: Part) -> [Column] {
        layout.dealing.map { part.rows.columns[$0] } + [.numbers(part.arrivals)]
    }

    // MARK: State

    /// The table of its rows; the arrival in the key tells equal rows apart and puts them in order.
    func stateTable(_ name: String) -> StateTable {
        RowJournal.table(name, rowTypes: rowTypes, dealtBy: layout.dealing)
    }

    /// Hands over what has come and gone.
    func save(into snapshot: StateSnapshot, table: Int) {
        for (keys, rowCount) in gone { snapshot.remove(table, keys: keys, rowCount: rowCount) }
        gone.removeAll(keepingCapacity: true)
        for end in windows.keys {
            for (index, part) in (windows[end] ?? []).enumerated() where !part.isSaved {
                let values = layout.others.map { part.rows.columns[$0] }
                snapshot.put(table, keys: keys(of: part), values: values, rowCount: part.rows.rowCount)
                windows[end]?[index].isSaved = true
            }
        }
    }

    /// Takes over what was stored.
    func restore(from reader: StateReader, table: Int) throws {
        isStored = true
        var chunks: [Batch] = []
        var arrivals: [Int64] = []
        try reader.forEachChunk(of: table) { keys, values, rowCount in
            let dealing = Array(keys.prefix(layout.dealing.count))
            chunks.append(Batch(columns: layout.restored(dealing, values), rowCount: rowCount))
            let arrival = keys[dealing.count]
            for row in 0..<rowCount { arrivals.append(arrival.int64s[row]) }
        }
        if chunks.isEmpty { return }
        let all = Batch.concatenated(chunks)
        let ends = all.columns[endColumn].flattened()
        var rowsOfEnd: [Int64: [Int32]] = [:]
        for row in arrivals.indices.sorted(by: { arrivals[$0] < arrivals[$1] }) {
            rowsOfEnd[ends.int64s[row], default: []].append(Int32(truncatingIfNeeded: row))
        }
        for (end, rows) in rowsOfEnd {
            let part = Part(
                rows: all.gathered(SelectionVector(rows)),
                arrivals: rows.map { arrivals[Int($0)] },
                isSaved: true
            )
            windows[end] = [part]
        }
        nextArrival = (arrivals.max() ?? -1) + 1
    }
}
