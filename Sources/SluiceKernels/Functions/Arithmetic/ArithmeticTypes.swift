import SluiceColumns

/// An infix operator of arithmetic.
enum ArithmeticOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

/// Decimal shapes of exact numeric types and of the results of arithmetic on them.
enum DecimalRules {
    /// Digits of the widest decimal.
    static let precisionMax = DecimalShape.precisionMax

    /// The decimal that holds every value of an exact numeric type; nil for the others.
    static func shape(of type: LogicalType) -> DecimalShape? {
        switch type {
        case .tinyint: DecimalShape(3, 0)
        case .smallint: DecimalShape(5, 0)
        case .int: DecimalShape(10, 0)
        case .bigint: DecimalShape(19, 0)
        case .decimal(let precision, let scale): DecimalShape(precision, scale)
        default: nil
        }
    }

    /// The type of `left op right`.
    static func result(_ operation: ArithmeticOperator, _ left: DecimalShape, _ right: DecimalShape) -> LogicalType {
        let shape =
            switch operation {
            case .add, .subtract: DecimalTypeRules.sum(left, right)
            case .multiply: DecimalTypeRules.product(left, right)
            case .divide: DecimalTypeRules.quotient(left, right)
            case .remainder: DecimalTypeRules.remainder(left, right)
            }
        return .decimal(precision: shape.precision, scale: shape.scale)
    }
}

extension LogicalType {
    /// TINYINT, SMALLINT, INT or BIGINT.
    var isInteger: Bool {
        switch self {
        case .tinyint, .smallint, .int, .bigint: true
        default: false
        }
    }

    /// FLOAT or DOUBLE.
    var isApproximate: Bool { self == .float || self == .double }

    /// DECIMAL.
    var isDecimal: Bool { if case .decimal = self { true } else { false } }

    /// Any number.
    var isNumeric: Bool { isInteger || isApproximate || isDecimal }

    /// CHAR or VARCHAR.
    package var isCharacter: Bool {
        switch self {
        case .char, .varchar: true
        default: false
        }
    }

    /// BINARY or VARBINARY.
    var isBinary: Bool {
        switch self {
        case .binary, .varbinary: true
        default: false
        }
    }

    /// DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ.
    package var isDatetime: Bool {
        switch self {
        case .date, .time, .timestamp, .timestampLTZ: true
        default: false
        }
    }

    /// A year-month or a day-time interval.
    package var isInterval: Bool {
        switch self {
        case .intervalDayTime, .intervalYearMonth: true
        default: false
        }
    }

    /// INTERVAL SECOND(3): what arithmetic on day-time intervals gives.
    static let daySecondInterval = LogicalType.intervalDayTime(IntervalDayTime(.second, fractionalPrecision: 3))
    /// INTERVAL MONTH: what arithmetic on year-month intervals gives.
    static let monthInterval = LogicalType.intervalYearMonth(IntervalYearMonth(.month))
}
