/// What a time attribute column is: the watermarked event time or the wall clock.
public enum TimeAttribute: Sendable, Hashable {
    case rowtime
    case proctime
}

/// A logical type with its nullability and, for time columns of streams, the mark of a time attribute.
public struct DataType: Sendable, Hashable {
    /// The type without nullability.
    public var logical: LogicalType
    /// Whether a value may be NULL.
    ///
    /// The default of SQL is `true`.
    public var isNullable: Bool
    /// Set where the column is an event-time or processing-time attribute.
    public var timeAttribute: TimeAttribute?

    /// Makes a type.
    public init(_ logical: LogicalType, nullable: Bool = true, timeAttribute: TimeAttribute? = nil) {
        self.logical = logical
        self.isNullable = nullable
        self.timeAttribute = timeAttribute
    }

    /// The same type, nullable or not.
    public func nullable(_ isNullable: Bool) -> DataType {
        var copy = self
        copy.isNullable = isNullable
        return copy
    }

    /// The same type without the mark of a time attribute.
    public var withoutTimeAttribute: DataType { DataType(logical, nullable: isNullable) }

    /// `NOT NULL` form of `logical`.
    public static func notNull(_ logical: LogicalType) -> DataType { DataType(logical, nullable: false) }

    /// Where the values of this type live.
    public var lane: Lane { logical.lane }
}

extension LogicalType {
    /// Where the values of this type live.
    public var lane: Lane {
        switch self {
        case .boolean: .bool
        case .tinyint: .int8
        case .smallint: .int16
        case .int, .date, .time, .intervalYearMonth: .int32
        case .bigint, .intervalDayTime: .int64
        case .float: .float
        case .double: .double
        case .decimal(let precision, _): precision <= 18 ? .int64 : .int128
        case .char, .varchar, .binary, .varbinary, .raw, .variant, .bitmap: .view
        case .timestamp(let precision), .timestampLTZ(let precision): precision <= 6 ? .int64 : .int128
        case .array: .list
        case .map, .multiset: .map
        case .row, .structured: .row
        case .null: .null
        }
    }
}

/// The physical representation of a column's values.
///
/// - `bool`: one byte, 0 or 1
/// - `int32`: also DATE (days since 1970-01-01), TIME (milliseconds of the day), INTERVAL YEAR TO MONTH (months)
/// - `int64`: also INTERVAL DAY TO SECOND (milliseconds), TIMESTAMP of precision 0...6 (microseconds since
///   1970-01-01 00:00:00), DECIMAL of up to 18 digits (unscaled value)
/// - `int128`: DECIMAL of 19...38 digits (unscaled value), TIMESTAMP of precision 7...9 (nanoseconds)
/// - `view`: 16-byte `StringView`: UTF-8 text, bytes, RAW, VARIANT, BITMAP
/// - `list`: `count + 1` Int32 offsets into one child; `map`: offsets into two children, keys and values
///   (a MULTISET is a map from element to INT count); `row`: one child per field
/// - `null`: no storage, every value is NULL
public enum Lane: Sendable, Hashable {
    case bool, int8, int16, int32, int64, int128, float, double, view, list, map, row, null

    /// Bytes of one slot in the column's own buffer; 0 for `row` and `null`, 4 for the offsets of lists and maps.
    public var stride: Int {
        switch self {
        case .bool, .int8: 1
        case .int16: 2
        case .int32, .float, .list, .map: 4
        case .int64, .double: 8
        case .int128, .view: 16
        case .row, .null: 0
        }
    }
}
