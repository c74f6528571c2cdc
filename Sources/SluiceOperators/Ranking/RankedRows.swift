import SluiceColumns
import SluicePlan
import SluiceState

/// The rows of each partition, sorted.
///
/// A partition is a group of a `KeyTable`; its list holds the numbers of its rows in a `RowStore`, in order. Beside
/// each row stand the bytes of its sort key. Rows that have left a list stay readable until `sweep`, so that what
/// changed in a batch can be told afterwards.
struct RankedRows: ~Copyable {
    private let order: [SortField]
    private let ties: RankTies
    let partitions: KeyTable
    private let rows: RowStore
    private let staged = SortKeys()
    private var keys = EncodedRowArena()
    /// Per row the number of its sort key.
    private var keyNumbers = GrowableLane<UInt32>()
    private var lists = NumberLists()
    private var removed: [UInt32] = []
    /// What is not stored yet; nil where nothing is.
    private var journal: RowJournal?
    /// Rows that have come back and are in no list yet, with their partitions.
    private var arriving: [UInt32: UInt32] = [:]

    /// Makes an empty structure for rows of the given types.
    init(rowTypes: [DataType], partitionKeys: [Int], order: [SortField], ties: RankTies) {
        self.order = order
        self.ties = ties
        partitions = KeyTable(keyTypes: partitionKeys.map { rowTypes[$0] })
        rows = RowStore(rowTypes: rowTypes)
    }

    /// Bytes held.
    var byteCount: Int {
        partitions.byteCount + rows.byteCount + keys.byteCount + keyNumbers.byteCount + lists.byteCount
            + (journal?.byteCount ?? 0)
    }

    /// All partition numbers are below this.
    var partitionBound: Int { partitions.groupBound }

    /// Rows held, with those that `sweep` will forget.
    var rowCount: Int { rows.count }

    /// All row numbers are below this.
    var rowBound: Int { rows.numberBound }

    /// The partition of each row of a batch, new ones added; its sort keys are known by place from then on.
    mutating func locate(_ batch: Batch, partitionKeys: [Int]) -> MutableLane<UInt32> {
        let columns = partitionKeys.map { batch.columns[$0] }
        let hashes = RowHash.hashes(columns, rowCount: batch.rowCount)
        let numbers = partitions.insert(columns, hashes: hashes.readOnly)
        lists.reserve(groupBound: partitions.groupBound)
        staged.encode(batch.columns, order, rowCount: batch.rowCount)
        return numbers
    }

    /// Makes the rows of the located batch known by their place in it.
    mutating func stage(_ batch: Batch) { rows.stage(batch.columns, rowCount: batch.rowCount) }

    /// The same for some rows of the located batch, which go by their place among them from then on.
    mutating func stage(_ batch: Batch, _ selection: SelectionVector) -> Batch {
        let part = batch.gathered(selection)
        staged.encode(part.columns, order, rowCount: part.rowCount)
        stage(part)
        return part
    }

    /// Rows of a partition.
    func count(_ partition: UInt32) -> Int { lists.count(of: partition) }

    /// The row at a place of a partition.
    func row(_ partition: UInt32, at index: Int) -> UInt32 { lists[partition, index] }

    /// The columns of rows.
    func columns(of numbers: [UInt32]) -> [Column] { rows.columns(of: numbers.span) }

    /// Some columns, in the order of `fields`, of rows.
    func columns(of numbers: [UInt32], fields: [Int]) -> [Column] { rows.columns(of: numbers.span, fields: fields) }

    /// Whether two rows are equal in the order.
    func arePeers(_ one: UInt32, _ other: UInt32) -> Bool {
        SortKeys.compare(keys[keyNumbers[Int(one)]], keys[keyNumbers[Int(other)]]) == 0
    }

    /// The place of a partition that staged row `row` would take in front of its peers, or behind them.
    func place(ofStaged row: Int, in partition: UInt32, beforeEqual: Bool) -> Int {
        bound(staged.key(row), in: partition, orEqual: beforeEqual)
    }

    /// Whether staged row `row` would come after all rows of the partition.
    func comesLast(_ row: Int, in partition: UInt32) -> Bool {
        let count = lists.count(of: partition)
        guard count > 0 else { return true }
        let order = SortKeys.compare(staged.key(row), keys[keyNumbers[Int(lists[partition, count - 1])]])
        return order > 0 || (order == 0 && ties == .firstArrived)
    }

    /// The first place whose key comes after `key`, or equals it where `orEqual`.
    private func bound(_ key: Span<UInt8>, in partition: UInt32, orEqual: Bool) -> Int {
        var low = 0
        var high = lists.count(of: partition)
        while low < high {
            let middle = (low + high) / 2
            let order = SortKeys.compare(key, keys[keyNumbers[Int(lists[partition, middle])]])
            if order < 0 || (order == 0 && orEqual) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private mutating func store(_ row: Int) -> UInt32 {
        let number = rows.append(stagedRow: row)
        keyNumbers.resize(to: rows.numberBound, filling: 0)
        let staged = staged
        let key = staged.key(row)
        keyNumbers[Int(number)] = keys.append(key)
        return number
    }

    /// Puts staged row `row` in its place; gives its number.
    @discardableResult
    mutating func insert(_ row: Int, into partition: UInt32) -> UInt32 {
        let place = bound(staged.key(row), in: partition, orEqual: ties == .lastArrived)
        let number = store(row)
        journal?.noteNew(number)
        lists.insert(number, at: place, of: partition)
        return number
    }

    /// Takes out the row at a place of a partition.
    mutating func remove(at index: Int, of partition: UInt32) {
        removed.append(lists[partition, index])
        lists.remove(at: index, of: partition)
    }

    /// Takes out the first row that equals staged row `row` in all columns and gives its number; nil without one.
    mutating func removeEqual(_ row: Int, from partition: UInt32) -> UInt32? {
        var index = bound(staged.key(row), in: partition, orEqual: true)
        let end = bound(staged.key(row), in: partition, orEqual: false)
        while index < end {
            let number = lists[partition, index]
            if rows.isStaged(number, row: row) {
                remove(at: index, of: partition)
                return number
            }
            index += 1
        }
        return nil
    }

    /// Puts staged row `row` where row `old` of the partition is if their keys are equal, else in its own place.
    ///
    /// - Returns: the number of the new row.
    mutating func replace(_ old: UInt32, with row: Int, in partition: UInt32) -> UInt32 {
        let place = place(of: old, in: partition)
        guard SortKeys.compare(staged.key(row), keys[keyNumbers[Int(old)]]) == 0 else {
            remove(at: place, of: partition)
            return insert(row, into: partition)
        }
        removed.append(old)
        let number = store(row)
        journal?.noteNew(number, inPlaceOf: old)
        lists[partition, place] = number
        return number
    }

    /// Where a row of the partition is.
    func place(of number: UInt32, in partition: UInt32) -> Int {
        var index = bound(keys[keyNumbers[Int(number)]], in: partition, orEqual: true)
        while lists[partition, index] != number { index += 1 }
        return index
    }

    /// Takes all rows of a partition out.
    mutating func clear(_ partition: UInt32) {
        for index in 0..<lists.count(of: partition) { removed.append(lists[partition, index]) }
        lists.clear(partition)
    }

    /// Takes partitions out, with their rows.
    mutating func removePartitions(_ numbers: [UInt32]) {
        for number in numbers { clear(number) }
        partitions.remove(numbers.span)
    }

    /// Forgets the rows that were taken out.
    mutating func sweep() {
        if removed.isEmpty { return }
        for number in removed { keys.remove(keyNumbers[Int(number)]) }
        keys.compactIfWasteful()
        journal?.noteRemoved(removed.span)
        rows.remove(removed.span)
        removed.removeAll(keepingCapacity: true)
    }
}

// MARK: - State

extension RankedRows {
    /// The table of the rows, dealt by `dealing`; rows that are equal in the order stand in that of their arrivals.
    func stateTable(dealtBy dealing: [Int], beside types: [DataType] = []) -> StateTable {
        RowJournal.table("rows", rowTypes: rows.rowTypes, dealtBy: dealing, beside: types)
    }

    /// Hands over what has changed; `beside` gives what is kept beside rows.
    func save(into snapshot: StateSnapshot, table: Int, beside: ([UInt32]) -> [Column] = { _ in [] }) {
        journal?.save(into: snapshot, table: table, beside: beside)
    }

    /// Notes that what is kept beside a row has changed.
    func note(_ number: UInt32) { journal?.note(number) }

    /// Notes from now on what changes, and in which order rows come.
    ///
    /// - Parameter isStored: whether checkpoints store the rows.
    mutating func startJournal(dealtBy dealing: [Int], beside types: [DataType] = [], isStored: Bool = true) {
        let table = stateTable(dealtBy: dealing, beside: types)
        journal = RowJournal(rows, dealtBy: dealing, table: table, isStored: isStored)
    }

    /// Takes over what was stored.
    ///
    /// - Parameter take: is handed rows of a batch: their numbers and partitions, their columns, what is beside them.
    mutating func restore(
        from reader: StateReader,
        table: Int,
        dealtBy dealing: [Int],
        beside types: [DataType] = [],
        partitionKeys: [Int],
        take: (_ rows: [UInt32], _ partitions: [UInt32], _ columns: [Column], _ beside: [Column]) -> Void
    ) throws {
        startJournal(dealtBy: dealing, beside: types)
        try reader.forEachChunk(of: table) { keys, values, rowCount in
            guard let taken = self.take(keys, values, rowCount: rowCount, partitionKeys: partitionKeys) else { return }
            take(taken.numbers, taken.numbers.compactMap { arriving[$0] }, taken.columns, taken.beside)
        }
        finishTaking()
    }

    /// Takes rows over that were stored; `finishTaking` puts them into their places.
    mutating func take(
        _ keys: [Column],
        _ values: [Column],
        rowCount: Int,
        partitionKeys: [Int]
    ) -> RowJournal.Taken? {
        guard let taken = journal?.take(keys, values, rowCount: rowCount) else { return nil }
        let located = locate(Batch(columns: taken.columns, rowCount: rowCount), partitionKeys: partitionKeys)
        keyNumbers.resize(to: rows.numberBound, filling: 0)
        let staged = staged
        for (row, number) in taken.numbers.enumerated() {
            let key = staged.key(row)
            keyNumbers[Int(number)] = self.keys.append(key)
            arriving[number] = located.readOnly[row]
        }
        return taken
    }

    /// Puts the rows that were taken over into their places.
    mutating func finishTaking() {
        guard let journal, !arriving.isEmpty else { return }
        for number in journal.inOrder(Array(arriving.keys)) {
            guard let partition = arriving[number] else { continue }
            let place = bound(keys[keyNumbers[Int(number)]], in: partition, orEqual: ties == .lastArrived)
            lists.insert(number, at: place, of: partition)
        }
        arriving.removeAll(keepingCapacity: true)
    }

    /// The rows of a partition, in order.
    func rows(of partition: UInt32) -> [UInt32] { (0..<count(partition)).map { row(partition, at: $0) } }

    /// Rows as columns of the table.
    func stored(_ numbers: [UInt32]) -> [Column] { journal?.stored(numbers) ?? [] }

    /// Rows that have changed since the last barrier, about.
    var changedCount: Int { journal?.changedCount ?? 0 }

    /// Forgets partitions that leave memory and are in the storage; they stay in the table of partitions.
    mutating func forget(_ numbers: [UInt32]) {
        for number in numbers {
            let gone = rows(of: number)
            lists.clear(number)
            for row in gone { keys.remove(keyNumbers[Int(row)]) }
            journal?.forget(gone.span)
            rows.remove(gone.span)
        }
    }

    /// Gives memory of what was forgotten back to the system.
    mutating func compact() {
        partitions.compact()
        keys.compact()
        rows.compact()
    }

    /// The partition of each row of key columns, new ones added.
    mutating func partitions(_ columns: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(columns, rowCount: rowCount)
        let numbers = partitions.insert(columns, hashes: hashes.readOnly)
        lists.reserve(groupBound: partitions.groupBound)
        return numbers
    }

    /// The partitions of rows that are held.
    func partitions(of numbers: [UInt32], partitionKeys: [Int]) -> [UInt32] {
        let columns = rows.columns(of: numbers.span, fields: partitionKeys)
        let hashes = RowHash.hashes(columns, rowCount: numbers.count)
        let found = partitions.find(columns, hashes: hashes.readOnly)
        return numbers.indices.map { found.readOnly[$0] }
    }

    /// The key columns of partitions.
    func keys(ofPartitions numbers: [UInt32]) -> [Column] { partitions.keys(of: numbers.span) }
}
