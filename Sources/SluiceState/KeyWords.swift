import SluiceColumns

/// Key columns of at most 64 bits a value as 64-bit words, the way `RowHash` sees them, and back.
enum KeyWords {
    /// The words of a flat column, in the `int64` lane.
    static func of(_ column: Column) -> Column {
        switch column.type.lane {
        case .bool: widened(column, UInt8.self) { Int64($0) }
        case .int8: widened(column, Int8.self) { Int64($0) }
        case .int16: widened(column, Int16.self) { Int64($0) }
        case .int32: widened(column, Int32.self) { Int64($0) }
        case .float: widened(column, UInt32.self) { Int64($0) }
        default: column
        }
    }

    /// The column of type `type` whose words are `words`.
    static func column(_ words: consuming MutableLane<Int64>, _ type: DataType) -> Column {
        switch type.lane {
        case .bool: narrowed(words, type) { UInt8(truncatingIfNeeded: $0) }
        case .int8: narrowed(words, type) { Int8(truncatingIfNeeded: $0) }
        case .int16: narrowed(words, type) { Int16(truncatingIfNeeded: $0) }
        case .int32: narrowed(words, type) { Int32(truncatingIfNeeded: $0) }
        case .float: narrowed(words, type) { UInt32(truncatingIfNeeded: $0) }
        default: whole(words, type)
        }
    }

    private static func whole(_ words: consuming MutableLane<Int64>, _ type: DataType) -> Column {
        let count = words.count
        return Column(type: type, count: count, values: words.finish())
    }

    @inline(__always)
    private static func widened<Slot: BitwiseCopyable>(
        _ column: Column,
        _ slot: Slot.Type,
        _ convert: (Slot) -> Int64
    ) -> Column {
        var lane = MutableLane<Int64>(count: column.count)
        do {
            var target = lane.span
            let slots = column.lane(slot)
            for row in 0..<slots.count { target[row] = convert(slots[row]) }
        }
        return Column(type: .notNull(.bigint), count: column.count, values: lane.finish())
    }

    @inline(__always)
    private static func narrowed<Slot: BitwiseCopyable>(
        _ words: borrowing MutableLane<Int64>,
        _ type: DataType,
        _ convert: (Int64) -> Slot
    ) -> Column {
        var lane = MutableLane<Slot>(count: words.count)
        do {
            var target = lane.span
            let source = words.readOnly
            for row in 0..<source.count { target[row] = convert(source[row]) }
        }
        return Column(type: type, count: words.count, values: lane.finish())
    }
}
