import SluiceColumns
import SluiceKernels

/// A stream of rows with named columns.
///
/// A description: nothing runs before `StreamBuilder.start`.
///
/// Every step becomes a view in the builder's catalog, so a stream and the SQL text of the same query have the same
/// plan, and `StreamBuilder.sql` can read streams by name. Not shared between threads.
///
/// Expressions are SQL. Closures get one row at a time and cost about a microsecond each; they must give the same
/// answer whenever they get the same row, for a plan may call them again, or not at all where nobody needs the answer.
public struct DataStream {
    let builder: StreamBuilder
    /// The name under which `StreamBuilder.sql` can read it.
    public let name: String
    /// The columns.
    public let columns: [RowField]

    /// The same stream under a name of your own.
    ///
    /// - Throws: `StreamError` where the name is taken.
    public func named(_ name: String) throws -> DataStream {
        try builder.view("SELECT * FROM \(table)", named: name)
    }

    /// Rows for which a SQL condition is TRUE.
    ///
    /// - Throws: `StreamError` where the condition is wrong.
    public func filter(_ condition: String) throws -> DataStream {
        try builder.view("SELECT * FROM \(table) WHERE \(condition)")
    }

    /// Rows for which a closure is true.
    public func filter(_ keep: @escaping @Sendable (Row) throws -> Bool) throws -> DataStream {
        let call = builder.register { RowFunctions.filter($0, columns, keep) }
        return try builder.view("SELECT * FROM \(table) WHERE \(call)(\(allColumns))")
    }

    /// Rows for which a closure over typed rows is true.
    ///
    /// - Throws: `StreamError` where the columns do not fit `Input`.
    public func filter<Input: StreamRow>(_ keep: @escaping @Sendable (Input) throws -> Bool) throws -> DataStream {
        try Input.check(columns, of: name)
        return try filter { (row: Row) in try keep(Input(row)) }
    }

    /// Columns computed by SQL expressions, each with `AS name` where it needs one.
    ///
    /// - Throws: `StreamError` where an expression is wrong.
    public func map(_ expressions: String...) throws -> DataStream {
        try builder.view("SELECT \(expressions.joined(separator: ", ")) FROM \(table)")
    }

    /// Typed rows computed by a closure.
    ///
    /// - Parameters:
    ///   - kept: columns of this stream that stay, in front of those of `Output`. An event-time column must be kept for
    ///     windows over the result.
    ///   - transform: called once per row.
    /// - Throws: `StreamError` where the columns do not fit `Input`.
    public func map<Input: StreamRow, Output: StreamRow>(
        keeping kept: String...,
        transform: @escaping @Sendable (Input) throws -> Output
    ) throws -> DataStream {
        try Input.check(columns, of: name)
        let call = builder.register { RowFunctions.map($0, columns) { try transform(Input($0)) } }
        let own = kept.map(SQLText.identifier)
        let inner = (own + ["\(call)(\(allColumns)) AS `$row`"]).joined(separator: ", ")
        let fields = own + Output.columns.map { "t.`$row`.\(SQLText.identifier($0.name))" }
        return try builder.view("SELECT \(fields.joined(separator: ", ")) FROM (SELECT \(inner) FROM \(table)) AS t")
    }

    /// Any number of typed rows for each row, computed by a closure.
    ///
    /// - Parameters:
    ///   - kept: columns of this stream that stay, in front of those of `Output`. An event-time column must be kept for
    ///     windows over the result.
    ///   - transform: called once per row.
    /// - Throws: `StreamError` where the columns do not fit `Input`.
    public func flatMap<Input: StreamRow, Output: StreamRow>(
        keeping kept: String...,
        transform: @escaping @Sendable (Input) throws -> [Output]
    ) throws -> DataStream {
        try Input.check(columns, of: name)
        let call = builder.register { RowFunctions.flatMap($0, columns) { try transform(Input($0)) } }
        let names = Output.columns.map(\.name)
        let arguments = columns.map { "t." + SQLText.identifier($0.name) }.joined(separator: ", ")
        let fields = kept.map { "t.\(SQLText.identifier($0))" } + names.map { "u.\(SQLText.identifier($0))" }
        return try builder.view(
            "SELECT \(fields.joined(separator: ", ")) FROM \(table) AS t "
                + "CROSS JOIN UNNEST(\(call)(\(arguments)))"
                + " AS u (\(SQLText.identifiers(names)))"
        )
    }

    /// Groups the rows by columns.
    public func keyBy(_ keys: String...) -> KeyedStream { KeyedStream(stream: self, keys: keys) }

    /// Windows over all rows.
    public func window(_ window: StreamWindow, on timeColumn: String) -> WindowedStream {
        WindowedStream(stream: self, keys: [], window: window, timeColumn: timeColumn)
    }

    /// The rows of this stream and of others with the same columns.
    ///
    /// - Throws: `StreamError` where the columns do not fit, or a stream is of another builder.
    public func union(_ others: DataStream...) throws -> DataStream {
        guard others.allSatisfy({ $0.builder === builder }) else {
            throw StreamError("otherBuilder", "streams of two builders cannot be put together")
        }
        return try builder.view(([self] + others).map { "SELECT * FROM \($0.table)" }.joined(separator: " UNION ALL "))
    }

    /// Prints the rows.
    public func toPrint(identifier: String? = nil) throws { try to(.print(identifier: identifier)) }

    /// Writes the rows into files.
    public func toFile(_ path: String, format: String) throws { try to(.files(path, format: format)) }

    /// Writes the rows into any sink.
    ///
    /// All sinks of a builder run as one job.
    ///
    /// - Throws: `StreamError` where an option of the sink is wrong, or it cannot take what the stream gives.
    public func to(_ sink: StreamSink) throws { try builder.insert(self, into: sink) }

    /// Hands every change to a closure: the row and whether it is new, taken back or replaced.
    ///
    /// - Parameter body: called by the job's threads, one call at a time; an error fails the job.
    public func to(_ body: @escaping @Sendable (RowKind, Row) throws -> Void) throws {
        try builder.insert(self, mode: .retract, body)
    }

    /// Hands every row to a closure.
    ///
    /// - Parameter body: called by the job's threads, one call at a time; an error fails the job.
    /// - Throws: `StreamError` where the columns do not fit `Output`, or the stream changes rows that it gave before.
    public func to<Output: StreamRow>(_ body: @escaping @Sendable (Output) throws -> Void) throws {
        try Output.check(columns, of: name)
        try builder.insert(self, mode: .insertOnly) { _, row in try body(Output(row)) }
    }

    /// The name, quoted.
    var table: String { SQLText.identifier(name) }

    private var allColumns: String { SQLText.identifiers(columns.map(\.name)) }
}

/// A stream grouped by key columns.
public struct KeyedStream {
    let stream: DataStream
    let keys: [String]

    /// Windows per key.
    public func window(_ window: StreamWindow, on timeColumn: String) -> WindowedStream {
        WindowedStream(stream: stream, keys: keys, window: window, timeColumn: timeColumn)
    }

    /// Aggregates per key without a window: the keys, then the aggregates.
    ///
    /// Gives changes: a new row for a new key, then replacements.
    ///
    /// - Throws: `StreamError` where there is no such column, or an aggregate is wrong.
    public func aggregate(_ aggregates: StreamAggregate...) throws -> DataStream {
        let columns = keys.map(SQLText.identifier) + aggregates.map(\.sqlText)
        let groups = keys.isEmpty ? "" : " GROUP BY \(SQLText.identifiers(keys))"
        return try stream.builder.view("SELECT \(columns.joined(separator: ", ")) FROM \(stream.table)\(groups)")
    }
}

/// A stream cut into windows.
public struct WindowedStream {
    let stream: DataStream
    let keys: [String]
    let window: StreamWindow
    let timeColumn: String

    /// Aggregates per key and window: the keys, window_start, window_end, then the aggregates.
    ///
    /// A row per window, when the watermark has passed its end.
    ///
    /// - Throws: `StreamError` where there is no such column, the time column has no watermark, or an aggregate is
    ///   wrong.
    public func aggregate(_ aggregates: StreamAggregate...) throws -> DataStream {
        let groups = keys.map(SQLText.identifier) + ["window_start", "window_end"]
        let columns = groups + aggregates.map(\.sqlText)
        return try stream.builder.view(
            "SELECT \(columns.joined(separator: ", ")) "
                + "FROM \(window.sqlText(table: stream.table, keys: keys, timeColumn: timeColumn)) "
                + "GROUP BY \(groups.joined(separator: ", "))"
        )
    }
}
