import SluiceColumns
import SluiceState

/// The rows of one input of a join under dense numbers: equal ones once, or each by itself where rows only come.
///
/// Where nothing is ever looked for by its columns, no index is needed for that.
final class JoinRows {
    private var table: KeyTable?
    private var store: RowStore
    /// Whether rows can be taken out.
    private(set) var isRemovable: Bool

    /// Makes an empty list.
    init(rowTypes: [DataType], isIndexed: Bool) {
        store = RowStore(rowTypes: rowTypes, keepsAll: true)
        isRemovable = isIndexed
        if isIndexed { table = KeyTable(keyTypes: rowTypes) }
    }

    /// Whether equal rows share a number.
    var isIndexed: Bool { table != nil }

    /// Has equal rows share a number from now on; nothing is held yet.
    func index() {
        precondition(store.count == 0)
        if table == nil { table = KeyTable(keyTypes: store.rowTypes) }
        isRemovable = true
    }

    /// Lets rows be taken out from now on; nothing is held yet.
    func letGo() {
        precondition(store.count == 0)
        if !isRemovable { store = RowStore(rowTypes: store.rowTypes) }
        isRemovable = true
    }

    /// Types of the columns.
    var rowTypes: [DataType] { store.rowTypes }

    /// Rows held.
    var count: Int { table?.count ?? store.count }

    /// All numbers are below this.
    var numberBound: Int { table?.groupBound ?? store.numberBound }

    /// Bytes held.
    var byteCount: Int { store.byteCount + (table?.byteCount ?? 0) }

    /// The number of each row, new rows added.
    func insert(_ columns: [Column], rowCount: Int) -> MutableLane<UInt32> {
        guard let table else { return store.append(columns, rowCount: rowCount) }
        let hashes = RowHash.hashes(columns, rowCount: rowCount)
        return table.insert(columns, hashes: hashes.readOnly)
    }

    /// The columns of rows.
    func columns(of numbers: Span<UInt32>) -> [Column] { table?.keys(of: numbers) ?? store.columns(of: numbers) }

    /// Notes the rows that were inserted last; only where each is kept by itself.
    func noteLast(in journal: PackedJournal, hashes: Span<UInt64>) {
        precondition(!isIndexed)
        journal.noteLast(of: store, hashes: hashes)
    }

    /// Takes rows out, each once.
    func remove(_ numbers: Span<UInt32>) {
        precondition(isRemovable)
        if let table { table.remove(numbers) } else { store.remove(numbers) }
    }

    /// Bytes that the index needs at once to grow, if as many rows came.
    func growth(adding rowCount: Int) -> Int { table?.growth(adding: rowCount) ?? 0 }

    /// Gives the bytes of rows that were taken out back to the system.
    func compact() {
        table?.compact()
        store.compact()
    }
}
