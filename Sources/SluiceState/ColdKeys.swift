import SluiceColumns

/// Which keys of a `KeyedRows` are in memory, with all their rows, and which are in the storage.
///
/// With checkpoints the rows lie in the operator's own tables, row by row; a key may go at a barrier when none of its
/// rows has changed since the one before, and comes back as a range of each table. Without them a key's rows are
/// written as one record for each table when it goes (`StateSpill`), and come back by one lookup for all keys of a
/// batch (docs/design/0019). Single-threaded: it belongs to one operator on one shard.
package final class ColdKeys {
    /// Gives rows back.
    package let cold: ColdRows
    /// Whether the operator needs room that the next barrier can give it.
    package private(set) var wantsBarrier = false
    /// Per group the bits below; none for a number that belongs to no group.
    private var marks = GrowableLane<UInt8>()
    /// Groups that have changed since the last barrier, each once; only with checkpoints.
    private var changed: [UInt32] = []
    /// Groups that have lost their last row since the last barrier, each once.
    private var emptied: [UInt32] = []
    /// Groups that had lost it at the last barrier: the storage may have rows of them until the next one.
    private var leaving: [UInt32] = []

    /// Mark of a group that is in the table.
    private static let isHeld: UInt8 = 1
    /// Mark of a group that was used since the hand of `ColdRows` came by.
    private static let isRecent: UInt8 = 2
    /// Mark of a group with rows that are not stored as they are.
    private static let hasChanged: UInt8 = 4
    /// Mark of a group that has a record in the spill, which may be out of date.
    private static let isStored: UInt8 = 8
    /// Mark of a group in `emptied` or `leaving`.
    private static let isEmptied: UInt8 = 16

    /// The part of the keys that go at a time: they leave room for many batches.
    private static let evictedPart = 4
    /// Keys that go at a time, at least.
    private static let evictedCountMin = 64
    /// Keys that are written at once.
    private static let writtenCount = 1_024
    /// Whoever holds less than this part of all keyed state keeps it: others have to make room.
    private static let smallPart = 16

    /// Makes the account of keys that are stored as `cold` says.
    package init(_ cold: ColdRows) { self.cold = cold }

    /// The account of an operator whose state is stored in checkpoints; nil where all of it always stays in memory.
    package init?(_ reader: StateReader, tables: [Int]) throws {
        let hasAny = try tables.contains { try !reader.isEmpty($0) }
        guard hasAny || reader.eviction.isBounded || reader.eviction.evictsAlways else { return nil }
        cold = ColdRows(reader, hasAny: hasAny)
    }

    /// The table of a spill that takes the place of a table of rows.
    package static func spillTable(_ table: StateTable, keyTypes: [DataType]) -> StateTable {
        StateTable(
            table.name,
            keyTypes: keyTypes,
            valueTypes: [RowsOfKeys.packedType],
            scope: .keyed(columns: keyTypes.count)
        )
    }

    /// Bytes held.
    package var byteCount: Int {
        marks.byteCount + (changed.capacity + emptied.capacity + leaving.capacity) * MemoryLayout<UInt32>.stride
    }

    private var policy: EvictionPolicy { cold.policy }

    // MARK: Use

    /// Notes that groups of the table are in use; `UInt32.max` is none.
    package func touch(_ groups: Span<UInt32>) { mark(groups, Self.isHeld | Self.isRecent) }

    /// Notes that rows of groups have come, gone or changed.
    package func change(_ groups: Span<UInt32>) {
        if cold.spill == nil {
            for index in 0..<groups.count where groups[index] != .max && !has(groups[index], Self.hasChanged) {
                changed.append(groups[index])
                add(Self.hasChanged, to: groups[index])
            }
        }
        mark(groups, Self.isHeld | Self.isRecent | Self.hasChanged)
    }

    private func mark(_ groups: Span<UInt32>, _ bits: UInt8) {
        for index in 0..<groups.count where groups[index] != .max { add(bits, to: groups[index]) }
    }

    @inline(__always)
    private func add(_ bits: UInt8, to group: UInt32) {
        marks.resize(to: Int(group) + 1, filling: 0)
        marks[Int(group)] |= bits
    }

    @inline(__always)
    private func has(_ group: UInt32, _ bit: UInt8) -> Bool {
        Int(group) < marks.count && marks[Int(group)] & bit != 0
    }

    /// Takes groups that have no rows any more out of the table; with checkpoints not before the storage knows of it.
    package func release(_ groups: Span<UInt32>, of rows: any KeyedRows) throws {
        if groups.count == 0 { return }
        guard let spill = cold.spill else {
            change(groups)
            for index in 0..<groups.count where !has(groups[index], Self.isEmptied) {
                add(Self.isEmptied, to: groups[index])
                emptied.append(groups[index])
            }
            return
        }
        let stored = groups.indices.map { groups[$0] }.filter { has($0, Self.isStored) }
        if !stored.isEmpty {
            try spill.write { snapshot in
                let keys = rows.keyTable.keys(of: stored.span)
                for (number, _) in rows.keyedTables { snapshot.remove(number, keys: keys, rowCount: stored.count) }
            }
        }
        free(groups, of: rows)
    }

    private func free(_ groups: Span<UInt32>, of rows: any KeyedRows) {
        for index in 0..<groups.count where Int(groups[index]) < marks.count { marks[Int(groups[index])] = 0 }
        rows.keyTable.remove(groups)
    }

    // MARK: Coming back

    /// Reads the rows of those keys back that are stored and not in memory, and notes that the others are in use.
    package func recall(_ keys: [Column], rowCount: Int, into rows: any KeyedRows) throws {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = rows.keyTable.find(keys, hashes: hashes.readOnly)
        touch(groups.readOnly)
        guard cold.hasAny else { return }
        let found = groups.readOnly
        let missing = (0..<rowCount).filter { found[$0] == .max }
        cold.noteHits(rowCount - missing.count)
        if missing.isEmpty { return }
        let selection = SelectionVector(missing.map { Int32(truncatingIfNeeded: $0) })
        let some = keys.map { $0.gathered(selection) }
        let distinct = KeyTable(keyTypes: rows.keyTable.keyTypes)
        let someHashes = RowHash.hashes(some, rowCount: missing.count)
        _ = distinct.insert(some, hashes: someHashes.readOnly)
        let asked = distinct.keys(of: distinct.liveGroups.span)
        try cold.spill == nil
            ? readRanges(asked, rowCount: distinct.count, into: rows)
            : readRecords(asked, rowCount: distinct.count, into: rows)
    }

    private func readRecords(_ keys: [Column], rowCount: Int, into rows: any KeyedRows) throws {
        let first = rows.keyedTables.first?.number
        for (number, table) in rows.keyedTables {
            let found = try cold.rows(of: number, keys: keys, rowCount: rowCount, isCounted: number == first)
            if found.rows.isEmpty { continue }
            let (columns, count) = RowsOfKeys.unpacked(found.values[0], types: table.keyTypes + table.valueTypes)
            if count == 0 { continue }
            let keyCount = table.keyTypes.count
            try rows.take(
                number,
                keys: Array(columns[..<keyCount]),
                values: Array(columns[keyCount...]),
                rowCount: count
            )
        }
        rows.finishTaking()
        noteTaken(keys, rowCount, Self.isStored, rows)
    }

    private func readRanges(_ keys: [Column], rowCount: Int, into rows: any KeyedRows) throws {
        for (number, _) in rows.keyedTables {
            try cold.reader.forEachChunk(of: number, keysBeginningWith: keys, rowCount: rowCount) {
                try rows.take(number, keys: $0, values: $1, rowCount: $2)
            }
        }
        rows.finishTaking()
        cold.noteRead(rowCount, found: noteTaken(keys, rowCount, 0, rows))
    }

    /// Marks those of the keys that are in the table now; gives how many they are.
    @discardableResult
    private func noteTaken(_ keys: [Column], _ rowCount: Int, _ bits: UInt8, _ rows: any KeyedRows) -> Int {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = rows.keyTable.find(keys, hashes: hashes.readOnly)
        let found = groups.readOnly
        mark(found, Self.isHeld | Self.isRecent | bits)
        return found.indices.count { found[$0] != .max }
    }

    // MARK: Going

    /// Whether rows have to go, of which the operator holds a good part of all.
    private func lacksRoom(for byteCount: Int, _ rows: any KeyedRows) -> Bool {
        if policy.evictsAlways { return true }
        guard policy.isTight(adding: byteCount) else { return false }
        return rows.byteCount * Self.smallPart > MemoryLedger.bytesHeld(for: .tables)
    }

    /// How many keys have to go.
    private func wantedCount(_ rows: any KeyedRows) -> Int {
        let count = rows.keyTable.count
        return policy.evictsAlways ? count : max(count / Self.evictedPart, Self.evictedCountMin)
    }

    /// Sees to it that the rows of a batch find room, where memory is short.
    package func makeWay(for rowCount: Int, in rows: any KeyedRows) throws {
        guard lacksRoom(for: rows.growth(adding: rowCount), rows) else {
            wantsBarrier = false
            return
        }
        guard let spill = cold.spill else {
            wantsBarrier = rows.keyTable.count > 0 && !policy.evictsAlways
            return
        }
        let groups = cold.choose(wantedCount(rows), below: marks.count) { judge($0, isCleanOnly: false) }
        if groups.isEmpty { return }
        for start in stride(from: 0, to: groups.count, by: Self.writtenCount) {
            try evict(Array(groups[start..<min(start + Self.writtenCount, groups.count)]), to: spill, rows)
        }
        if !policy.evictsAlways { rows.compact() }
    }

    private func evict(_ groups: [UInt32], to spill: StateSpill, _ rows: any KeyedRows) throws {
        let unsaved = groups.filter { has($0, Self.hasChanged) || !has($0, Self.isStored) }
        if !unsaved.isEmpty {
            try spill.write { snapshot in
                let keys = rows.keyTable.keys(of: unsaved.span)
                for (number, _) in rows.keyedTables {
                    let packed = rows.rows(of: unsaved, in: number).packed(keyCount: unsaved.count)
                    snapshot.put(number, keys: keys, values: [packed], rowCount: unsaved.count)
                }
            }
        }
        forget(groups, of: rows)
    }

    private func forget(_ groups: [UInt32], of rows: any KeyedRows) {
        rows.forget(groups)
        free(groups.span, of: rows)
        cold.noteEvicted(groups.count)
    }

    private func judge(_ number: Int, isCleanOnly: Bool) -> ColdRows.Verdict {
        let mark = marks[number]
        if mark & Self.isHeld == 0 || mark & Self.isEmptied != 0 { return .stays }
        if isCleanOnly, mark & Self.hasChanged != 0 { return .stays }
        guard mark & Self.isRecent == 0 || policy.evictsAlways else {
            marks[number] = mark & ~Self.isRecent
            return .waits
        }
        // The hand may come by again.
        marks[number] = mark & ~Self.isHeld
        return .goes
    }

    /// A barrier has come, and the operator has handed over what has changed: the commit of the barrier before is done.
    ///
    /// - Parameter unsavedByteCount: what was handed over, about; the next epoch may need as much.
    package func finishEpoch(unsavedByteCount: Int, of rows: any KeyedRows) {
        freeEmptied(of: rows)
        if lacksRoom(for: rows.growth(adding: changed.count) + unsavedByteCount, rows) {
            let groups = cold.choose(wantedCount(rows), below: marks.count) { judge($0, isCleanOnly: true) }
            if !groups.isEmpty {
                forget(groups, of: rows)
                if !policy.evictsAlways { rows.compact() }
            }
        }
        wantsBarrier = false
        for group in changed { marks[Int(group)] &= ~Self.hasChanged }
        changed.removeAll(keepingCapacity: true)
    }

    /// Frees the groups of whose last rows the storage has nothing any more; lists those that it may still have.
    private func freeEmptied(of rows: any KeyedRows) {
        let gone = leaving.filter { !has($0, Self.hasChanged) }
        let others = leaving.filter { has($0, Self.hasChanged) } + emptied
        leaving.removeAll(keepingCapacity: true)
        emptied.removeAll(keepingCapacity: true)
        for group in others {
            if rows.isEmpty(group) { leaving.append(group) } else { marks[Int(group)] &= ~Self.isEmptied }
        }
        if !gone.isEmpty { free(gone.span, of: rows) }
    }
}
