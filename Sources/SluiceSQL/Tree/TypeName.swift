/// A data type as written in SQL.
package struct TypeName: Sendable, Hashable {
    /// The type without its nullability.
    package indirect enum Kind: Sendable, Hashable {
        case boolean
        case tinyInt
        case smallInt
        case integer
        case bigInt
        case float
        case real
        case double
        /// DECIMAL, DEC or NUMERIC; nil where not written (Flink: precision 10, scale 0).
        case decimal(precision: Int?, scale: Int?)
        /// CHAR; nil means 1.
        case character(length: Int?)
        /// VARCHAR; nil means 1.
        case varchar(length: Int?)
        /// STRING, the longest VARCHAR.
        case string
        /// BINARY; nil means 1.
        case binary(length: Int?)
        /// VARBINARY; nil means 1.
        case varbinary(length: Int?)
        /// BYTES, the longest VARBINARY.
        case bytes
        case date
        /// TIME; Flink's default precision is 0.
        case time(precision: Int?)
        /// TIMESTAMP, with LOCAL TIME ZONE or as TIMESTAMP_LTZ if `isLocalZoned`; Flink's default precision is 6.
        case timestamp(precision: Int?, isLocalZoned: Bool)
        case interval(IntervalQualifier)
        case array(TypeName)
        case multiset(TypeName)
        case map(key: TypeName, value: TypeName)
        case row([RowField])
        /// RAW('class name', 'base-64 serializer snapshot').
        case raw(className: StringText, snapshot: StringText)
        /// STRUCTURED<'class name', field type, ...>.
        case structured(className: StringText, fields: [RowField])
        case variant
        case bitmap
        /// A user-defined type.
        case named(ObjectName)
    }

    package var kind: Kind
    /// `false` for NOT NULL, `true` for an explicit NULL, nil if neither was written.
    package var isNullable: Bool?
    package var span: SourceSpan

    package init(_ kind: Kind, isNullable: Bool? = nil, span: SourceSpan) {
        self.kind = kind
        self.isNullable = isNullable
        self.span = span
    }
}

/// One field of a ROW or STRUCTURED type.
package struct RowField: Sendable, Hashable {
    package var name: Identifier
    package var type: TypeName
    package var comment: StringText?
    package var span: SourceSpan
}

/// A unit of time as EXTRACT, FLOOR, TIMESTAMPADD and intervals name it.
package enum TimeUnit: String, Sendable, Hashable, CaseIterable {
    case nanosecond = "NANOSECOND"
    case microsecond = "MICROSECOND"
    case millisecond = "MILLISECOND"
    case second = "SECOND"
    case minute = "MINUTE"
    case hour = "HOUR"
    case day = "DAY"
    case dayOfWeek = "DOW"
    case dayOfYear = "DOY"
    case isoDayOfWeek = "ISODOW"
    case isoYear = "ISOYEAR"
    case week = "WEEK"
    case month = "MONTH"
    case quarter = "QUARTER"
    case year = "YEAR"
    case epoch = "EPOCH"
    case decade = "DECADE"
    case century = "CENTURY"
    case millennium = "MILLENNIUM"
}

/// The unit part of an interval: `DAY(3) TO SECOND(3)`.
package struct IntervalQualifier: Sendable, Hashable {
    /// One of year, quarter, month, week, day, hour, minute, second.
    package var start: TimeUnit
    /// Leading precision in digits, nil if not written (2).
    package var startPrecision: Int?
    /// The unit behind TO, finer than `start`.
    package var end: TimeUnit?
    /// Digits of the fraction of a second, nil if not written (6).
    package var fractionPrecision: Int?
    package var span: SourceSpan

    package init(
        start: TimeUnit,
        startPrecision: Int? = nil,
        end: TimeUnit? = nil,
        fractionPrecision: Int? = nil,
        span: SourceSpan
    ) {
        self.start = start
        self.startPrecision = startPrecision
        self.end = end
        self.fractionPrecision = fractionPrecision
        self.span = span
    }
}
