/// The logical types of Flink SQL, without nullability (see `DataType`).
///
/// Lengths and precisions are those of the declaration. `STRING` is `varchar(LogicalType.maxLength)`, `BYTES` is
/// `varbinary(LogicalType.maxLength)`.
public indirect enum LogicalType: Sendable, Hashable {
    case boolean
    case tinyint
    case smallint
    case int
    case bigint
    case float
    case double
    /// `precision` 1...38, `scale` 0...precision.
    case decimal(precision: Int, scale: Int)
    /// `length` in code points, 0...maxLength.
    case char(Int)
    case varchar(Int)
    /// `length` in bytes.
    case binary(Int)
    case varbinary(Int)
    case date
    /// Fractional digits 0...9.
    case time(Int)
    case timestamp(Int)
    case timestampLTZ(Int)
    case intervalYearMonth(IntervalYearMonth)
    case intervalDayTime(IntervalDayTime)
    case array(DataType)
    case map(DataType, DataType)
    case multiset(DataType)
    case row([RowField])
    /// A ROW with the name of the class that it stands for.
    case structured(className: String, [RowField])
    /// A JSON value whose type is not declared; its bytes are the JSON text in one canonical form.
    case variant
    /// A set of unsigned 32-bit integers; its bytes are the portable form of RoaringBitmap.
    case bitmap
    /// The type of a bare `NULL`.
    case null
    /// A user type known by its class name only; its values are opaque bytes.
    case raw(className: String)

    /// The length of `STRING` and `BYTES`.
    public static let maxLength = 2_147_483_647
    /// `VARCHAR` without a bound.
    public static let string = LogicalType.varchar(maxLength)
    /// `VARBINARY` without a bound.
    public static let bytes = LogicalType.varbinary(maxLength)
}

/// Fields and leading precision of a year-month interval.
public struct IntervalYearMonth: Sendable, Hashable {
    /// Which fields the interval shows.
    public enum Fields: String, Sendable { case year = "YEAR", month = "MONTH", yearToMonth = "YEAR TO MONTH" }
    /// The fields of the qualifier.
    public var fields: Fields
    /// Digits of the year field, 1...4.
    public var yearPrecision: Int
    /// Makes a qualifier; Flink's default year precision is 2.
    public init(_ fields: Fields, yearPrecision: Int = 2) {
        self.fields = fields
        self.yearPrecision = yearPrecision
    }
}

/// Fields and precisions of a day-time interval.
public struct IntervalDayTime: Sendable, Hashable {
    /// Which fields the interval shows.
    public enum Fields: String, Sendable {
        case day = "DAY"
        case dayToHour = "DAY TO HOUR"
        case dayToMinute = "DAY TO MINUTE"
        case dayToSecond = "DAY TO SECOND"
        case hour = "HOUR"
        case hourToMinute = "HOUR TO MINUTE"
        case hourToSecond = "HOUR TO SECOND"
        case minute = "MINUTE"
        case minuteToSecond = "MINUTE TO SECOND"
        case second = "SECOND"
    }
    /// The fields of the qualifier.
    public var fields: Fields
    /// Digits of the day field, 1...6.
    public var dayPrecision: Int
    /// Fractional digits of the second, 0...9.
    public var fractionalPrecision: Int
    /// Makes a qualifier; Flink's defaults are 2 day digits and 6 fractional digits.
    public init(_ fields: Fields, dayPrecision: Int = 2, fractionalPrecision: Int = 6) {
        self.fields = fields
        self.dayPrecision = dayPrecision
        self.fractionalPrecision = fractionalPrecision
    }
}

/// One named field of a `ROW` type or a table.
public struct RowField: Sendable, Hashable {
    /// The name, as written.
    public var name: String
    /// Its type.
    public var type: DataType
    /// The comment of the declaration, if any.
    public var comment: String?
    /// Makes a field.
    public init(_ name: String, _ type: DataType, comment: String? = nil) {
        self.name = name
        self.type = type
        self.comment = comment
    }
}
