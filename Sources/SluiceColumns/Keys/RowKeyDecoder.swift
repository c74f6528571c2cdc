/// Turns encoded rows back into columns.
///
/// The rows are pulled one by one through `row`; only used when groups are emitted.
public struct RowKeyDecoder {
    /// Types of the key columns.
    public let types: [DataType]

    /// Makes a decoder for rows of `types`.
    public init(_ types: [DataType]) { self.types = types }

    /// The columns of `numbers`, whose encoded keys are in `index`.
    public func columns(of numbers: Span<UInt32>, in index: ByteKeyIndex) -> [Column] {
        let count = numbers.count
        var offsets = [Int](repeating: 0, count: count)
        return types.map { type in
            var valid = MutableBitmap(count: count, repeating: true)
            switch type.lane {
            case .view: return texts(type, numbers, index, &offsets)
            case .list, .map, .row, .null: return nested(type, numbers, index, &offsets)
            case .bool, .int8: return fixed(UInt8.self, type, numbers, index, &offsets, &valid)
            case .int16: return fixed(UInt16.self, type, numbers, index, &offsets, &valid)
            case .int32, .float: return fixed(UInt32.self, type, numbers, index, &offsets, &valid)
            case .int64, .double: return fixed(UInt64.self, type, numbers, index, &offsets, &valid)
            case .int128: return fixed(Int128.self, type, numbers, index, &offsets, &valid)
            }
        }
    }

    private func fixed<Slot: BitwiseCopyable>(
        _ slot: Slot.Type,
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ index: ByteKeyIndex,
        _ offsets: inout [Int],
        _ valid: inout MutableBitmap
    ) -> Column {
        let stride = MemoryLayout<Slot>.stride
        var lane = MutableLane<Slot>(count: numbers.count, zeroed: true)
        do {
            var target = lane.span
            for row in 0..<numbers.count {
                let key = index.key(numbers[row])
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
        _ index: ByteKeyIndex,
        _ offsets: inout [Int]
    ) -> Column {
        var builder = StringBuilder(count: numbers.count)
        var valid = MutableBitmap(count: numbers.count, repeating: true)
        for row in 0..<numbers.count {
            let key = index.key(numbers[row])
            let at = offsets[row]
            if key[at] == 0 {
                valid.clear(row)
                builder.appendEmpty()
                offsets[row] = at + 1
                continue
            }
            let length = (0..<4).reduce(0) { $0 | Int(key[at + 1 + $1]) << (8 * $1) }
            builder.append(key.extracting(at + 5..<at + 5 + length))
            offsets[row] = at + 5 + length
        }
        return builder.finish(type, validity: valid.finishAsValidity())
    }

    private func nested(
        _ type: DataType,
        _ numbers: Span<UInt32>,
        _ index: ByteKeyIndex,
        _ offsets: inout [Int]
    ) -> Column {
        var builder = ColumnBuilder(type, capacity: numbers.count)
        for row in 0..<numbers.count {
            let key = index.key(numbers[row])
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
