/// Data types.
extension Parser {
    /// A type as CAST takes it: intervals too, which no column can have.
    mutating func parseCastType() throws(SQLError) -> TypeName {
        let start = start
        guard take("INTERVAL") else { return try parseType() }
        let qualifier = try parseIntervalQualifier()
        return TypeName(.interval(qualifier), span: span(from: start))
    }

    /// A type without NOT NULL behind it.
    mutating func parseType() throws(SQLError) -> TypeName {
        let start = start
        let outer = try enter(Cost.reference)
        defer { leave(outer, Cost.reference) }
        let kind = try parseTypeKind()
        var type = TypeName(kind, span: span(from: start))
        while let collection = try parseCollectionSuffix(of: type) {
            type = TypeName(collection, span: span(from: start))
            try grow()
        }
        return type
    }

    /// A type as columns and fields take it, with its nullability.
    mutating func parseColumnType() throws(SQLError) -> TypeName {
        let start = start
        var type = try parseType()
        type.isNullable = takeNullability()
        while let collection = try parseCollectionSuffix(of: type) {
            type = TypeName(collection, span: span(from: start))
            type.isNullable = takeNullability()
            try grow()
        }
        type.span = span(from: start)
        return type
    }

    /// `NULL` or `NOT NULL` if it is next.
    private mutating func takeNullability() -> Bool? {
        if take(["NOT", "NULL"]) { return false }
        return take("NULL") ? true : nil
    }

    /// `ARRAY` or `MULTISET` behind a type.
    private mutating func parseCollectionSuffix(of type: TypeName) throws(SQLError) -> TypeName.Kind? {
        if take("ARRAY") { return .array(type) }
        return take("MULTISET") ? .multiset(type) : nil
    }

    private mutating func parseTypeKind() throws(SQLError) -> TypeName.Kind {
        let token = current
        if token.kind == .word {
            if let kind = try parseSimpleType(token.keyword) { return kind }
            if let kind = try parseSizedType(token.keyword) { return kind }
            if let kind = try parseTimeType(token.keyword) { return kind }
            if let kind = try parseNestedType(token.keyword) { return kind }
        }
        guard nextIsName() else {
            let message = "expected a data type, found '\(token.text)'"
            if token.kind == .word { throw SQLError(.unexpectedToken, message, at: token.span) }
            throw unexpected("a data type")
        }
        return .named(try parseObjectName("a data type"))
    }

    private mutating func parseSimpleType(_ keyword: String) throws(SQLError) -> TypeName.Kind? {
        let kind: TypeName.Kind
        switch keyword {
        case "BOOLEAN": kind = .boolean
        case "TINYINT": kind = .tinyInt
        case "SMALLINT": kind = .smallInt
        case "INT", "INTEGER": kind = .integer
        case "BIGINT": kind = .bigInt
        case "FLOAT": kind = .float
        case "REAL": kind = .real
        case "DOUBLE":
            advance()
            _ = take("PRECISION")
            return .double
        case "STRING": kind = .string
        case "BYTES": kind = .bytes
        case "DATE": kind = .date
        case "VARIANT": kind = .variant
        case "BITMAP": kind = .bitmap
        default: return nil
        }
        advance()
        return kind
    }

    private mutating func parseSizedType(_ keyword: String) throws(SQLError) -> TypeName.Kind? {
        switch keyword {
        case "DECIMAL", "DEC", "NUMERIC":
            advance()
            return try parseDecimalType()
        case "CHAR", "CHARACTER":
            advance()
            return take("VARYING")
                ? .varchar(length: try parseOptionalSize()) : .character(length: try parseOptionalSize())
        case "VARCHAR":
            advance()
            return .varchar(length: try parseOptionalSize())
        case "BINARY":
            advance()
            return take("VARYING")
                ? .varbinary(length: try parseOptionalSize()) : .binary(length: try parseOptionalSize())
        case "VARBINARY":
            advance()
            return .varbinary(length: try parseOptionalSize())
        default: return nil
        }
    }

    private mutating func parseDecimalType() throws(SQLError) -> TypeName.Kind {
        guard take("(") else { return .decimal(precision: nil, scale: nil) }
        let precision = try parseInteger("a precision")
        let scale = take(",") ? try parseInteger("a scale") : nil
        try expect(")")
        return .decimal(precision: precision, scale: scale)
    }

    /// `(n)` if it is next.
    private mutating func parseOptionalSize() throws(SQLError) -> Int? {
        guard take("(") else { return nil }
        let size = try parseInteger("a length or precision")
        try expect(")")
        return size
    }

    private mutating func parseTimeType(_ keyword: String) throws(SQLError) -> TypeName.Kind? {
        switch keyword {
        case "TIME":
            advance()
            let precision = try parseOptionalSize()
            if take("WITHOUT") { try expect(["TIME", "ZONE"]) }
            return .time(precision: precision)
        case "TIMESTAMP":
            advance()
            let precision = try parseOptionalSize()
            if take("WITHOUT") {
                try expect(["TIME", "ZONE"])
            } else if take("WITH") {
                try expect(["LOCAL", "TIME", "ZONE"])
                return .timestamp(precision: precision, isLocalZoned: true)
            }
            return .timestamp(precision: precision, isLocalZoned: false)
        case "TIMESTAMP_LTZ":
            advance()
            return .timestamp(precision: try parseOptionalSize(), isLocalZoned: true)
        default: return nil
        }
    }

    private mutating func parseNestedType(_ keyword: String) throws(SQLError) -> TypeName.Kind? {
        switch keyword {
        case "ARRAY", "MULTISET":
            advance()
            try expect("<")
            let element = try parseColumnType()
            try expect(">")
            return keyword == "ARRAY" ? .array(element) : .multiset(element)
        case "MAP" where next("<", at: 1):
            position += 2
            let key = try parseColumnType()
            try expect(",")
            let value = try parseColumnType()
            try expect(">")
            return .map(key: key, value: value)
        case "ROW":
            advance()
            return .row(try parseRowFields())
        case "RAW":
            advance()
            return try parseRawType()
        case "STRUCTURED":
            advance()
            return try parseStructuredType()
        default: return nil
        }
    }

    /// `<fields>`, `(fields)` or `<>`.
    private mutating func parseRowFields() throws(SQLError) -> [RowField] {
        if take("<>") { return [] }
        let isRound = take("(")
        if !isRound { try expect("<") }
        let closing = isRound ? ")" : ">"
        if take(closing) { return [] }
        var fields: [RowField] = []
        repeat { fields.append(try parseRowField()) } while take(",")
        try expect(closing)
        return fields
    }

    private mutating func parseRowField() throws(SQLError) -> RowField {
        let start = start
        let name = try parseIdentifier("a field")
        let type = try parseColumnType()
        let comment = current.kind == .string ? try parseStringText() : nil
        return RowField(name: name, type: type, comment: comment, span: span(from: start))
    }

    private mutating func parseRawType() throws(SQLError) -> TypeName.Kind {
        try expect("(")
        let className = try parseStringText("a class name")
        try expect(",")
        let snapshot = try parseStringText("a serializer snapshot")
        try expect(")")
        return .raw(className: className, snapshot: snapshot)
    }

    private mutating func parseStructuredType() throws(SQLError) -> TypeName.Kind {
        try expect("<")
        let className = try parseStringText("a class name")
        var fields: [RowField] = []
        while take(",") { fields.append(try parseRowField()) }
        try expect(">")
        return .structured(className: className, fields: fields)
    }
}
