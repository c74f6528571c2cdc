import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Interval literals: `INTERVAL '1 12:30' DAY TO MINUTE`.
enum IntervalText {
    /// The constant that an interval literal means.
    static func bind(
        _ text: String,
        isNegative: Bool,
        _ qualifier: SluiceSQL.IntervalQualifier,
        at span: SourceSpan
    ) throws(SQLError) -> ScalarExpression {
        var digits = text[...]
        while digits.first == " " { digits.removeFirst() }
        while digits.last == " " { digits.removeLast() }
        var negative = isNegative
        if let sign = digits.first, sign == "-" || sign == "+" {
            digits.removeFirst()
            if sign == "-" { negative.toggle() }
        }
        let type = try TypeBinder.interval(qualifier)
        guard let magnitude = parse(digits, qualifier) else {
            throw SQLError(
                .invalidLiteral,
                "'\(text)' is no interval of \(qualifier.start.rawValue)"
                    + (qualifier.end.map { " TO \($0.rawValue)" } ?? ""),
                at: span
            )
        }
        let limit = qualifier.startPrecision ?? 2
        guard leadingDigits(digits) <= max(limit, 1) || qualifier.start == .week || qualifier.start == .quarter else {
            throw SQLError(
                .invalidLiteral,
                "'\(text)' has more than \(limit) digits of \(qualifier.start.rawValue)",
                at: span,
                hint: "write \(qualifier.start.rawValue)(\(leadingDigits(digits)))"
            )
        }
        return .literal(.integer(negative ? -magnitude : magnitude), .notNull(type))
    }

    private static func leadingDigits(_ text: Substring) -> Int {
        text.drop { $0 == "0" }.prefix { $0.isNumber }.count
    }

    /// Months or milliseconds.
    private static func parse(_ text: Substring, _ qualifier: SluiceSQL.IntervalQualifier) -> Int64? {
        let units = chain(from: qualifier.start, to: qualifier.end ?? qualifier.start)
        guard !units.isEmpty else { return nil }
        var rest = text
        var total: Int64 = 0
        for (index, unit) in units.enumerated() {
            if index > 0 {
                guard let separator = rest.first, separator == self.separator(before: unit) else { return nil }
                rest.removeFirst()
            }
            let number = rest.prefix { $0.isASCII && $0.isNumber }
            guard !number.isEmpty, let value = Int64(number), let factor = factor(of: unit) else { return nil }
            if index > 0, value > greatestPart(unit) { return nil }
            rest = rest.dropFirst(number.count)
            let (product, overflow) = value.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            total += product
        }
        if units.last == .second, rest.first == "." {
            let fraction = rest.dropFirst()
            guard 1...(qualifier.fractionPrecision ?? 6) ~= fraction.count,
                fraction.allSatisfy({ $0.isASCII && $0.isNumber })
            else { return nil }
            let millis = (String(fraction.prefix(3)) + "000").prefix(3)
            total += Int64(millis) ?? 0
            rest = ""
        }
        return rest.isEmpty ? total : nil
    }

    /// The greatest number of a unit that is a part of a greater one.
    private static func greatestPart(_ unit: SluiceSQL.TimeUnit) -> Int64 {
        switch unit {
        case .month: 11
        case .hour: 23
        default: 59
        }
    }

    private static func separator(before unit: SluiceSQL.TimeUnit) -> Character {
        switch unit {
        case .month: "-"
        case .hour: " "
        default: ":"
        }
    }

    private static func chain(from start: SluiceSQL.TimeUnit, to end: SluiceSQL.TimeUnit) -> [SluiceSQL.TimeUnit] {
        if start == end { return [start] }
        let orders: [[SluiceSQL.TimeUnit]] = [[.year, .month], [.day, .hour, .minute, .second]]
        for order in orders {
            if let first = order.firstIndex(of: start), let last = order.firstIndex(of: end), first < last {
                return Array(order[first...last])
            }
        }
        return []
    }

    private static func factor(of unit: SluiceSQL.TimeUnit) -> Int64? {
        switch unit {
        case .year: 12
        case .quarter: 3
        case .month: 1
        case .week: 604_800_000
        case .day: 86_400_000
        case .hour: 3_600_000
        case .minute: 60_000
        case .second: 1_000
        default: nil
        }
    }
}
