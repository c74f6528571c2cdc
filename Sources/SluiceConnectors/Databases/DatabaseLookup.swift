import Glibc
import SluiceColumns
import SluiceConnect

/// A kind of database that can be asked for rows.
protocol ReadableDatabase: Sendable {
    /// Where it is, without secrets.
    var place: String { get }
    /// Opens a connection that reads a table.
    ///
    /// - Throws: where there is no such table, or it lacks a column.
    func connect(
        reading table: DatabaseTable,
        timeoutMillis: Int64
    ) throws(ConnectorError) -> any DatabaseReading
}

/// A connection that reads one table.
protocol DatabaseReading: AnyObject {
    /// Rows of some columns of the table, as text or, for BYTES, as they are; nil is NULL.
    ///
    /// - Parameters:
    ///   - columns: what to give, as indexes into the table's columns.
    ///   - keys: columns that are compared.
    ///   - values: what they are compared with, a list for each key that is asked for.
    func rows(_ columns: [Int], where keys: [Int], in values: [[Value]]) throws(ConnectorError) -> [[[UInt8]?]]
}

/// A table of a database that is asked for the rows of many keys at once.
struct DatabaseLookup<Target: ReadableDatabase>: LookupTable {
    private let database: Target
    private let description: TableDescription
    private let table: DatabaseTable
    private let options: DatabaseLookupOptions
    private let timeoutMillis: Int64

    /// Takes a declared table; nothing is opened yet.
    init(
        _ database: Target,
        _ description: TableDescription,
        name: String,
        _ options: DatabaseLookupOptions,
        timeoutMillis: Int64
    ) {
        self.database = database
        self.description = description
        table = DatabaseTable(description, name: name)
        self.options = options
        self.timeoutMillis = timeoutMillis
    }

    var summary: String {
        "\(database.place) table=\(table.name) cache="
            + (options.cacheKeyCountMax == 0 ? "none" : "\(options.cacheKeyCountMax) keys")
    }

    func access(keys: [Int], probes: [LookupProbe]) -> LookupAccess? {
        if keys.isEmpty { return nil }
        let names = keys.map { description.columns[$0].name }.joined(separator: ", ")
        return LookupAccess(text: "database(\(names))")
    }

    func makeReader(_ request: LookupRequest, columns: [ProjectedColumn], context: ReaderContext) throws
        -> any LookupReader
    {
        try DatabaseLookupReader(
            connect: { [database, table, timeoutMillis] () throws(ConnectorError) in
                try database.connect(reading: table, timeoutMillis: timeoutMillis)
            },
            description,
            request,
            columns,
            options
        )
    }
}

/// Asks a table of a database for one shard.
final class DatabaseLookupReader: LookupReader {
    private let connect: () throws(ConnectorError) -> any DatabaseReading
    private let request: LookupRequest
    private let columns: [ProjectedColumn]
    private let options: DatabaseLookupOptions
    private let clock: () -> Int64
    /// The columns that are read: those of the request, then those that are wanted, as indexes into the table's.
    private let stored: [Int]
    private let fields: [DatabaseField]
    private var connection: (any DatabaseReading)?
    private var cache: LookupCache

    /// Keys in one request.
    static let keyCountMax = 500

    /// Makes a reader; `connect` is called when the first row asks, and again after a connection was lost.
    ///
    /// - Throws: where a column has a type that cannot be read.
    init(
        connect: @escaping () throws(ConnectorError) -> any DatabaseReading,
        _ table: TableDescription,
        _ request: LookupRequest,
        _ columns: [ProjectedColumn],
        _ options: DatabaseLookupOptions,
        clock: @escaping () -> Int64 = MachineClock.monotonicNanos
    ) throws(ConnectorError) {
        self.connect = connect
        self.request = request
        self.columns = columns
        self.options = options
        self.clock = clock
        cache = LookupCache(options)
        let read = request.keys + columns.map(\.index)
        let physical = table.columns.indices.filter { table.columns[$0].role == .physical }
        var stored: [Int] = []
        var fields: [DatabaseField] = []
        for index in read {
            guard let place = physical.firstIndex(of: index) else {
                throw ConnectorError(
                    .user,
                    "badColumn",
                    "column '\(table.columns[index].name)' of '\(table.name)': databases have no metadata columns"
                )
            }
            stored.append(place)
            fields.append(try DatabaseField(table.columns[index], of: table.name))
        }
        self.stored = stored
        self.fields = fields
    }

    func lookUp(_ keys: [Column], rowCount: Int) throws -> LookupRows {
        let asked = (0..<rowCount).map { row in keys.map { $0.value(row) } }
        let found = try rows(of: asked)
        var askers: [Int32] = []
        var builders = columns.map { ColumnBuilder($0.type) }
        for (row, key) in asked.enumerated() {
            for values in found[key] ?? [] {
                askers.append(Int32(truncatingIfNeeded: row))
                for (index, value) in values.enumerated() { builders[index].append(value) }
            }
        }
        return LookupRows(askers: SelectionVector(askers), columns: builders.map { $0.finish() })
    }

    func close() { connection = nil }

    /// The rows of each key, from the cache where it has them.
    private func rows(of asked: [[Value]]) throws(ConnectorError) -> [[Value]: [[Value]]] {
        var found: [[Value]: [[Value]]] = [:]
        var missing: [[Value]] = []
        let nowNanos = clock()
        for key in asked where found[key] == nil {
            if let rows = cache.rows(of: key, nowNanos: nowNanos) {
                found[key] = rows
            } else {
                found[key] = []
                missing.append(key)
            }
        }
        var first = 0
        while first < missing.count {
            let part = Array(missing[first..<min(first + Self.keyCountMax, missing.count)])
            for row in try read(part) {
                let values = try zip(row, fields).map { (cell, field) throws(ConnectorError) in try field.value(cell) }
                // The database may find more values equal than SQL does here, such as texts in other case.
                found[Array(values.prefix(request.keys.count))]?.append(Array(values.dropFirst(request.keys.count)))
            }
            for key in part { cache.keep(found[key] ?? [], of: key, nowNanos: clock()) }
            first += part.count
        }
        return found
    }

    /// Asks the database, and again after a pause where an error says that this can help.
    private func read(_ keys: [[Value]]) throws(ConnectorError) -> [[[UInt8]?]] {
        var failureCount = 0
        let keyColumns = Array(stored.prefix(request.keys.count))
        while true {
            do throws(ConnectorError) {
                let open: any DatabaseReading
                if let connection { open = connection } else { open = try connect() }
                connection = open
                return try open.rows(stored, where: keyColumns, in: keys)
            } catch {
                connection = nil
                failureCount += 1
                guard error.isRetryable, failureCount <= options.retryCountMax else {
                    throw failureCount > 1 ? error.tried(failureCount) : error
                }
                usleep(UInt32(clamping: Int64(failureCount) * options.retryPauseMillis * 1_000))
            }
        }
    }
}

/// Reads cells of one column of a database.
struct DatabaseField {
    private let field: CSVField
    private let type: LogicalType
    private let isBytes: Bool
    private let name: String
    private let table: String

    /// - Throws: where values of the type cannot be read.
    init(_ column: TableColumn, of table: String) throws(ConnectorError) {
        name = column.name
        self.table = table
        type = column.type.logical
        switch type {
        case .boolean, .tinyint, .smallint, .int, .bigint, .float, .double, .decimal, .char, .varchar, .date, .time,
            .timestamp, .timestampLTZ:
            isBytes = false
            field = try CSVField(column.type, lane: 0)
        case .binary, .varbinary:
            isBytes = true
            field = .skipped
        default:
            throw ConnectorError(
                .user,
                "unsupportedType",
                "column '\(column.name)' of '\(table)': values of \(column.type.logical) cannot be looked up in a "
                    + "database; declare it as STRING"
            )
        }
    }

    /// The value of a cell.
    ///
    /// - Throws: `badRecord` where the cell holds no value of the type.
    func value(_ cell: [UInt8]?) throws(ConnectorError) -> Value {
        guard let cell else { return .null }
        if isBytes { return .bytes(cell) }
        if case .boolean = type {
            return .boolean(cell == [0x74] || cell == [0x31] || FieldText.isTrue(cell.span))
        }
        if let value = field.value(of: cell.span) { return value }
        throw ConnectorError(
            .external,
            "badRecord",
            "column '\(name)' of '\(table)': '\(String(decoding: cell.prefix(60), as: UTF8.self))' is no \(type)"
        )
    }

    /// The text of a key's value, as the databases take it.
    static func text(_ value: Value, _ type: DataType) -> [UInt8] {
        var buffer = TextBuffer(byteCapacity: 64)
        let column = Column.constant(value, type.nullable(true), count: 1)
        switch type.logical {
        case .char, .varchar, .binary, .varbinary: return column.strings[0].bytesArray
        case .boolean: buffer.append(column.bools[0] != 0 ? "true" : "false")
        case .tinyint: buffer.append(integer: Int64(column.int8s[0]))
        case .smallint: buffer.append(integer: Int64(column.int16s[0]))
        case .int: buffer.append(integer: Int64(column.int32s[0]))
        case .bigint: buffer.append(integer: column.int64s[0])
        case .float: buffer.append(float: column.floats[0])
        case .double: buffer.append(double: column.doubles[0])
        case .decimal(_, let scale): buffer.append(wideDecimal: DecimalSlot.value(column, 0), scale: scale)
        default: TimeFieldText.append(column, 0, standard: .sql, to: &buffer)
        }
        return buffer.byteArray
    }
}

extension Span where Element == UInt8 {
    /// The bytes as an array.
    fileprivate var bytesArray: [UInt8] { indices.map { self[$0] } }
}

/// The condition of a request for many keys.
enum KeyCondition {
    /// `column IN (...)` for keys without NULL, and a comparison of its own for each other one.
    ///
    /// - Parameters:
    ///   - columns: quoted names of the key's columns.
    ///   - rowList: how the database writes several keys of several columns, from the keys' texts in parentheses.
    ///   - place: the text of the next parameter, for a value that is not NULL.
    static func text(
        _ columns: [String],
        _ keys: [[Value]],
        rowList: (String) -> String,
        place: (_ column: Int, Value) -> String
    ) -> String {
        var terms: [String] = []
        let whole = keys.filter { key in !key.contains { $0.isNull } }
        if !whole.isEmpty {
            if columns.count == 1 {
                terms.append("\(columns[0]) IN (\(whole.map { place(0, $0[0]) }.joined(separator: ", ")))")
            } else {
                let rows = whole.map { key in
                    "(" + key.enumerated().map { place($0, $1) }.joined(separator: ", ") + ")"
                }
                terms.append("(\(columns.joined(separator: ", "))) IN (\(rowList(rows.joined(separator: ", "))))")
            }
        }
        for key in keys where key.contains(where: { $0.isNull }) {
            let parts = key.enumerated().map { index, value in
                value.isNull ? "\(columns[index]) IS NULL" : "\(columns[index]) = \(place(index, value))"
            }
            terms.append("(" + parts.joined(separator: " AND ") + ")")
        }
        return terms.joined(separator: " OR ")
    }
}
