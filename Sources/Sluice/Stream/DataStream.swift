import SluiceColumns
import SluiceKernels

/// A stream of rows with named columns. A description: nothing runs before `StreamBuilder.start`.
///
/// Every step becomes a view in the builder's catalog, so a stream and the SQL text of the same query have the same plan,
/// and `sql` can read streams by name. Not shared between threads.
public struct DataStream {
    let builder: StreamBuilder
    /// The name under which `sql` can read it.
    public let name: String
    /// The columns.
    public let columns: [RowField]

    /// Rows for which a SQL condition is TRUE.
    public func filter(_ condition: String) throws -> DataStream {
        try builder.view("SELECT * FROM \(name) WHERE \(condition)")
    }

    /// Rows for which a closure is true; costs about a microsecond a row.
    public func filter(_ keep: @escaping @Sendable (Row) throws -> Bool) throws -> DataStream {
        let call = builder.register { RowFunctions.filter($0, columns, keep) }
        return try builder.view("SELECT * FROM \(name) WHERE \(call)(\(allColumns))")
    }

    /// Columns computed by SQL expressions, each with `AS name` where it needs one.
    public func map(_ expressions: String...) throws -> DataStream {
        try builder.view("SELECT \(expressions.joined(separator: ", ")) FROM \(name)")
    }

    /// Typed rows computed by a closure.
    public func map<Input: StreamRow, Output: StreamRow>(
        _ transform: @escaping @Sendable (Input) throws -> Output
    ) throws -> DataStream {
        let call = builder.register { RowFunctions.map($0, columns) { try transform(Input($0)) } }
        let fields = Output.columns.map { "r.\(SQLText.identifier($0.name))" }.joined(separator: ", ")
        return try builder.view("SELECT \(fields) FROM (SELECT \(call)(\(allColumns)) AS r FROM \(name)) AS t")
    }

    /// Any number of typed rows per row, computed by a closure.
    public func flatMap<Input: StreamRow, Output: StreamRow>(
        _ transform: @escaping @Sendable (Input) throws -> [Output]
    ) throws -> DataStream {
        let call = builder.register { RowFunctions.flatMap($0, columns) { try transform(Input($0)) } }
        let names = Output.columns.map { SQLText.identifier($0.name) }.joined(separator: ", ")
        let fields = Output.columns.map { "u.\(SQLText.identifier($0.name))" }.joined(separator: ", ")
        return try builder.view(
            "SELECT \(fields) FROM (SELECT \(call)(\(allColumns)) AS r FROM \(name)) AS t "
                + "CROSS JOIN UNNEST(t.r) AS u (\(names))")
    }

    /// Groups the rows by columns.
    public func keyBy(_ keys: String...) -> KeyedStream { KeyedStream(stream: self, keys: keys) }

    /// Windows over all rows.
    public func window(_ window: StreamWindow, on timeColumn: String) -> WindowedStream {
        WindowedStream(stream: self, keys: [], window: window, timeColumn: timeColumn)
    }

    /// The rows of this stream and of others with the same columns.
    public func union(_ others: DataStream...) throws -> DataStream {
        try builder.view(([self] + others).map { "SELECT * FROM \($0.name)" }.joined(separator: " UNION ALL "))
    }

    /// Prints the rows.
    public func toPrint(identifier: String? = nil) throws { try to(.print(identifier: identifier)) }

    /// Writes the rows into files.
    public func toFile(_ path: String, format: String) throws { try to(.files(path, format: format)) }

    /// Writes the rows into any sink. All sinks of a builder run as one job.
    public func to(_ sink: StreamSink) throws { try builder.insert(self, into: sink) }

    private var allColumns: String { columns.map { SQLText.identifier($0.name) }.joined(separator: ", ") }
}

/// A stream grouped by key columns.
public struct KeyedStream {
    let stream: DataStream
    let keys: [String]

    /// Windows per key.
    public func window(_ window: StreamWindow, on timeColumn: String) -> WindowedStream {
        WindowedStream(stream: stream, keys: keys, window: window, timeColumn: timeColumn)
    }

    /// Aggregates per key without a window: the keys, then the aggregates; a changelog.
    public func aggregate(_ aggregates: StreamAggregate...) throws -> DataStream {
        let keyText = keys.map(SQLText.identifier)
        let columns = keyText + aggregates.map(\.sqlText)
        return try stream.builder.view(
            "SELECT \(columns.joined(separator: ", ")) FROM \(stream.name) GROUP BY \(keyText.joined(separator: ", "))")
    }
}

/// A stream cut into windows.
public struct WindowedStream {
    let stream: DataStream
    let keys: [String]
    let window: StreamWindow
    let timeColumn: String

    /// Aggregates per key and window: the keys, window_start, window_end, then the aggregates.
    public func aggregate(_ aggregates: StreamAggregate...) throws -> DataStream {
        let groups = keys.map(SQLText.identifier) + ["window_start", "window_end"]
        let columns = groups + aggregates.map(\.sqlText)
        return try stream.builder.view(
            "SELECT \(columns.joined(separator: ", ")) "
                + "FROM \(window.sqlText(table: stream.name, timeColumn: timeColumn)) "
                + "GROUP BY \(groups.joined(separator: ", "))")
    }
}
