import SluiceColumns

@testable import SluiceKernels

/// Models of the functions that stand in for those of RocketMQ Streams.
extension FamilyPropertyTests {
    static let originals: [FamilyCase] = bits + wholes + originalTexts + originalCollections

    static let bits: [FamilyCase] = [
        FamilyCase("bits", "BITAND", [.bigint, .bigint]) { bitwise($0) { $0 && $1 } },
        FamilyCase("bits", "BITOR", [.int(-900...900), .bigint]) { bitwise($0) { $0 || $1 } },
        FamilyCase("bits", "BITXOR", [.int(-900...900), .int(-900...900)]) { bitwise($0) { $0 != $1 } },
        FamilyCase("bits", "BITNOT", [.bigint]) { .integer(-1 - int($0[0])) },
        FamilyCase("bits", "SHIFTLEFT", [.bigint, .int(-70...70)]) { row in
            .integer((0..<(int(row[1]) % 64 + 64) % 64).reduce(int(row[0])) { number, _ in number &* 2 })
        },
        FamilyCase("bits", "SHIFTRIGHT", [.int(-900...900), .int(-40...40)]) { row in
            .integer((0..<(int(row[1]) % 32 + 32) % 32).reduce(int(row[0])) { number, _ in floorDivide(number, 2) })
        },
        FamilyCase("bits", "SHIFTRIGHTUNSIGNED", [.int(-900...900), .int(0...31)]) { row in
            let unsigned = int(row[0]) < 0 ? int(row[0]) + 4_294_967_296 : int(row[0])
            let moved = (0..<int(row[1])).reduce(unsigned) { number, _ in number / 2 }
            return .integer(moved > 2_147_483_647 ? moved - 4_294_967_296 : moved)
        },
    ]

    static let wholes: [FamilyCase] = [
        FamilyCase("math", "FACTORIAL", [.int(-3...23)]) { row in
            let number = int(row[0])
            return number < 0 || number > 20 ? .null : .integer((0..<number).reduce(1) { $0 * ($1 + 1) })
        },
        FamilyCase("math", "BROUND", [.double, .int(-4...4)]) { row in
            // All random numbers are whole numbers of thousandths.
            let thousandths = Int64(real(row[0]) * 1_000)
            let unit = (0..<max(0, 3 - int(row[1]))).reduce(Int64(1)) { power, _ in power * 10 }
            let lower = floorDivide(thousandths, unit)
            let rest = thousandths - lower * unit
            let goesUp = rest * 2 > unit || (rest * 2 == unit && lower % 2 != 0)
            return .double(Double((lower + (goesUp ? 1 : 0)) * unit) / 1_000)
        },
        FamilyCase("math", "CONV", [.text, .int(15...17), .int(-3...3)]) { row in
            let target = int(row[2])
            if text(row[0]).isEmpty || abs(target) < 2 { return .null }
            let digits = text(row[0]).prefix { "abB1".unicodeScalars.contains($0.unicodeScalars.first ?? " ") }
            return .string(String(UInt64(digits, radix: Int(int(row[1]))) ?? 0, radix: Int(abs(target))))
        },
        FamilyCase("temporal", "LAST_DAY", [.date]) { row in
            var day = int(row[0])
            // The first of a month is where the day of the month of the day before is not one less.
            func dayOfMonth(_ day: Int64) -> Int { CivilDate(daysSinceEpoch: Int(day)).day }
            while dayOfMonth(day + 1) != 1 { day += 1 }
            return .integer(day)
        },
    ]

    static let originalTexts: [FamilyCase] = [
        FamilyCase("cleansing", "SPLIT_QUOTED", [.text, .text, .text]) { row in
            let (line, delimiter) = (Array(text(row[0]).unicodeScalars), Array(text(row[1]).unicodeScalars))
            let quotes = Array(text(row[2]).unicodeScalars)
            if delimiter.isEmpty || quotes.count % 2 == 1 { return .null }
            var (parts, part, isWholeQuote): ([String], [Unicode.Scalar], Bool) = ([], [], false)
            func finish() {
                let kept = isWholeQuote ? Array(part.dropFirst().dropLast()) : part
                parts.append(String(String.UnicodeScalarView(kept)))
                (part, isWholeQuote) = ([], false)
            }
            var rest = line[...]
            while let first = rest.first {
                if rest.starts(with: delimiter) {
                    finish()
                    rest = rest.dropFirst(delimiter.count)
                    continue
                }
                let places = stride(from: 0, to: quotes.count, by: 2).filter { quotes[$0] == first }
                let ends = places.compactMap { rest.dropFirst().firstIndex(of: quotes[$0 + 1]) }
                let quote = ends.first.map { rest[...$0] } ?? rest.prefix(1)
                isWholeQuote = part.isEmpty && !ends.isEmpty
                part += quote
                rest = rest.dropFirst(quote.count)
            }
            finish()
            return .array(parts.map { .string($0) })
        },
        FamilyCase("cleansing", "SOUNDEX", [.text]) { row in
            // Of the random letters only `a`, a vowel, and `b`, with the digit 1, are letters here.
            let name = text(row[0])
            guard let first = name.unicodeScalars.first, "abB".unicodeScalars.contains(first) else { return row[0] }
            var digits = name.unicodeScalars.filter { "abB".unicodeScalars.contains($0) }.map { $0 == "a" ? "" : "1" }
            if digits.first == "1" {
                // The letters that follow at once sound like the first.
                digits = Array(digits.drop { $0 == "1" })
            }
            let sounds = digits.split(separator: "").map { _ in "1" }
            let code = String(first).uppercased() + sounds.joined() + "000"
            return .string(String(code.prefix(4)))
        },
    ]

    static let originalCollections: [FamilyCase] = [
        FamilyCase("collection", "ARRAY_HAS_ANY", [.ints, .ints]) { row in
            .boolean(elements(row[1]).contains { elements(row[0]).contains($0) })
        },
        FamilyCase("collection", "ARRAY_HAS_ALL", [.ints, .ints]) { row in
            .boolean(!elements(row[1]).contains { !elements(row[0]).contains($0) })
        },
        FamilyCase("collection", "MAP_TO_STR", [.textMap, .text, .text]) { row in
            guard case .map(let keys, let values) = row[0] else { return .null }
            let pairs = zip(keys, values).filter { !$0.1.isNull }.map { text($0.0) + text(row[2]) + text($0.1) }
            return .string(pairs.joined(separator: text(row[1])))
        },
    ]

    /// Bit by bit.
    private static func bitwise(_ row: [Value], _ holds: (Bool, Bool) -> Bool) -> Value {
        var (left, right, result, unit) = (int(row[0]), int(row[1]), Int64(0), Int64(1))
        for _ in 0..<64 {
            if holds(left & 1 == 1, right & 1 == 1) { result |= unit }
            (left, right, unit) = (left >> 1, right >> 1, unit << 1)
        }
        return .integer(result)
    }
}
