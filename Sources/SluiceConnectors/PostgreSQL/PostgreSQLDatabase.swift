import SluiceColumns
import SluiceConnect

/// A database of a PostgreSQL server.
struct PostgreSQLDatabase: Database {
    typealias Form = PostgreSQLForm

    /// Where it is and as whom to connect.
    let address: PostgreSQLAddress

    var place: String { address.place }

    func typeName(_ type: DataType) throws(ConnectorError) -> String {
        switch type.logical {
        case .boolean: return "boolean"
        case .tinyint, .smallint: return "smallint"
        case .int: return "integer"
        case .bigint: return "bigint"
        case .float: return "real"
        case .double: return "double precision"
        case .decimal(let precision, let scale): return "numeric(\(precision), \(scale))"
        // CHAR would pad with blanks and compare without them.
        case .char(let length): return "varchar(\(max(1, length)))"
        case .varchar(LogicalType.maxLength): return "text"
        case .varchar(let length): return length <= 10_485_760 ? "varchar(\(max(1, length)))" : "text"
        case .binary, .varbinary, .bitmap: return "bytea"
        case .date: return "date"
        case .time(let precision): return "time(\(min(precision, 6)))"
        case .timestamp(let precision): return "timestamp(\(try Self.fraction(precision, type)))"
        case .timestampLTZ(let precision): return "timestamptz(\(try Self.fraction(precision, type)))"
        case .intervalYearMonth, .intervalDayTime: return "interval"
        case .variant: return "jsonb"
        case .array(let element) where element.logical.childTypes.isEmpty: return try typeName(element) + "[]"
        // Arrays of arrays may have rows of different lengths, PostgreSQL's may not.
        case .array, .map, .multiset, .row, .structured, .raw, .null:
            throw ConnectorError(
                .user,
                "unsupportedType",
                "PostgreSQL has no type for \(type.logical); write it as a text, with CAST(... AS STRING) or "
                    + "JSON_STRING(...)"
            )
        }
    }

    private static func fraction(_ precision: Int, _ type: DataType) throws(ConnectorError) -> Int {
        if precision <= 6 { return precision }
        throw ConnectorError(
            .user,
            "unsupportedType",
            "PostgreSQL's times have microseconds at most, and \(type.logical) is finer; CAST it to a precision of 6"
        )
    }

    /// The types of PostgreSQL that take values of `type` as they are written; nil for all.
    ///
    /// A text is taken by every type that can read it, such as `uuid`, `json` or an enumeration.
    static func takers(of type: DataType) -> Set<String>? {
        let own: Set<String>
        switch type.logical {
        case .boolean: own = ["bool"]
        case .tinyint, .smallint, .int, .bigint: own = ["int2", "int4", "int8", "numeric", "float4", "float8", "oid"]
        case .float, .double: own = ["float4", "float8", "numeric"]
        case .decimal: own = ["numeric", "float4", "float8", "money"]
        case .date: own = ["date", "timestamp"]
        case .time: own = ["time", "interval"]
        // With or without a zone: which moment is meant may not depend on the server's settings.
        case .timestamp: own = ["timestamp"]
        case .timestampLTZ: own = ["timestamptz"]
        case .binary, .varbinary, .bitmap: return ["bytea"]
        case .intervalYearMonth, .intervalDayTime: own = ["interval"]
        default: return nil
        }
        return own.union(["text", "varchar", "bpchar", "citext"])
    }

    func connect(
        _ table: DatabaseTable,
        options: DatabaseSinkOptions,
        recordsEpochs: Bool
    ) throws(ConnectorError) -> any DatabaseConnection {
        let handle = try PostgreSQLHandle(address.parameters(timeoutMillis: options.timeoutMillis), place: place)
        return try PostgreSQLConnection(handle, self, table, options, recordsEpochs: recordsEpochs)
    }
}
