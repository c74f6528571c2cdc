import Glibc
import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

/// One function of a family with a plain model of it, which sees the values of one row.
struct FamilyCase: Sendable, CustomTestStringConvertible {
    var family: String
    var function: String
    var arguments: [RandomValues]
    /// The value of a row without NULLs; NULL is NULL in all of these functions unless `seesNulls` is set.
    var model: @Sendable ([Value]) -> Value
    var seesNulls = false
    /// The type of a cast, which is a case without a function.
    var castType: LogicalType?

    var testDescription: String { "\(family): \(function)\(castType.map { " to \($0)" } ?? "")" }

    init(
        _ family: String,
        _ function: String,
        _ arguments: [RandomValues],
        seesNulls: Bool = false,
        _ model: @escaping @Sendable ([Value]) -> Value
    ) {
        self.family = family
        self.function = function
        self.arguments = arguments
        self.model = model
        self.seesNulls = seesNulls
    }

    /// TRY_CAST to a type.
    init(
        _ family: String,
        castTo type: LogicalType,
        _ arguments: [RandomValues],
        _ model: @escaping @Sendable ([Value]) -> Value
    ) {
        self.init(family, "TRY_CAST", arguments, model)
        castType = type
    }

    /// The expression over columns, with literals where the arguments are literals.
    func expression() throws -> ScalarExpression {
        let inputs = arguments.enumerated().map { index, argument -> ScalarExpression in
            if case .literal(let value, let type) = argument { return .literal(value, .notNull(type)) }
            return .column(index, DataType(argument.type))
        }
        if let castType { return .cast(inputs[0], to: DataType(castType), .tryCast) }
        return try .calling(try #require(FunctionCatalogue.builtins.scalar(function)), inputs)
    }
}

/// What a random column is drawn from.
enum RandomValues: Sendable {
    case int(ClosedRange<Int64>)
    case bigint
    case double
    case boolean
    case text
    case date
    case ints
    /// Arrays that are long enough for hash tables.
    case manyInts
    case texts
    case decimal(precision: Int, scale: Int)
    case timestamp
    /// `2024-02-29 12:34:56`, or something else.
    case timeText
    case numberText
    /// A map from INT to STRING.
    case dictionary
    case literal(Value, LogicalType)
    case textMap
    /// A JSON object, or text that is none.
    case document

    var type: LogicalType {
        switch self {
        case .int: .int
        case .bigint: .bigint
        case .double: .double
        case .boolean: .boolean
        case .text: .string
        case .date: .date
        case .ints, .manyInts: .array(DataType(.int))
        case .texts: .array(DataType(.string))
        case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
        case .timestamp: .timestamp(3)
        case .timeText, .numberText, .document: .string
        case .dictionary: .map(DataType(.int), DataType(.string))
        case .literal(_, let type): type
        case .textMap: .map(DataType(.string), DataType(.string))
        }
    }

    func draw(_ random: inout SeededRandom) -> Value {
        if case .literal(let value, _) = self { return value }
        if random.next() % 5 == 0 { return .null }
        switch self {
        case .int(let range): return .integer(range.lowerBound + Int64(random.next() % UInt64(range.count)))
        case .bigint: return .integer(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
        case .double: return .double(Double(Int64(random.next() % 2_001) - 1_000) / 8)
        case .boolean: return .boolean(random.next() % 2 == 0)
        case .text:
            let letters = ["a", "b", "B", " ", "ß", "日", "😀", "1"]
            return .string((0..<random.next() % 7).map { _ in letters[Int(random.next() % 8)] }.joined())
        case .date: return .integer(Int64(random.next() % 80_000) - 20_000)
        case .ints:
            return list(&random, upTo: 5) { .integer(Int64($0.next() % 4)) }
        case .manyInts: return list(&random, upTo: 90) { .integer(Int64($0.next() % 60)) }
        case .texts: return list(&random, upTo: 5) { RandomValues.text.draw(&$0) }
        case .decimal: return .integer(Int64(random.next() % 200_001) - 100_000)
        case .timestamp:
            let (days, millis) = (Int64(random.next() % 80_000) - 20_000, Int64(random.next() % 86_400_000))
            return .integer((days * 86_400_000 + millis) * 1_000)
        case .timeText:
            if random.next() % 8 == 0 { return .string("soon") }
            let day = Day(Int64(random.next() % 80_000) - 20_000)
            let second = Moment(Int64(random.next() % 86_400) * 1_000_000)
            return .string("\(day.text) \(second.time)")
        case .numberText:
            return .string(random.next() % 4 == 0 ? "1x" : "\(Int64(random.next() % 2_001) - 1_000)")
        case .dictionary:
            let keys = (0..<4).filter { _ in random.next() % 2 == 0 }.map { Value.integer(Int64($0)) }
            return .map(keys: keys, values: keys.map { _ in RandomValues.text.draw(&random) })
        case .literal(let value, _): return value
        case .document: return Self.drawDocument(&random)
        case .textMap:
            let keys = ["a", "日本語 in a long key", "c"].prefix(Int(random.next() % 4)).map { Value.string($0) }
            return .map(keys: keys, values: keys.map { _ in RandomValues.text.draw(&random) })
        }
    }

    private func list(
        _ random: inout SeededRandom,
        upTo count: UInt64,
        _ element: (inout SeededRandom) -> Value
    ) -> Value {
        .array((0..<random.next() % count).map { _ in random.next() % 6 == 0 ? .null : element(&random) })
    }
}

@Suite("Kernels of every family agree with a plain model over random columns")
struct FamilyPropertyTests {
    static let cases: [FamilyCase] =
        numbers + texts + others + collections + cleansing
        + originals + FamilyModels.all

    static let small = RandomValues.int(-9...9)

    static let numbers: [FamilyCase] = [
        FamilyCase("arithmetic", "+", [.bigint, .bigint]) { .integer(int($0[0]) &+ int($0[1])) },
        FamilyCase("arithmetic", "-", [.bigint, .bigint]) { .integer(int($0[0]) &- int($0[1])) },
        FamilyCase("arithmetic", "*", [.bigint, .bigint]) { .integer(int($0[0]) &* int($0[1])) },
        FamilyCase("math", "ABS", [.double]) { .double(Swift.abs(real($0[0]))) },
        FamilyCase("math", "FLOOR", [.double]) { .double(real($0[0]).rounded(.down)) },
        FamilyCase("math", "SIN", [.double]) { .double(sin(real($0[0]))) },
        FamilyCase("math", "HEX", [.bigint]) {
            .string(String(UInt64(bitPattern: int($0[0])), radix: 16, uppercase: true))
        },
        FamilyCase("comparison", "<", [small, small]) { .boolean(int($0[0]) < int($0[1])) },
        FamilyCase("comparison", "=", [.text, .text]) { .boolean($0[0] == $0[1]) },
        FamilyCase("comparison", "IS NOT DISTINCT FROM", [small, small], seesNulls: true) { .boolean($0[0] == $0[1]) },
        FamilyCase("logical", "NOT", [.boolean]) { .boolean($0[0] == .boolean(false)) },
        FamilyCase("logical", "IS TRUE", [.boolean], seesNulls: true) { .boolean($0[0] == .boolean(true)) },
        FamilyCase("conditional", "COALESCE", [small, small, small], seesNulls: true) { row in
            row.first { !$0.isNull } ?? .null
        },
        FamilyCase("conditional", "GREATEST", [small, small]) { .integer(max(int($0[0]), int($0[1]))) },
    ]

    static let texts: [FamilyCase] = [
        FamilyCase("string", "CHAR_LENGTH", [.text]) { .integer(Int64(text($0[0]).unicodeScalars.count)) },
        FamilyCase("string", "UPPER", [.text]) { .string(text($0[0]).uppercased()) },
        FamilyCase("string", "SUBSTRING", [.text, small, .int(0...9)]) { row in
            let scalars = Array(text(row[0]).unicodeScalars)
            let start = int(row[1])
            let first = start > 0 ? Int(start) - 1 : start < 0 ? scalars.count + Int(start) : 0
            if first < 0 { return .string("") }
            let end = first + Int(int(row[2]))
            let kept = max(0, min(first, scalars.count))..<max(0, min(max(end, first), scalars.count))
            return .string(String(String.UnicodeScalarView(first < scalars.count ? scalars[kept] : [])))
        },
        FamilyCase("string", "CONCAT", [.text, .text]) { .string(text($0[0]) + text($0[1])) },
        FamilyCase("string", "STARTSWITH", [.text, .text]) { row in
            .boolean(Array(text(row[0]).utf8).starts(with: text(row[1]).utf8))
        },
        FamilyCase("regex", "REGEXP", [.text, .text]) { row in
            // The random letters mean themselves in a pattern; the empty pattern fits nothing.
            let (source, needle) = (Array(text(row[0]).utf8), Array(text(row[1]).utf8))
            if needle.isEmpty || needle.count > source.count { return .boolean(false) }
            return .boolean((0...source.count - needle.count).contains { source[$0...].starts(with: needle) })
        },
        FamilyCase("json", "JSON_UNQUOTE", [.text]) { $0[0] },
        FamilyCase("json", "IS JSON", [.text], seesNulls: true) { row in
            // The letters of the random texts make no JSON but a number between blanks.
            let core = text(row[0]).drop { $0 == " " }.prefix { $0 != " " }
            return .boolean(!row[0].isNull && !core.isEmpty && core.allSatisfy { $0 == "1" })
        },
        FamilyCase("variant", "TRY_PARSE_JSON", [.text]) { row in
            let core = text(row[0]).drop { $0 == " " }.prefix { $0 != " " }
            return !core.isEmpty && core.allSatisfy { $0 == "1" } ? .string(String(core)) : .null
        },
        FamilyCase("hash", "HASH_CODE", [.text]) { row in
            let hash = text(row[0]).utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
            return .integer(Int64(hash == .min ? hash : abs(hash)))
        },
    ]

    static let others: [FamilyCase] = [
        FamilyCase("temporal", "DAYOFWEEK", [.date]) { row in
            let day = (int(row[0]) + 4) % 7
            return .integer((day < 0 ? day + 7 : day) + 1)
        },
        FamilyCase("temporal", "YEAR", [.date]) { row in
            // Counts whole years from 1900 day by day.
            var (year, left) = (Int64(1900), int(row[0]) + 25_567)
            func length(_ year: Int64) -> Int64 { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365 }
            while left >= length(year) { (left, year) = (left - length(year), year + 1) }
            return .integer(year)
        },
        FamilyCase("network", "INET_NTOA", [.bigint]) { row in
            guard let number = UInt32(exactly: int(row[0])) else { return .null }
            return .string([24, 16, 8, 0].map { "\(number >> $0 & 255)" }.joined(separator: "."))
        },
    ]

    static let collections: [FamilyCase] = [
        FamilyCase("collection", "CARDINALITY", [.ints]) { .integer(Int64(elements($0[0]).count)) },
        FamilyCase("collection", "ITEM", [.ints, .int(1...6)]) { row in
            let (list, place) = (elements(row[0]), Int(int(row[1])) - 1)
            return list.indices.contains(place) ? list[place] : .null
        },
        FamilyCase("collection", "ARRAY_DISTINCT", [.ints]) { row in
            var seen: [Value] = []
            for element in elements(row[0]) where !seen.contains(element) { seen.append(element) }
            return .array(seen)
        },
        FamilyCase("collection", "ARRAY_MAX", [.ints]) { row in
            elements(row[0]).compactMap(\.integerValue).max().map { .integer(Int64($0)) } ?? .null
        },
        FamilyCase("bitmap", "BITMAP_BUILD", [.ints]) { row in
            // The model of a small set: its array container as the format prescribes.
            let members = Set(elements(row[0]).compactMap(\.integerValue)).sorted()
            if members.isEmpty { return .bytes([0x3A, 0x30, 0, 0, 0, 0, 0, 0]) }
            let head: [UInt8] = [0x3A, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, UInt8(members.count - 1), 0, 16, 0, 0, 0]
            if members.count == 4 { return .bytes([0x3B, 0x30, 0, 0, 1, 0, 0, 3, 0, 1, 0, 0, 0, 3, 0]) }
            return .bytes(head + members.flatMap { [UInt8($0), 0] })
        },
    ]

    static let cleansing: [FamilyCase] = [
        FamilyCase("cleansing", "BLANK_TO_NULL", [.text]) { row in
            text(row[0]).allSatisfy { $0 == " " } ? .null : row[0]
        },
        FamilyCase("cleansing", "COALESCE_BLANK", [.text, .text], seesNulls: true) { row in
            row.first { !$0.isNull && !text($0).allSatisfy { $0 == " " } } ?? .null
        },
        FamilyCase("cleansing", "EQUALS_IGNORE_CASE", [.text, .text]) { row in
            .boolean(text(row[0]).uppercased() == text(row[1]).uppercased())
        },
        FamilyCase("cleansing", "LEVENSHTEIN", [.text, .text]) { row in
            func distance(_ left: ArraySlice<Unicode.Scalar>, _ right: ArraySlice<Unicode.Scalar>) -> Int {
                guard let first = left.first, let other = right.first else { return left.count + right.count }
                if first == other { return distance(left.dropFirst(), right.dropFirst()) }
                return 1
                    + min(
                        distance(left.dropFirst(), right.dropFirst()),
                        distance(left.dropFirst(), right),
                        distance(left, right.dropFirst())
                    )
            }
            let sides = row.map { Array(text($0).unicodeScalars)[...] }
            return .integer(Int64(distance(sides[0], sides[1])))
        },
    ]

    @Test("random columns with NULLs, and selections of their rows", arguments: cases)
    func agrees(_ family: FamilyCase) throws {
        let expression = try family.expression()
        let types = family.arguments.map { DataType($0.type) }
        let evaluator = try ExpressionEvaluator([expression], context: ExpressionProbe.context)
        for seed in UInt64(1)...12 {
            var random = SeededRandom(seed)
            let rowCount = Int(random.next() % 150)
            let values = family.arguments.map { source in (0..<rowCount).map { _ in source.draw(&random) } }
            let columns = zip(values, types).map { Column.of($0, $1) }
            let kept = (0..<rowCount).filter { _ in random.next() % 3 > 0 }
            let whole = Batch(columns: columns, rowCount: rowCount)
            for (batch, rows) in [
                (whole, Array(0..<rowCount)), (whole.gathered(SelectionVector(kept.map { Int32($0) })), kept),
            ] {
                let found = try evaluator.evaluateOne(0, batch)
                for (place, row) in rows.enumerated() {
                    let arguments = values.map { $0[row] }
                    let isNull = !family.seesNulls && arguments.contains(.null)
                    let expected: Value = isNull ? .null : family.model(arguments)
                    #expect(found.value(place) == expected, "seed \(seed), row \(row): \(arguments)")
                }
            }
        }
    }

    static func int(_ value: Value) -> Int64 { Int64(value.integerValue ?? 0) }
    static func real(_ value: Value) -> Double {
        if case .double(let number) = value { number } else { 0 }
    }
    static func text(_ value: Value) -> String { value.stringValue ?? "" }
    static func elements(_ value: Value) -> [Value] {
        if case .array(let elements) = value { elements } else { [] }
    }
}
