import SluiceColumns
import SluiceConnect

/// What becomes of a field of a record; holds no reference, because one is looked at for each value.
struct CSVField {
    /// The scalar types, and the two that are made of elements.
    enum Kind: UInt8 {
        case skip
        case boolean, int8, int16, int32, int64, float, double, decimal, string, bytes, date, time
        case timestamp, timestampLTZ, null
        case array, row
    }
    /// What it becomes.
    var kind: Kind
    /// Its lane; for arrays and rows the index of their builder.
    var lane: Int
    /// What its values are in a column.
    var storage: Lane
    /// Precision of DECIMAL, TIME and timestamps.
    var precision = 0
    /// Scale of DECIMAL.
    var scale = 0

    /// A field of `type`.
    init(_ type: DataType, lane: Int) throws(ConnectorError) {
        kind = try Self.kind(of: type)
        self.lane = lane
        storage = type.lane
        switch type.logical {
        case .decimal(let precision, let scale): (self.precision, self.scale) = (precision, scale)
        case .timestamp(let precision), .timestampLTZ(let precision), .time(let precision): self.precision = precision
        default: break
        }
        for child in type.logical.childTypes where kind == .array || kind == .row {
            let childKind = try Self.kind(of: child)
            if childKind == .array || childKind == .row { throw Self.unsupported(type) }
        }
    }

    /// A field that nobody needs.
    static let skipped: CSVField = {
        var field = CSVField()
        field.kind = .skip
        return field
    }()

    private init() {
        kind = .skip
        lane = -1
        storage = DataType(.null).lane
    }

    /// Whether the values are built one by one rather than in a lane.
    var isBuilt: Bool { kind == .array || kind == .row }

    private static func kind(of type: DataType) throws(ConnectorError) -> Kind {
        switch type.logical {
        case .boolean: return .boolean
        case .tinyint: return .int8
        case .smallint: return .int16
        case .int, .intervalYearMonth: return .int32
        case .bigint, .intervalDayTime: return .int64
        case .float: return .float
        case .double: return .double
        case .decimal: return .decimal
        case .char, .varchar: return .string
        case .binary, .varbinary: return .bytes
        case .date: return .date
        case .time: return .time
        case .timestamp: return .timestamp
        case .timestampLTZ: return .timestampLTZ
        case .null: return .null
        case .array: return .array
        case .row, .structured: return .row
        case .map, .multiset, .raw, .variant, .bitmap: throw unsupported(type)
        }
    }

    static func unsupported(_ type: DataType) -> ConnectorError {
        ConnectorError(.user, "unsupportedType", "the csv format has no form for the type \(type)")
    }
}

extension CSVField {
    /// The value of scalar text; nil where it is none of the type.
    ///
    /// Follows Flink's csv format.
    func value(of text: Span<UInt8>) -> Value? {
        switch kind {
        case .skip, .null: return .null
        case .boolean: return .boolean(FieldText.isTrue(text))
        case .int8: return integer(text, Int8.self)
        case .int16: return integer(text, Int16.self)
        case .int32: return integer(text, Int32.self)
        case .int64: return integer(text, Int64.self)
        case .float: return FloatText.parseJavaFloat(text).map { .float($0) }
        case .double: return FloatText.parseJavaDouble(text).map { .double($0) }
        case .decimal: return decimal(text)
        case .string: return .bytes(Self.array(text))
        case .bytes: return Base64Text.decode(text).map { .bytes($0) }
        case .date: return CSVDate.parse(text).map { .integer(Int64($0)) }
        case .time:
            guard let millis = TimestampText.parseTime(text, secondsOptional: true) else { return nil }
            return .integer(Int64(FieldText.truncated(timeMillis: millis, precision: precision)))
        case .timestamp, .timestampLTZ:
            let isUTC = kind == .timestampLTZ
            let parsed = TimestampText.parse(FieldText.trimmed(text), standard: .sql, isUTC: isUTC)
            guard let value = parsed?.truncated(toPrecision: precision) else { return nil }
            return storage == .int64 ? value.micros.map { .integer($0) } : .wide(value.nanos)
        case .array, .row: return nil
        }
    }

    /// A whole number with or without blanks around it.
    func integer(_ text: Span<UInt8>) -> Int64? { IntegerText.parseInt64(FieldText.trimmed(text)) }

    private func integer<Integer: FixedWidthInteger>(_ text: Span<UInt8>, _ type: Integer.Type) -> Value? {
        guard let wide = integer(text) else { return nil }
        return Integer(exactly: wide).map { .integer(Int64($0)) }
    }

    private func decimal(_ text: Span<UInt8>) -> Value? {
        guard let value = DecimalText.parse(text, precision: precision, scale: scale) else {
            // A number that is too large is NULL in Flink; anything else is bad.
            return FloatText.parseDouble(text) == nil ? nil : .null
        }
        return storage == .int64 ? .integer(Int64(truncatingIfNeeded: value)) : .wide(value)
    }

    static func array(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for index in 0..<text.count { bytes.append(text[index]) }
        return bytes
    }
}

/// Dates as `java.sql.Date.valueOf` reads them.
enum CSVDate {
    /// Days since the epoch of `yyyy-[m]m-[d]d`; a day past the end of its month runs into the next one.
    static func parse(_ text: Span<UInt8>) -> Int32? {
        guard text.count >= 8, text.count <= 10, text[4] == UInt8(ascii: "-") else { return nil }
        var fields: [Int] = []
        var value = 0
        var digitCount = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "-") {
                if digitCount == 0 { return nil }
                fields.append(value)
                (value, digitCount) = (0, 0)
            } else {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                digitCount += 1
            }
        }
        guard fields.count == 2, digitCount > 0, (1...12).contains(fields[1]), (1...31).contains(value) else {
            return nil
        }
        let first = CivilDate(year: fields[0], month: fields[1], day: 1)
        return Int32(exactly: first.daysSinceEpoch + value - 1)
    }
}
