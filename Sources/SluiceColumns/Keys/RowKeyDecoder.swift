/// Turns encoded rows back into columns.
///
/// The rows are pulled one by one through `row`; only used when groups are emitted.
public struct RowKeyDecoder {
    /// Types of the key columns.
    public let types: [DataType]

    /// Makes a decoder for rows of `types`.
    public init(_ types: [DataType]) { self.types = types }

    /// The columns of the rows that `rows` holds under `numbers`.
    public func columns(of numbers: Span<UInt32>, in rows: borrowing EncodedRowArena) -> [Column] {
        var offsets = [Int](repeating: 0, count: numbers.count)
        var columns: [Column] = []
        columns.reserveCapacity(types.count)
        for type in types { columns.append(next(type, numbers, rows, &offsets)) }
        return columns
    }

    /// Some columns, in the order of `fields`, of the rows that `rows` holds under `numbers`.
    public func columns(of numbers: Span<UInt32>, fields: [Int], in rows: borrowing EncodedRowArena) -> [Column] {
        var offsets = [Int](repeating: 0, count: numbers.count)
        var found: [Int: Column] = [:]
        let bound = (fields.max() ?? -1) + 1
        for field in 0..<bound {
            if fields.contains(field) {
                found[field] = next(types[field], numbers, rows, &offsets)
            } else {
                skip(types[field], numbers, rows, &offsets)
            }
        }
        return fields.compactMap { found[$0] }
    }

    /// The column at the given offsets of the rows, which move past it.
    private func next(
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ rows: borrowing EncodedRowArena,
        _ offsets: inout [Int]
    ) -> Column {
        var valid = MutableBitmap(count: numbers.count, repeating: true)
        switch type.lane {
        case .view: return texts(type, numbers, rows, &offsets)
        case .list, .map, .row, .null: return nested(type, numbers, rows, &offsets)
        case .bool, .int8: return fixed(UInt8.self, type, numbers, rows, &offsets, &valid)
        case .int16: return fixed(UInt16.self, type, numbers, rows, &offsets, &valid)
        case .int32, .float: return fixed(UInt32.self, type, numbers, rows, &offsets, &valid)
        case .int64, .double: return fixed(UInt64.self, type, numbers, rows, &offsets, &valid)
        case .int128: return fixed(Int128.self, type, numbers, rows, &offsets, &valid)
        }
    }

    /// Moves the offsets past a column that nobody wants.
    private func skip(
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ rows: borrowing EncodedRowArena,
        _ offsets: inout [Int]
    ) {
        switch type.lane {
        case .list, .map, .row, .null: _ = nested(type, numbers, rows, &offsets)
        case .view:
            for row in 0..<numbers.count {
                let key = rows[numbers[row]]
                let at = offsets[row]
                offsets[row] = at + 1 + (key[at] == 0 ? 0 : 4 + Self.length(key, at + 1))
            }
        default:
            for row in 0..<numbers.count {
                let at = offsets[row]
                offsets[row] = at + 1 + (rows[numbers[row]][at] == 0 ? 0 : type.lane.stride)
            }
        }
    }

    /// The length of a text, of four bytes at `at`.
    private static func length(_ row: Span<UInt8>, _ at: Int) -> Int {
        Int(row[at]) | Int(row[at + 1]) << 8 | Int(row[at + 2]) << 16 | Int(row[at + 3]) << 24
    }

    private func fixed<Slot: BitwiseCopyable>(
        _ slot: Slot.Type,
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ rows: borrowing EncodedRowArena,
        _ offsets: inout [Int],
        _ valid: inout MutableBitmap
    ) -> Column {
        let stride = MemoryLayout<Slot>.stride
        var lane = MutableLane<Slot>(count: numbers.count, zeroed: true)
        do {
            var target = lane.span
            for row in 0..<numbers.count {
                let key = rows[numbers[row]]
                let at = offsets[row]
                if key[at] == 0 {
                    valid.clear(row)
                    offsets[row] = at + 1
                    continue
                }
                precondition(at + 1 + stride <= key.count)
                // SAFETY: checked just above.
                target[row] = unsafe key.withUnsafeBufferPointer {
                    unsafe UnsafeRawBufferPointer($0).loadUnaligned(fromByteOffset: at + 1, as: Slot.self)
                }
                offsets[row] = at + 1 + stride
            }
        }
        var bits = MutableBitmap(count: 0, repeating: true)
        swap(&bits, &valid)
        return Column(type: type, count: numbers.count, values: lane.finish(), validity: bits.finishAsValidity())
    }

    private func texts(
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ rows: borrowing EncodedRowArena,
        _ offsets: inout [Int]
    ) -> Column {
        var builder = StringBuilder(count: numbers.count)
        var valid = MutableBitmap(count: numbers.count, repeating: true)
        for row in 0..<numbers.count {
            let key = rows[numbers[row]]
            let at = offsets[row]
            if key[at] == 0 {
                valid.clear(row)
                builder.appendEmpty()
                offsets[row] = at + 1
                continue
            }
            let length = Self.length(key, at + 1)
            builder.append(key.extracting(at + 5..<at + 5 + length))
            offsets[row] = at + 5 + length
        }
        return builder.finish(type, validity: valid.finishAsValidity())
    }

    private func nested(
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ rows: borrowing EncodedRowArena,
        _ offsets: inout [Int]
    ) -> Column {
        var builder = ColumnBuilder(type, capacity: numbers.count)
        for row in 0..<numbers.count {
            let key = rows[numbers[row]]
            var at = offsets[row] + 1
            if type.lane == .null || key[offsets[row]] == 0 {
                builder.append(.null)
            } else {
                builder.append(RowKeyCodec.value(key, at: &at))
            }
            offsets[row] = at
        }
        return builder.finish()
    }
}
