import SluiceColumns

/// What one argument of a function may be, and what it is coerced to.
struct ArgumentRule: Sendable {
    /// For example `a string`, for messages.
    let expectation: String
    /// The type to coerce to, or nil where the argument is refused.
    let coerce: @Sendable (DataType) -> DataType?

    init(_ expectation: String, _ coerce: @escaping @Sendable (DataType) -> DataType?) {
        self.expectation = expectation
        self.coerce = coerce
    }

    /// The same rule, which also takes a bare NULL, as a NULL of `type`.
    func orNull(_ type: LogicalType) -> ArgumentRule {
        let inner = coerce
        return ArgumentRule(expectation) { $0.logical == .null ? DataType(type) : inner($0) }
    }
}

extension ArgumentRule {
    /// CHAR or VARCHAR, as it is.
    static let text = ArgumentRule("a string") { $0.logical.isText ? $0 : nil }
    /// CHAR or VARCHAR, or a bare NULL.
    static let textOrNull = text.orNull(.string)
    /// BINARY or VARBINARY, as it is.
    static let binary = ArgumentRule("a binary string") { $0.logical.isBinary ? $0 : nil }
    /// Text or binary, as it is.
    static let textOrBinary = ArgumentRule("a string or a binary string") {
        $0.logical.isText || $0.logical.isBinary ? $0 : nil
    }
    /// TINYINT, SMALLINT or INT, as INT.
    static let int = ArgumentRule("an INT") {
        switch $0.logical {
        case .tinyint, .smallint, .int: DataType(.int, nullable: $0.isNullable)
        default: nil
        }
    }
    /// An integer of any width, as BIGINT.
    static let integer = ArgumentRule("an integer") {
        $0.logical.isInteger ? DataType(.bigint, nullable: $0.isNullable) : nil
    }
    /// Any number, as it is.
    static let number = ArgumentRule("a number") { $0.logical.isNumber ? $0 : nil }
    /// Any number, as DOUBLE.
    static let double = ArgumentRule("a number") {
        $0.logical.isNumber ? DataType(.double, nullable: $0.isNullable) : nil
    }
    /// BOOLEAN.
    static let boolean = ArgumentRule("a BOOLEAN") { $0.logical == .boolean ? $0 : nil }
    /// Anything, as it is.
    static let any = ArgumentRule("a value") { $0 }
}

extension LogicalType {
    /// Whether it is CHAR or VARCHAR.
    var isText: Bool {
        switch self {
        case .char, .varchar: true
        default: false
        }
    }

    /// Whether it is an integer, a DECIMAL, FLOAT or DOUBLE.
    var isNumber: Bool {
        switch self {
        case .tinyint, .smallint, .int, .bigint, .decimal, .float, .double: true
        default: false
        }
    }

    /// The declared length of a text or binary type; `maxLength` for the others.
    var declaredLength: Int {
        switch self {
        case .char(let length), .varchar(let length), .binary(let length), .varbinary(let length): length
        default: LogicalType.maxLength
        }
    }
}
