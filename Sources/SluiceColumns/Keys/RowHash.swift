/// The 64-bit hash of rows of key columns, fixed for ever: key groups, and so stored state, depend on it.
///
/// Integers of all widths hash by value, so that INT 5 and BIGINT 5 meet; NULL has its own hash.
public enum RowHash {
    /// Key groups of a job: the unit in which state is owned, moved and restored.
    public static let keyGroupCount = 128

    /// The key group of a hash: its top seven bits (tables index by the low ones).
    @inlinable @inline(__always)
    public static func keyGroup(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 57) }

    /// The key groups that shard `shard`, of `shardCount`, owns.
    public static func keyGroups(ofShard shard: Int, shardCount: Int) -> Range<Int> {
        func first(_ shard: Int) -> Int { (shard * keyGroupCount + shardCount - 1) / shardCount }
        return first(shard)..<first(shard + 1)
    }

    /// The shard, of `shardCount`, that owns key group `keyGroup`: contiguous ranges of equal size.
    @inlinable @inline(__always)
    public static func shard(ofKeyGroup keyGroup: Int, shardCount: Int) -> Int { keyGroup * shardCount / keyGroupCount }

    /// Hash of one 64-bit value.
    ///
    /// It is the finaliser of splitmix64 (Steele, Lea and Flood, 2014).
    @inlinable @inline(__always)
    public static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Hash of bytes.
    @inlinable
    public static func mix(_ bytes: Span<UInt8>) -> UInt64 {
        var state = UInt64(truncatingIfNeeded: bytes.count) &* 0x9e37_79b9_7f4a_7c15
        // SAFETY: loads stay inside the span: whole words below, then the rest byte by byte.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            let raw = UnsafeRawBufferPointer(buffer)
            var offset = 0
            while offset + 8 <= raw.count {
                let word = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let product = (state ^ word).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
                state = product.high ^ product.low ^ word
                offset += 8
            }
            var tail: UInt64 = 0
            var shift: UInt64 = 0
            while offset < raw.count {
                tail |= UInt64(unsafe raw[offset]) << shift
                shift += 8
                offset += 1
            }
            return mix(state ^ tail)
        }
    }

    /// Hashes of `rowCount` rows over `columns`.
    public static func hashes(_ columns: [Column], rowCount: Int) -> MutableLane<UInt64> {
        var result = MutableLane<UInt64>(count: rowCount, zeroed: columns.isEmpty)
        for (position, column) in columns.enumerated() {
            precondition(column.count == rowCount)
            accumulate(column, isFirst: position == 0, into: &result)
        }
        return result
    }

    private static let nullHash: UInt64 = 0x5bd1_e995_9e37_79b9

    private static func accumulate(_ column: Column, isFirst: Bool, into result: inout MutableLane<UInt64>) {
        switch column.type.lane {
        case .bool: fixed(column, column.bools, isFirst, into: &result) { UInt64($0) }
        case .int8: fixed(column, column.int8s, isFirst, into: &result) { UInt64(bitPattern: Int64($0)) }
        case .int16: fixed(column, column.int16s, isFirst, into: &result) { UInt64(bitPattern: Int64($0)) }
        case .int32: fixed(column, column.int32s, isFirst, into: &result) { UInt64(bitPattern: Int64($0)) }
        case .int64: fixed(column, column.int64s, isFirst, into: &result) { UInt64(bitPattern: $0) }
        case .int128:
            fixed(column, column.int128s, isFirst, into: &result) {
                let narrow = UInt64(truncatingIfNeeded: $0)
                // A value that fits 64 bits hashes as it would in the narrow lane.
                return Int128(Int64(bitPattern: narrow)) == $0
                    ? narrow : mix(narrow) ^ UInt64(truncatingIfNeeded: $0 >> 64)
            }
        case .float: fixed(column, column.floats, isFirst, into: &result) { UInt64($0.bitPattern) }
        case .double: fixed(column, column.doubles, isFirst, into: &result) { $0.bitPattern }
        case .view: text(column, isFirst, into: &result)
        case .list, .map, .row, .null: nested(column, isFirst, into: &result)
        }
    }

    @inline(__always)
    private static func fixed<Slot: BitwiseCopyable>(
        _ column: Column,
        _ slots: Span<Slot>,
        _ isFirst: Bool,
        into result: inout MutableLane<UInt64>,
        _ bits: (Slot) -> UInt64
    ) {
        var hashes = result.span
        let step = column.isConstant ? 0 : 1
        if isFirst && column.validity == nil {
            for row in 0..<hashes.count { hashes[row] = mix(bits(slots[row &* step])) }
            return
        }
        for row in 0..<hashes.count {
            let hash = column.isNull(row) ? nullHash : mix(bits(slots[row &* step]))
            hashes[row] = isFirst ? hash : mix(hashes[row] &* 31 ^ hash)
        }
    }

    private static func text(_ column: Column, _ isFirst: Bool, into result: inout MutableLane<UInt64>) {
        var hashes = result.span
        let strings = column.strings
        for row in 0..<hashes.count {
            let hash = column.isNull(row) ? nullHash : mix(strings[column.isConstant ? 0 : row])
            hashes[row] = isFirst ? hash : mix(hashes[row] &* 31 ^ hash)
        }
    }

    private static func nested(_ column: Column, _ isFirst: Bool, into result: inout MutableLane<UInt64>) {
        var hashes = result.span
        for row in 0..<hashes.count {
            var bytes: [UInt8] = []
            RowKeyCodec.append(column.value(row), to: &bytes)
            let hash = mix(bytes.span)
            hashes[row] = isFirst ? hash : mix(hashes[row] &* 31 ^ hash)
        }
    }
}
