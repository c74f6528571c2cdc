import SluiceColumns

@testable import SluiceKernels

/// More families with plain models of their functions, for `FamilyPropertyTests`.
enum FamilyModels {
    static let all: [FamilyCase] =
        decimals + dates + datePatterns + casts + construction + arrays + maps + encodings + bits
        + documents

    private static let price = RandomValues.decimal(precision: 10, scale: 2)
    private static let small = RandomValues.int(-4...4)

    private static func literal(_ value: Value, _ type: LogicalType) -> RandomValues { .literal(value, type) }
    private static func literal(_ text: String) -> RandomValues { .literal(.string(text), .char(text.utf8.count)) }

    static let decimals: [FamilyCase] = [
        FamilyCase("decimal", "+", [price, price]) { .integer(int($0[0]) + int($0[1])) },
        FamilyCase("decimal", "-", [price, price]) { .integer(int($0[0]) - int($0[1])) },
        FamilyCase("decimal", "*", [price, price]) { .wide(Int128(int($0[0])) * Int128(int($0[1]))) },
        // DECIMAL(10, 2) / DECIMAL(10, 2) has 13 digits after the point; halves are rounded away from zero.
        FamilyCase("decimal", "/", [price, literal(.integer(700), .decimal(precision: 10, scale: 2))]) { row in
            let scaled = Int128(int(row[0])) * 10_000_000_000_000
            let (quotient, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: 700)
            let rounded = Int128(quotient) + (rest * 2 >= 700 ? 1 : 0)
            return .wide(scaled < 0 ? -rounded : rounded)
        },
        FamilyCase("decimal", "<", [price, price]) { .boolean(int($0[0]) < int($0[1])) },
        FamilyCase("decimal", "ROUND", [price, literal(.integer(1), .int)]) { row in
            let rounded = (int(row[0]).magnitude + 5) / 10
            return .integer(int(row[0]) < 0 ? -Int64(rounded) : Int64(rounded))
        },
    ]

    static let dates: [FamilyCase] = [
        FamilyCase("temporal", "MONTH", [.date]) { .integer(Day(int($0[0])).month) },
        FamilyCase("temporal", "DAYOFMONTH", [.date]) { .integer(Day(int($0[0])).day) },
        FamilyCase("temporal", "DAYOFYEAR", [.date]) { .integer(Day(int($0[0])).dayOfYear) },
        FamilyCase("temporal", "QUARTER", [.date]) { .integer((Day(int($0[0])).month + 2) / 3) },
        // Before 1970 Flink cuts towards it: an hour before is hour -1.
        FamilyCase("temporal", "HOUR", [.timestamp]) { .integer(int($0[0]) % 86_400_000_000 / 3_600_000_000) },
        FamilyCase("temporal", "MINUTE", [.timestamp]) { .integer(int($0[0]) % 3_600_000_000 / 60_000_000) },
        FamilyCase("temporal", "SECOND", [.timestamp]) { .integer(int($0[0]) % 60_000_000 / 1_000_000) },
        FamilyCase("temporal", "LAST_DAY", [.date]) { row in
            let day = Day(int(row[0]))
            return .integer(int(row[0]) + Day.length(day.month, day.year) - day.day)
        },
    ]

    static let datePatterns: [FamilyCase] = [
        FamilyCase("date pattern", "DATE_FORMAT", [.timestamp, literal("dd/MM/yyyy HH:mm:ss")]) { row in
            let moment = Moment(int(row[0]))
            return .string(
                "\(two(moment.date.day))/\(two(moment.date.month))/\(moment.date.year) \(moment.time)"
            )
        },
        FamilyCase("date pattern", "TO_TIMESTAMP", [.timeText, literal("yyyy-MM-dd HH:mm:ss")]) { row in
            Moment.parsed(text(row[0])).map { .integer($0) } ?? .null
        },
        FamilyCase("date pattern", "TO_TIMESTAMP", [.timeText]) { row in
            Moment.parsed(text(row[0])).map { .integer($0) } ?? .null
        },
        FamilyCase("date pattern", "UNIX_TIMESTAMP", [.timeText, literal("yyyy-MM-dd HH:mm:ss")]) { row in
            .integer(Moment.parsed(text(row[0])).map { $0 / 1_000_000 } ?? .min)
        },
        FamilyCase("date pattern", "DATE_FORMAT", [.timeText, literal("HHmm")]) { row in
            guard let micros = Moment.parsed(text(row[0])) else { return .null }
            let second = Moment(micros).second
            return .string(two(second / 3_600) + two(second / 60 % 60))
        },
    ]

    static let casts: [FamilyCase] = [
        FamilyCase("cast", castTo: .string, [small]) { .string("\(int($0[0]))") },
        FamilyCase("cast", castTo: .string, [.bigint]) { .string("\(int($0[0]))") },
        FamilyCase("cast", castTo: .string, [.boolean]) { .string($0[0] == .boolean(true) ? "TRUE" : "FALSE") },
        FamilyCase("cast", castTo: .string, [.date]) { .string(Day(int($0[0])).text) },
        FamilyCase("cast", castTo: .string, [price]) { row in
            let (units, cents) = int(row[0]).magnitude.quotientAndRemainder(dividingBy: 100)
            return .string((int(row[0]) < 0 ? "-" : "") + "\(units)." + two(Int64(cents)))
        },
        FamilyCase("cast", castTo: .int, [.bigint]) { .integer(Int64(Int32(truncatingIfNeeded: int($0[0])))) },
        FamilyCase("cast", castTo: .bigint, [.double]) { .integer(Int64(real($0[0]))) },
        FamilyCase("cast", castTo: .double, [.int(-9...9)]) { .double(Double(int($0[0]))) },
        FamilyCase("cast", castTo: .double, [price]) { .double(Double(int($0[0])) / 100) },
        FamilyCase("cast", castTo: .boolean, [small]) { .boolean(int($0[0]) != 0) },
        FamilyCase("cast", castTo: .decimal(precision: 12, scale: 2), [small]) { .integer(int($0[0]) * 100) },
        FamilyCase("cast", castTo: .date, [.timestamp]) { .integer(int($0[0]) / 86_400_000_000) },
        FamilyCase("cast", castTo: .int, [.numberText]) { Int64(text($0[0])).map { .integer($0) } ?? .null },
        FamilyCase("cast", castTo: .timestamp(3), [.timeText]) { row in
            Moment.parsed(text(row[0])).map { .integer($0) } ?? .null
        },
    ]

    static let construction: [FamilyCase] = [
        FamilyCase("construction", "ARRAY", [small, small, small], seesNulls: true) { .array($0) },
        FamilyCase("construction", "ROW", [small, .text], seesNulls: true) { .row($0) },
        FamilyCase("construction", "MAP", [.int(0...1), .text, .int(0...1), .text], seesNulls: true) { row in
            if row[0] == row[2] { return .map(keys: [row[0]], values: [row[3]]) }
            return .map(keys: [row[0], row[2]], values: [row[1], row[3]])
        },
        FamilyCase("comparison", "=", [.ints, .ints]) { .boolean($0[0] == $0[1]) },
        FamilyCase("comparison", "<>", [.texts, .texts]) { .boolean($0[0] != $0[1]) },
    ]

    static let encodings: [FamilyCase] = [
        FamilyCase("encoding", "HEX", [.text]) { row in
            .string(text(row[0]).utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined())
        },
        FamilyCase("encoding", "TO_BASE64", [.text]) { row in
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            var bits = text(row[0]).utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
            let letterCount = (bits.count + 5) / 6
            while bits.count < letterCount * 6 { bits.append(0) }
            let letters = (0..<letterCount).map { letter in
                alphabet[bits[letter * 6..<letter * 6 + 6].reduce(0) { $0 * 2 + Int($1) }]
            }
            return .string(String(letters) + String(repeating: "=", count: (4 - letterCount % 4) % 4))
        },
        FamilyCase("encoding", "URL_ENCODE", [.text]) { row in
            let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*_".utf8)
            let parts = text(row[0]).utf8.map { byte in
                byte == 0x20
                    ? "+"
                    : kept.contains(byte)
                        ? String(Unicode.Scalar(byte))
                        : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
            }
            return .string(parts.joined())
        },
        FamilyCase("hash", "SHA256", [.text]) { .string(TextbookSHA256.digits(Array(text($0[0]).utf8))) },
    ]

    static let bits: [FamilyCase] = [
        FamilyCase("bitwise", "BITAND", [.bigint, .bigint]) { .integer(int($0[0]) & int($0[1])) },
        FamilyCase("bitwise", "BITOR", [.bigint, .bigint]) { .integer(int($0[0]) | int($0[1])) },
        FamilyCase("bitwise", "BITXOR", [.bigint, .bigint]) { .integer(int($0[0]) ^ int($0[1])) },
        FamilyCase("bitwise", "BITNOT", [.bigint]) { .integer(-int($0[0]) - 1) },
        FamilyCase("bitwise", "SHIFTLEFT", [.bigint, .int(0...63)]) { row in
            (0..<int(row[1])).reduce(row[0]) { value, _ in .integer(int(value) &* 2) }
        },
    ]

    static func int(_ value: Value) -> Int64 { Int64(value.integerValue ?? 0) }
    static func real(_ value: Value) -> Double { if case .double(let number) = value { number } else { 0 } }
    static func text(_ value: Value) -> String { value.stringValue ?? "" }
    static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
