import SluiceColumns

/// Hands an operator the rows that its predecessor stored, or that it stored itself, by the batch.
package final class StateReader {
    private let storage: any StateStorage
    private let owner: UInt64
    private let tables: [StateTable]
    private let firstTable: Int
    /// The key groups whose rows are handed out.
    package let keyGroups: Range<Int>
    /// Shards of the run that committed last.
    package let writerCount: Int
    /// When rows that are stored have to leave memory.
    package let eviction: EvictionPolicy
    private let keyRows = EncodedRows()
    private let isOnOneShard: Bool

    /// Rows of a batch at most.
    private static let rowLimit = 4_096

    /// Makes a reader of the state of operator `owner` for the shard that owns `keyGroups`.
    ///
    /// - Parameters:
    ///   - firstTable: number of the first table in the storage.
    ///   - writerCount: shards of the run that committed last: what earlier runs with more shards left under the
    ///     numbers of the others is out of date. All that ever wrote unless given.
    ///   - isOnOneShard: whether all rows belong to the first shard, whatever their keys.
    package init(
        _ storage: any StateStorage,
        owner: UInt64,
        tables: [StateTable],
        firstTable: Int = 0,
        keyGroups: Range<Int>,
        writerCount: Int = RowHash.keyGroupCount,
        eviction: EvictionPolicy = .never,
        isOnOneShard: Bool = false
    ) {
        self.isOnOneShard = isOnOneShard
        self.storage = storage
        self.owner = owner
        self.tables = tables
        self.firstTable = firstTable
        self.keyGroups = keyGroups
        self.writerCount = writerCount
        self.eviction = eviction
    }

    private func address(_ table: Int) -> StateAddress {
        StateAddress(owner: owner, table: UInt16(truncatingIfNeeded: firstTable + table))
    }

    /// Whether a table has no rows.
    package func isEmpty(_ table: Int) throws -> Bool {
        if keyGroups.isEmpty { return true }
        var isEmpty = true
        try storage.forEach(in: address(table).range(keyGroups: keyGroups)) { _, _ in
            isEmpty = false
            return false
        }
        return isEmpty
    }

    /// Rows that were asked for by their keys.
    package struct FoundRows {
        /// Which of the keys there are, in any order.
        package var rows: [Int32]
        /// The other columns of their rows.
        package var values: [Column]
        /// Bytes that were read.
        package var byteCount: Int
    }

    /// The rows of a keyed table with the given keys, all asked for in one call; each key once.
    package func rows(of table: Int, keys: [Column], rowCount: Int) throws -> FoundRows {
        let schema = tables[table]
        let keyRows = keyRows
        keyRows.encode(keys, rowCount: rowCount)
        let prefixes = StatePrefixes(address(table), schema.scope, shardIndex: 0, keys: keys, rowCount: rowCount)
        var wanted = EncodedRowArena()
        let bytes = prefixes.bytes
        for row in 0..<rowCount {
            let key = keyRows.row(row)
            _ = wanted.append(bytes.span.extracting(prefixes.range(of: row)), key)
        }
        let found = FoundValues()
        try storage.forEachValue(of: wanted) { index, value in
            if let value { found.append(index, value) }
        }
        return FoundRows(rows: found.rows, values: found.columns(schema.valueTypes), byteCount: found.byteCount)
    }

    /// Hands out the rows of a keyed table whose keys begin with the given columns, which say whose shard's they are.
    package func forEachChunk(
        of table: Int,
        keysBeginningWith keys: [Column],
        rowCount: Int,
        _ body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        let schema = tables[table]
        let encoded = EncodedRows()
        encoded.encode(keys, rowCount: rowCount)
        let prefixes = StatePrefixes(address(table), schema.scope, shardIndex: 0, keys: keys, rowCount: rowCount)
        var chunk = Chunk(schema)
        for row in 0..<rowCount {
            let key: [UInt8] = encoded.row(row).bytes
            try forEach(in: StateRange(startingWith: prefixes[row] + key), &chunk, body)
        }
        try chunk.hand(to: body)
    }

    /// Hands out all rows of a table.
    package func forEachChunk(
        of table: Int,
        _ body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        let groups = tables[table].scope == .shard ? 0..<writerCount : keyGroups
        try forEachChunk(of: table, keyGroups: groups, body)
    }

    /// Hands out the rows of a table of shards that one of them wrote.
    package func forEachChunk(
        of table: Int,
        writer: Int,
        _ body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        precondition(tables[table].scope == .shard)
        try forEachChunk(of: table, keyGroups: writer..<writer + 1, body)
    }

    /// Which shard of the run that committed last had each row, by the columns that deal rows.
    package func writers(of keys: [Column], rowCount: Int) -> [Int] {
        if keys.isEmpty || isOnOneShard || writerCount < 2 { return Array(repeating: 0, count: rowCount) }
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        return (0..<rowCount).map { row in
            let group = RowHash.keyGroup(of: hashes.readOnly[row])
            return RowHash.shard(ofKeyGroup: group, shardCount: writerCount)
        }
    }

    private func forEachChunk(
        of table: Int,
        keyGroups groups: Range<Int>,
        _ body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        let schema = tables[table]
        var chunk = Chunk(schema)
        try forEach(in: address(table).range(keyGroups: groups), &chunk, body)
        try chunk.hand(to: body)
    }

    /// Hands out the rows of a range; what is left at its end is in the chunk.
    private func forEach(
        in range: StateRange,
        _ chunk: inout Chunk,
        _ body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        var failure: (any Error)?
        let isPacked = chunk.isPacked
        try storage.forEach(in: range) { key, value in
            let key = key.extracting(StateAddress.prefixByteCount..<key.count)
            do {
                if isPacked {
                    try Self.append(key, joined: value, to: &chunk, body)
                } else {
                    chunk.append(key, value)
                    if chunk.rowCount == Self.rowLimit { try chunk.hand(to: body) }
                }
            } catch {
                failure = error
            }
            return failure == nil
        }
        if let failure { throw failure }
    }

    /// Adds the rows of a record of a packed table, and hands out what is too much for a batch.
    private static func append(
        _ key: Span<UInt8>,
        joined: Span<UInt8>,
        to chunk: inout Chunk,
        _ body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        let encoded = EncodedRows()
        var failure: (any Error)?
        var isWhole = false
        if let number = StateAddress.packNumber(key) {
            encoded.encode([.numbers(CollectionOfOne(number))], rowCount: 1)
            isWhole = RowPacks.forEachRow(of: joined) { row in
                let numberRow = encoded.row(0)
                if failure != nil { return }
                chunk.append(numberRow, row)
                do { if chunk.rowCount == rowLimit { try chunk.hand(to: body) } } catch { failure = error }
            }
        }
        if let failure { throw failure }
        if !isWhole {
            throw StateError(.external, "storageFailed", "a record of many rows in the stored state is damaged")
        }
    }

    /// Rows that have been read and not handed out yet.
    private struct Chunk: ~Copyable {
        private let schema: StateTable
        var isPacked: Bool { schema.isPacked }
        private var keys = EncodedRowArena()
        private var values = EncodedRowArena()
        private var numbers: [UInt32] = []

        init(_ schema: StateTable) { self.schema = schema }

        var rowCount: Int { numbers.count }

        mutating func append(_ key: Span<UInt8>, _ value: Span<UInt8>) {
            numbers.append(keys.append(key))
            _ = values.append(value)
        }

        mutating func hand(
            to body: (_ keys: [Column], _ values: [Column], _ rowCount: Int) throws -> Void
        ) throws {
            if numbers.isEmpty { return }
            let keyColumns = RowKeyDecoder(schema.keyTypes).columns(of: numbers.span, in: keys)
            let valueColumns = RowKeyDecoder(schema.valueTypes).columns(of: numbers.span, in: values)
            let rowCount = numbers.count
            self = Chunk(schema)
            try body(keyColumns, valueColumns, rowCount)
        }
    }

    /// Values that were found, by the places of their keys.
    private final class FoundValues {
        private(set) var rows: [Int32] = []
        private(set) var byteCount = 0
        private var values = EncodedRowArena()

        func append(_ index: Int, _ value: Span<UInt8>) {
            rows.append(Int32(truncatingIfNeeded: index))
            byteCount += value.count
            _ = values.append(value)
        }

        func columns(_ types: [DataType]) -> [Column] {
            let numbers = rows.indices.map { UInt32(truncatingIfNeeded: $0) }
            return RowKeyDecoder(types).columns(of: numbers.span, in: values)
        }
    }
}
