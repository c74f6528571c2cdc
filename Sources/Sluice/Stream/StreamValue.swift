import SluiceColumns

/// A Swift type that can be a column of a typed row: `Bool`, the integers, `Float`, `Double`, `String`, `[UInt8]`,
/// `Timestamp`, and optionals of these (a column that may be NULL).
public protocol StreamValue: Sendable {
    /// The SQL type of the column.
    static var dataType: DataType { get }
    /// Reads a value of that type; nil where it is NULL (unless optional) or of another kind.
    static func read(_ value: Value) -> Self?
    /// The value as it stands in a column.
    var columnValue: Value { get }
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

extension [UInt8]: StreamValue {
    /// BYTES NOT NULL.
    public static var dataType: DataType { .notNull(.bytes) }
    /// Reads bytes.
    public static func read(_ value: Value) -> [UInt8]? { if case .bytes(let bytes) = value { bytes } else { nil } }
    /// Bytes.
    public var columnValue: Value { .bytes(self) }
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
