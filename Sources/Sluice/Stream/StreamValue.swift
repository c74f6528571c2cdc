import SluiceColumns

/// A Swift type that can be a column of a typed row: `Bool`, the integers, `Float`, `Double`, `String`, `[UInt8]`
/// (BYTES), `Timestamp`, a `StreamRow` (ROW), arrays and dictionaries of these, and optionals (a column that may be
/// NULL).
public protocol StreamValue: Sendable {
    /// The SQL type of the column.
    static var dataType: DataType { get }
    /// Reads a value of that type; nil where it is NULL (unless optional) or of another kind.
    static func read(_ value: Value) -> Self?
    /// The value as it stands in a column.
    var columnValue: Value { get }
    /// The SQL type of a list of such values.
    static var listType: DataType { get }
    /// Reads a list of such values; nil where it is NULL or of another kind.
    static func readList(_ value: Value) -> [Self]?
    /// A list of such values as it stands in a column.
    static func listValue(_ list: [Self]) -> Value
}

extension StreamValue {
    /// ARRAY NOT NULL.
    public static var listType: DataType { .notNull(.array(dataType)) }
    /// Reads an ARRAY.
    public static func readList(_ value: Value) -> [Self]? {
        guard case .array(let elements) = value else { return nil }
        let list = elements.compactMap { read($0) }
        return list.count == elements.count ? list : nil
    }
    /// An ARRAY.
    public static func listValue(_ list: [Self]) -> Value { .array(list.map(\.columnValue)) }
}

/// An instant of a TIMESTAMP(3) column.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01 00:00:00; millisecond precision is kept.
    public var micros: Int64
    /// Makes an instant.
    public init(micros: Int64) { self.micros = micros }
    /// By time.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.micros < rhs.micros }
}

extension Bool: StreamValue {
    /// BOOLEAN NOT NULL.
    public static var dataType: DataType { .notNull(.boolean) }
    /// Reads a BOOLEAN.
    public static func read(_ value: Value) -> Bool? { if case .boolean(let flag) = value { flag } else { nil } }
    /// A BOOLEAN.
    public var columnValue: Value { .boolean(self) }
}

extension Int32: StreamValue {
    /// INT NOT NULL.
    public static var dataType: DataType { .notNull(.int) }
    /// Reads an INT.
    public static func read(_ value: Value) -> Int32? { value.integerValue.flatMap { Int32(exactly: $0) } }
    /// An INT.
    public var columnValue: Value { .integer(Int64(self)) }
}

extension Int64: StreamValue {
    /// BIGINT NOT NULL.
    public static var dataType: DataType { .notNull(.bigint) }
    /// Reads a BIGINT.
    public static func read(_ value: Value) -> Int64? { value.integerValue.flatMap { Int64(exactly: $0) } }
    /// A BIGINT.
    public var columnValue: Value { .integer(self) }
}

extension Int: StreamValue {
    /// BIGINT NOT NULL.
    public static var dataType: DataType { .notNull(.bigint) }
    /// Reads a BIGINT.
    public static func read(_ value: Value) -> Int? { value.integerValue.flatMap { Int(exactly: $0) } }
    /// A BIGINT.
    public var columnValue: Value { .integer(Int64(self)) }
}

extension Float: StreamValue {
    /// FLOAT NOT NULL.
    public static var dataType: DataType { .notNull(.float) }
    /// Reads a FLOAT.
    public static func read(_ value: Value) -> Float? { if case .float(let number) = value { number } else { nil } }
    /// A FLOAT.
    public var columnValue: Value { .float(self) }
}

extension Double: StreamValue {
    /// DOUBLE NOT NULL.
    public static var dataType: DataType { .notNull(.double) }
    /// Reads a DOUBLE.
    public static func read(_ value: Value) -> Double? { if case .double(let number) = value { number } else { nil } }
    /// A DOUBLE.
    public var columnValue: Value { .double(self) }
}

extension String: StreamValue {
    /// STRING NOT NULL.
    public static var dataType: DataType { .notNull(.string) }
    /// Reads a text.
    public static func read(_ value: Value) -> String? { value.stringValue }
    /// A text.
    public var columnValue: Value { .string(self) }
}

extension UInt8: StreamValue {
    /// SMALLINT NOT NULL: SQL's TINYINT has a sign.
    public static var dataType: DataType { .notNull(.smallint) }
    /// Reads a SMALLINT of 0 to 255.
    public static func read(_ value: Value) -> UInt8? { value.integerValue.flatMap { UInt8(exactly: $0) } }
    /// A SMALLINT.
    public var columnValue: Value { .integer(Int64(self)) }
    /// BYTES NOT NULL: a list of bytes is no ARRAY.
    public static var listType: DataType { .notNull(.bytes) }
    /// Reads bytes.
    public static func readList(_ value: Value) -> [UInt8]? {
        if case .bytes(let bytes) = value { bytes } else { nil }
    }
    /// Bytes.
    public static func listValue(_ list: [UInt8]) -> Value { .bytes(list) }
}

extension Array: StreamValue where Element: StreamValue {
    /// ARRAY NOT NULL, or BYTES NOT NULL for `[UInt8]`.
    public static var dataType: DataType { Element.listType }
    /// Reads an ARRAY or BYTES.
    public static func read(_ value: Value) -> [Element]? { Element.readList(value) }
    /// An ARRAY or BYTES.
    public var columnValue: Value { Element.listValue(self) }
}

extension Dictionary: StreamValue where Key: StreamValue & Comparable, Value: StreamValue {
    /// MAP NOT NULL.
    public static var dataType: DataType { .notNull(.map(Key.dataType, Value.dataType)) }
    /// Reads a MAP.
    public static func read(_ value: SluiceColumns.Value) -> [Key: Value]? {
        guard case .map(let keys, let values) = value else { return nil }
        var result: [Key: Value] = [:]
        for (key, value) in zip(keys, values) {
            guard let key = Key.read(key), let value = Value.read(value) else { return nil }
            result[key] = value
        }
        return result
    }
    /// A MAP, by key.
    public var columnValue: SluiceColumns.Value {
        let sorted = self.sorted { $0.key < $1.key }
        return .map(keys: sorted.map(\.key.columnValue), values: sorted.map(\.value.columnValue))
    }
}

extension Timestamp: StreamValue {
    /// TIMESTAMP(3) NOT NULL.
    public static var dataType: DataType { .notNull(.timestamp(3)) }
    /// Reads a TIMESTAMP.
    public static func read(_ value: Value) -> Timestamp? { Int64.read(value).map { Timestamp(micros: $0) } }
    /// A TIMESTAMP.
    public var columnValue: Value { .integer(micros) }
}

extension Optional: StreamValue where Wrapped: StreamValue {
    /// The nullable form of the wrapped type.
    public static var dataType: DataType { Wrapped.dataType.nullable(true) }
    /// Reads a value or NULL.
    public static func read(_ value: Value) -> Wrapped?? {
        if value.isNull { return .some(nil) }
        return Wrapped.read(value).map { .some($0) }
    }
    /// The value, or NULL.
    public var columnValue: Value { self?.columnValue ?? .null }
}
