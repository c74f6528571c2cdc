import SluiceColumns

/// A Swift struct that stands for the rows of a stream: plain code, no macro.
///
/// ```swift
/// struct Login: StreamRow {
///     var client: String
///     var failures: Int64
///
///     static let columns: [StreamColumn<Login>] = [.init("client", \.client), .init("failures", \.failures)]
///
///     init(_ row: Row) throws {
///         client = try row["client"]
///         failures = try row["failures"]
///     }
/// }
/// ```
///
/// A struct of that kind can also be a property of another one (a ROW column), alone or in an array.
public protocol StreamRow: StreamValue {
    /// The columns, in order.
    static var columns: [StreamColumn<Self>] { get }
    /// Reads the struct from a row that has at least these columns.
    init(_ row: Row) throws
}

/// One column of a typed row: its name, type, and how to read it from the struct.
public struct StreamColumn<Root: Sendable>: Sendable {
    /// The name.
    public let name: String
    /// The SQL type.
    public let type: DataType
    let value: @Sendable (Root) -> Value

    /// Makes a column of the property at `path`.
    public init<Property: StreamValue>(_ name: String, _ path: any KeyPath<Root, Property> & Sendable) {
        self.name = name
        type = Property.dataType
        value = { $0[keyPath: path].columnValue }
    }

    var field: RowField { RowField(name, type) }
}

extension StreamRow {
    /// ROW NOT NULL of the columns.
    public static var dataType: DataType { .notNull(.row(columns.map(\.field))) }
    /// Reads a ROW with these columns, in order.
    public static func read(_ value: Value) -> Self? {
        guard case .row(let values) = value, values.count == columns.count else { return nil }
        return try? Self(Row(names: columns.map(\.name), values: values))
    }
    /// A ROW.
    public var columnValue: Value { .row(Self.columns.map { $0.value(self) }) }
}

/// One row by column name, as a closure sees it.
public struct Row: Sendable {
    /// A column that is not there, or holds another type.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was asked for and what there is.
        public let description: String
    }

    /// The names of the columns, in order.
    public let names: [String]
    /// Their values, as the columns' types hold them.
    public let values: [Value]

    init(names: [String], values: [Value]) {
        self.names = names
        self.values = values
    }

    /// The value of column `name` as `Property`.
    ///
    /// - Throws: `Failure` where there is no such column, or its value is NULL or of another type.
    public subscript<Property: StreamValue>(name: String) -> Property {
        get throws {
            guard let index = names.firstIndex(of: name) else {
                throw Failure(description: "no column '\(name)'; there are \(names.joined(separator: ", "))")
            }
            guard let value = Property.read(values[index]) else {
                throw Failure(
                    description: values[index].isNull
                        ? "column '\(name)' is NULL; read it as an optional"
                        : "column '\(name)' does not hold \(Property.self)"
                )
            }
            return value
        }
    }
}
