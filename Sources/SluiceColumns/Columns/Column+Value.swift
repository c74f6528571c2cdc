extension Column {
    /// The value of row `row`; for the edges and tests, not for loops over rows.
    public func value(_ row: Int) -> Value {
        precondition(row >= 0 && row < count)
        if isNull(row) { return .null }
        let slot = isConstant ? 0 : row
        switch type.lane {
        case .null: return .null
        case .bool: return .boolean(bools[slot] != 0)
        case .int8: return .integer(Int64(int8s[slot]))
        case .int16: return .integer(Int64(int16s[slot]))
        case .int32: return .integer(Int64(int32s[slot]))
        case .int64: return .integer(int64s[slot])
        case .int128: return .wide(int128s[slot])
        case .float: return .float(floats[slot])
        case .double: return .double(doubles[slot])
        case .view: return .bytes(bytes(slot))
        case .row: return .row(children.map { $0.value(slot) })
        case .list:
            let range = Int(offsets[slot])..<Int(offsets[slot + 1])
            return .array(range.map { children[0].value($0) })
        case .map:
            let range = Int(offsets[slot])..<Int(offsets[slot + 1])
            return .map(keys: range.map { children[0].value($0) }, values: range.map { children[1].value($0) })
        }
    }

    private func bytes(_ slot: Int) -> [UInt8] {
        let strings = self.strings
        let span = strings[slot]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(span.count)
        for index in 0..<span.count { bytes.append(span[index]) }
        return bytes
    }

    /// A constant column of `count` rows.
    public static func constant(_ value: Value, _ type: DataType, count: Int) -> Column {
        if type.lane == .null { return Column(type: type, count: count, values: nil, isConstant: true) }
        let single = Column.of([value], type)
        return Column(
            type: type,
            count: count,
            values: single.values,
            validity: single.validity,
            children: single.children,
            arenas: single.arenas,
            isConstant: true
        )
    }

    /// A flat column of boxed values; for the edges and tests.
    public static func of(_ values: [Value], _ type: DataType) -> Column {
        var builder = ColumnBuilder(type, capacity: values.count)
        for value in values { builder.append(value) }
        return builder.finish()
    }

    /// The same rows with a slot per row.
    public func flattened() -> Column {
        guard isConstant else { return self }
        if type.lane == .null { return Column(type: type, count: count, values: nil) }
        return Column(
            type: type,
            count: 1,
            values: values,
            validity: validity,
            children: children,
            arenas: arenas
        ).gathered(SelectionVector(repeating: 0, count: count))
    }
}
