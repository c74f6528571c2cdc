extension DataType: CustomStringConvertible {
    /// The type as Flink's `asSummaryString` prints it, with `NOT NULL` and the time attribute mark.
    public var description: String {
        var text = logical.description
        if !isNullable { text += " NOT NULL" }
        switch timeAttribute {
        case .rowtime?: text += " *ROWTIME*"
        case .proctime?: text += " *PROCTIME*"
        case nil: break
        }
        return text
    }
}

extension LogicalType: CustomStringConvertible {
    /// The type as Flink's `asSummaryString` prints it.
    public var description: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .tinyint: "TINYINT"
        case .smallint: "SMALLINT"
        case .int: "INT"
        case .bigint: "BIGINT"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .decimal(let precision, let scale): "DECIMAL(\(precision), \(scale))"
        case .char(let length): "CHAR(\(length))"
        case .varchar(let length): length == LogicalType.maxLength ? "STRING" : "VARCHAR(\(length))"
        case .binary(let length): "BINARY(\(length))"
        case .varbinary(let length): length == LogicalType.maxLength ? "BYTES" : "VARBINARY(\(length))"
        case .date: "DATE"
        case .time(let precision): "TIME(\(precision))"
        case .timestamp(let precision): "TIMESTAMP(\(precision))"
        case .timestampLTZ(let precision): "TIMESTAMP_LTZ(\(precision))"
        case .intervalYearMonth(let interval): interval.description
        case .intervalDayTime(let interval): interval.description
        case .array(let element): "ARRAY<\(element)>"
        case .map(let key, let value): "MAP<\(key), \(value)>"
        case .multiset(let element): "MULTISET<\(element)>"
        case .row(let fields): "ROW<" + fields.map(\.description).joined(separator: ", ") + ">"
        case .structured(let className, let fields):
            "STRUCTURED<'\(className)', " + fields.map(\.description).joined(separator: ", ") + ">"
        case .variant: "VARIANT"
        case .bitmap: "BITMAP"
        case .null: "NULL"
        case .raw(let className): "RAW('\(className)', '...')"
        }
    }
}

extension RowField: CustomStringConvertible {
    /// The field as it stands inside `ROW<...>`.
    public var description: String {
        let quoted = name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``")
        guard let comment else { return "`\(quoted)` \(type)" }
        return "`\(quoted)` \(type) '\(comment)'"
    }
}

extension IntervalYearMonth: CustomStringConvertible {
    /// For example `INTERVAL YEAR(2) TO MONTH`.
    public var description: String {
        switch fields {
        case .year: "INTERVAL YEAR(\(yearPrecision))"
        case .month: "INTERVAL MONTH"
        case .yearToMonth: "INTERVAL YEAR(\(yearPrecision)) TO MONTH"
        }
    }
}

extension IntervalDayTime: CustomStringConvertible {
    /// For example `INTERVAL DAY(2) TO SECOND(6)`.
    public var description: String {
        switch fields {
        case .day: "INTERVAL DAY(\(dayPrecision))"
        case .dayToHour: "INTERVAL DAY(\(dayPrecision)) TO HOUR"
        case .dayToMinute: "INTERVAL DAY(\(dayPrecision)) TO MINUTE"
        case .dayToSecond: "INTERVAL DAY(\(dayPrecision)) TO SECOND(\(fractionalPrecision))"
        case .hour: "INTERVAL HOUR"
        case .hourToMinute: "INTERVAL HOUR TO MINUTE"
        case .hourToSecond: "INTERVAL HOUR TO SECOND(\(fractionalPrecision))"
        case .minute: "INTERVAL MINUTE"
        case .minuteToSecond: "INTERVAL MINUTE TO SECOND(\(fractionalPrecision))"
        case .second: "INTERVAL SECOND(\(fractionalPrecision))"
        }
    }
}
