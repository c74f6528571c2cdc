/// Builds a column of any type from boxed values, row by row; for literals, VALUES, small results and tests.
///
/// Growing, not fast: hot paths fill `MutableLane` or `StringBuilder`.
public struct ColumnBuilder {
    /// The type of the column.
    public let type: DataType
    private var values: [Value] = []

    /// Makes an empty builder.
    public init(_ type: DataType, capacity: Int = 0) {
        self.type = type
        values.reserveCapacity(capacity)
    }

    /// Rows so far.
    public var count: Int { values.count }

    /// Appends a value whose case fits the lane of the type.
    public mutating func append(_ value: Value) { values.append(value) }

    /// The column; the builder stays usable.
    public func finish() -> Column {
        var valid = MutableBitmap(count: values.count, repeating: true)
        for (row, value) in values.enumerated() where value.isNull { valid.clear(row) }
        let validity = valid.finishAsValidity()
        switch type.lane {
        case .null: return Column(type: type, count: values.count, values: nil)
        case .bool: return fixed(UInt8.self, validity) { if case .boolean(true) = $0 { 1 } else { 0 } }
        case .int8: return fixed(Int8.self, validity) { Int8(truncatingIfNeeded: $0.integerValue ?? 0) }
        case .int16: return fixed(Int16.self, validity) { Int16(truncatingIfNeeded: $0.integerValue ?? 0) }
        case .int32: return fixed(Int32.self, validity) { Int32(truncatingIfNeeded: $0.integerValue ?? 0) }
        case .int64: return fixed(Int64.self, validity) { Int64(truncatingIfNeeded: $0.integerValue ?? 0) }
        case .int128: return fixed(Int128.self, validity) { $0.integerValue ?? 0 }
        case .float: return fixed(Float.self, validity) { if case .float(let value) = $0 { value } else { 0 } }
        case .double: return fixed(Double.self, validity) { if case .double(let value) = $0 { value } else { 0 } }
        case .view: return text(validity)
        case .row: return rows(validity)
        case .list, .map: return collections(validity)
        }
    }

    private func fixed<Slot: BitwiseCopyable>(
        _ slot: Slot.Type,
        _ validity: Bitmap?,
        _ convert: (Value) -> Slot
    ) -> Column {
        var lane = MutableLane<Slot>(count: values.count)
        do {
            var span = lane.span
            for (row, value) in values.enumerated() { span[row] = convert(value) }
        }
        return Column(type: type, count: values.count, values: lane.finish(), validity: validity)
    }

    private func text(_ validity: Bitmap?) -> Column {
        var builder = StringBuilder(count: values.count)
        for value in values {
            if case .bytes(let bytes) = value { builder.append(bytes.span) } else { builder.appendEmpty() }
        }
        return builder.finish(type, validity: validity)
    }

    private func rows(_ validity: Bitmap?) -> Column {
        guard let fields = type.logical.rowFields else { preconditionFailure("row lane without ROW type") }
        let children = fields.indices.map { field in
            var builder = ColumnBuilder(fields[field].type, capacity: values.count)
            for value in values {
                if case .row(let parts) = value { builder.append(parts[field]) } else { builder.append(.null) }
            }
            return builder.finish()
        }
        return Column(type: type, count: values.count, values: nil, validity: validity, children: children)
    }

    private func collections(_ validity: Bitmap?) -> Column {
        var builders = type.logical.childTypes.map { ColumnBuilder($0) }
        var lane = MutableLane<Int32>(count: values.count + 1)
        var end: Int32 = 0
        do {
            var offsets = lane.span
            offsets[0] = 0
            for (row, value) in values.enumerated() {
                if case .array(let elements) = value {
                    for element in elements { builders[0].append(element) }
                    end += Int32(elements.count)
                } else if case .map(let keys, let mapped) = value {
                    for key in keys { builders[0].append(key) }
                    for element in mapped { builders[1].append(element) }
                    end += Int32(keys.count)
                }
                offsets[row + 1] = end
            }
        }
        return Column(
            type: type,
            count: values.count,
            values: lane.finish(),
            validity: validity,
            children: builders.map { $0.finish() }
        )
    }
}

extension LogicalType {
    /// The fields of a ROW or structured type; nil for the others.
    public var rowFields: [RowField]? {
        switch self {
        case .row(let fields), .structured(_, let fields): fields
        default: nil
        }
    }

    /// Types of the children of a nested column: the fields of a ROW or structured type, the element of an ARRAY, key
    /// and value of a MAP, element and count of a MULTISET; empty for the others.
    public var childTypes: [DataType] {
        switch self {
        case .array(let element): [element]
        case .map(let key, let value): [key, value]
        case .multiset(let element): [element, .notNull(.int)]
        case .row(let fields), .structured(_, let fields): fields.map(\.type)
        default: []
        }
    }
}
