/// Types and literals.
extension Printer {
    mutating func write(_ type: TypeName) {
        write(type.kind)
        if let isNullable = type.isNullable { write(isNullable ? " NULL" : " NOT NULL") }
    }

    private mutating func write(_ kind: TypeName.Kind) {
        switch kind {
        case .boolean: write("BOOLEAN")
        case .tinyInt: write("TINYINT")
        case .smallInt: write("SMALLINT")
        case .integer: write("INT")
        case .bigInt: write("BIGINT")
        case .float: write("FLOAT")
        case .real: write("REAL")
        case .double: write("DOUBLE")
        case .string: write("STRING")
        case .bytes: write("BYTES")
        case .date: write("DATE")
        case .variant: write("VARIANT")
        case .bitmap: write("BITMAP")
        case .decimal(let precision, let scale):
            write("DECIMAL")
            if let precision { write(scale.map { "(\(precision), \($0))" } ?? "(\(precision))") }
        case .character(let length): write("CHAR", length)
        case .varchar(let length): write("VARCHAR", length)
        case .binary(let length): write("BINARY", length)
        case .varbinary(let length): write("VARBINARY", length)
        case .time(let precision): write("TIME", precision)
        case .timestamp(let precision, let isLocalZoned):
            write(isLocalZoned ? "TIMESTAMP_LTZ" : "TIMESTAMP", precision)
        case .interval(let qualifier):
            write("INTERVAL ")
            write(qualifier)
        default: writeNested(kind)
        }
    }

    private mutating func write(_ name: String, _ size: Int?) {
        write(size.map { "\(name)(\($0))" } ?? name)
    }

    private mutating func writeNested(_ kind: TypeName.Kind) {
        switch kind {
        case .array(let element):
            write("ARRAY<")
            write(element)
            write(">")
        case .multiset(let element):
            write("MULTISET<")
            write(element)
            write(">")
        case .map(let key, let value):
            write("MAP<")
            write(key)
            write(", ")
            write(value)
            write(">")
        case .row(let fields):
            write("ROW<")
            writeList(fields) { $0.write($1) }
            write(">")
        case .raw(let className, let snapshot):
            write("RAW(")
            writeList([className, snapshot]) { $0.write($1) }
            write(")")
        case .structured(let className, let fields):
            write("STRUCTURED<")
            write(className)
            for field in fields {
                write(", ")
                write(field)
            }
            write(">")
        case .named(let name): write(name)
        default: break
        }
    }

    private mutating func write(_ field: RowField) {
        write(field.name)
        write(" ")
        write(field.type)
        if let comment = field.comment {
            write(" ")
            write(comment)
        }
    }

    mutating func write(_ qualifier: IntervalQualifier) {
        write(qualifier.start.rawValue)
        if let precision = qualifier.startPrecision {
            let fraction = qualifier.end == nil ? qualifier.fractionPrecision : nil
            write(fraction.map { "(\(precision), \($0))" } ?? "(\(precision))")
        }
        if let end = qualifier.end {
            write(" TO \(end.rawValue)")
            if let precision = qualifier.fractionPrecision { write("(\(precision))") }
        }
    }

    mutating func write(_ literal: Literal) {
        switch literal {
        case .null: write("NULL")
        case .boolean(let value): write(value ? "TRUE" : "FALSE")
        case .unknown: write("UNKNOWN")
        case .integer(let digits), .decimal(let digits), .approximate(let digits): write(digits)
        case .string(let value): writeString(value)
        case .binary(let digits): write("X'\(digits)'")
        case .date(let value):
            write("DATE ")
            writeString(value)
        case .time(let value):
            write("TIME ")
            writeString(value)
        case .timestamp(let value):
            write("TIMESTAMP ")
            writeString(value)
        case .interval(let value, let isNegative, let qualifier):
            write(isNegative ? "INTERVAL -" : "INTERVAL ")
            writeString(value)
            write(" ")
            write(qualifier)
        }
    }
}
