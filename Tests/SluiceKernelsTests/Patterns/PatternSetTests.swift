import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

@Suite struct PatternSetTests {
    private let text = ScalarExpression.column(0, DataType(.string))
    private let other = ScalarExpression.column(1, DataType(.string))

    private func literal(_ value: String) -> ScalarExpression {
        .literal(.string(value), .notNull(.string))
    }

    /// The rows that each wish gets, by its place; nil for all.
    private func found(_ wishes: [[PatternCondition]], _ batch: Batch) throws -> [Int: Set<Int>] {
        let set = try PatternSet(wishes, folder: nil)
        let columns = try ExpressionEvaluator(set.texts, context: ExpressionProbe.context).evaluate(batch)
        var given: [Int: Set<Int>] = [:]
        try set.find(columns, rowCount: batch.rowCount) { owner, rows in
            guard let rows else { return given[owner] = Set(0..<batch.rowCount) }
            var all: [Int] = []
            for index in 0..<rows.count { all.append(Int(rows.rows[index])) }
            #expect(all == all.sorted() && Set(all).count == all.count)
            given[owner] = Set(all)
        }
        return given
    }

    private func rows(where predicate: ScalarExpression, _ batch: Batch) throws -> Set<Int> {
        let evaluator = try ExpressionEvaluator([predicate], context: ExpressionProbe.context)
        guard let selection = try evaluator.evaluateSelection(0, batch) else { return Set(0..<batch.rowCount) }
        var rows: Set<Int> = []
        for index in 0..<selection.count { rows.insert(Int(selection.rows[index])) }
        return rows
    }

    @Test func sievesLetPassWhatMatches() throws {
        var matchCount = 0
        var givenCount = 0
        var pairCount = 0
        for seed in UInt64(1)...40 {
            var random = RandomPatterns(seed)
            let patterns = (0..<40).map { _ in random.regex(depth: 3) }
            let texts = Column.of((0..<60).map { _ in random.value() }, DataType(.string))
            let batch = Batch(columns: [texts], rowCount: 60)
            let sieves = patterns.map { PatternSieve.sieve(regex: Array($0.utf8)) }
            let wishes = sieves.map { sieve in
                [PatternCondition(text: text, test: .fits((sieve ?? .anything).pattern))]
            }
            let given = try found(wishes, batch)
            for (place, pattern) in patterns.enumerated() {
                let matching = try rows(where: ExpressionProbe.call("REGEXP", text, literal(pattern)), batch)
                let rows = given[place] ?? []
                #expect(matching.isSubset(of: rows), "seed \(seed): \(pattern), \(wishes[place])")
                matchCount += matching.count
                givenCount += rows.count
                pairCount += batch.rowCount
            }
        }
        // It would pass as well if everything matched, or nothing.
        #expect(matchCount > pairCount / 50)
        #expect(givenCount < pairCount * 9 / 10)
    }

    @Test func coversHoldWherePredicatesAreTrue() throws {
        var trueCount = 0
        var givenCount = 0
        var pairCount = 0
        for seed in UInt64(100)...140 {
            var random = RandomPatterns(seed)
            var predicates: [ScalarExpression] = []
            var covers: [PatternCover] = []
            for _ in 0..<60 {
                let predicate = try random.predicate([text, other], depth: 2)
                guard let cover = PatternCover(predicate) else { continue }
                predicates.append(predicate)
                covers.append(cover)
            }
            let columns = (0..<2).map { _ in Column.of((0..<80).map { _ in random.value() }, DataType(.string)) }
            let batch = Batch(columns: columns, rowCount: 80)
            let given = try found(covers.map(\.conditions), batch)
            for (place, predicate) in predicates.enumerated() {
                let right = try rows(where: predicate, batch)
                #expect(right.isSubset(of: given[place] ?? []), "seed \(seed): \(predicate)")
                trueCount += right.count
                givenCount += given[place]?.count ?? 0
                pairCount += batch.rowCount
            }
        }
        #expect(trueCount > 100)
        #expect(givenCount < pairCount / 2)
    }

    @Test(arguments: [
        ("LIKE", "%attack%", #"attack"#), ("LIKE", "attack%", #"^attack"#), ("LIKE", "at_ack", #"^at.{1,4}ack\z"#),
        ("SIMILAR TO", "%(one|two)%", #"(?:one|two)"#), ("STARTSWITH", "ab", "^ab"), ("ENDSWITH", "ab", #"ab\z"#),
        ("REGEXP", #"^\Qa.b\E"#, #"^a\x2eb"#), ("REGEXP", "(?i)ab", "[Aa][Bb]"),
        ("REGEXP", "(?i)sk", #"[Ss][Kk]"#), ("REGEXP", "(?iu)s", #"[Ss\x80-\xff]{1,4}"#),
        ("REGEXP", "a$|b(?=c)", "(?:a|b)"), ("REGEXP", "[^a-c]é", #"[\x00-\x60d-\x7f\x80-\xff]{1,4}\xc3\xa9"#),
    ])
    func sievesAreWhatTheyShouldBe(function: String, pattern: String, sieve: String) throws {
        guard case .call(let call) = try ExpressionProbe.call(function, text, literal(pattern)) else { return }
        #expect(try String(decoding: #require(PatternSieve.sieve(of: call)).pattern, as: UTF8.self) == sieve)
    }

    @Test func nothingIsSearchedForAllRowsThatMayFail() throws {
        let long = literal("%a long text%")
        let number = ScalarExpression.cast(other, to: DataType(.int), .cast)
        let fails = try ExpressionProbe.call("=", number, ExpressionProbe.int(1))
        let like = try ExpressionProbe.call("LIKE", text, long)
        #expect(PatternCover(.and([fails, like])) == nil)
        #expect(PatternCover(.and([like, fails])) != nil)
        #expect(PatternCover(.or([like, fails])) == nil)
        #expect(PatternCover(try ExpressionProbe.call("NOT", like)) == nil)
        #expect(PatternCover(try ExpressionProbe.call("LIKE", text, literal("%a%"))) == nil)
    }

    @Test func patternsThatHyperscanRefusesGetEveryRow() throws {
        let batch = Batch(columns: [Column.of([.string("a"), .null], DataType(.string))], rowCount: 2)
        let given = try found(
            [
                [PatternCondition(text: text, test: .fits(Array("(a".utf8)))],
                [PatternCondition(text: text, test: .fits([97]))],
            ],
            batch
        )
        #expect(given == [0: [0, 1], 1: [0]])
    }

    @Test func compiledPatternsAreFoundAgain() throws {
        let folder = ScratchFolder()
        let place = folder.path + "/compiled/here"
        let sources = (0..<100).map { Array("pattern\($0)[a-z]+end".utf8) }
        let first = try PatternDatabase(sources, folder: place, unkeptNanos: 0)
        let second = try PatternDatabase(sources, folder: place, unkeptNanos: 0)
        #expect(!first.isFromFile)
        #expect(second.isFromFile)
        let text = Array("x pattern99abcend".utf8)
        #expect(try second.search(text.span) == 1)
        #expect(second.found(0) == 99)
        let third = try PatternDatabase(Array(sources.dropLast()), folder: place, unkeptNanos: 0)
        #expect(!third.isFromFile)
        let fourth = try PatternDatabase(Array(sources.prefix(9)), folder: place)
        let fifth = try PatternDatabase(Array(sources.prefix(9)), folder: place)
        #expect(!fourth.isFromFile && !fifth.isFromFile)
    }
}

/// Random patterns, predicates and texts over few letters, some of which have cases and bytes of their own.
private struct RandomPatterns {
    private static let letters = [
        "a", "b", "k", "K", "s", "S", "ſ", "\u{212A}", "é", "1", " ", "\n", "\r", "😀", "\u{85}",
    ]
    private var random: SeededRandom

    init(_ seed: UInt64) { random = SeededRandom(seed) }

    mutating func value() -> Value {
        if random.once(in: 12) { return .null }
        var bytes: [UInt8] = []
        for _ in 0..<random.number(0...14) {
            if random.once(in: 30) {
                bytes.append([0xFF, 0xC3, 0x80, 0][Int(random.number(0...3))])
            } else {
                bytes += Array(letter().utf8)
            }
        }
        return .bytes(bytes)
    }

    private mutating func letter() -> String { Self.letters[Int(random.number(0...Int64(Self.letters.count - 1)))] }

    mutating func regex(depth: Int) -> String {
        var text = random.once(in: 6) ? "(?i)" : random.once(in: 12) ? "(?iu)" : random.once(in: 12) ? "(?m)" : ""
        if random.once(in: 8) { text += "^" }
        for _ in 0...random.number(0...3) { text += part(depth) }
        if random.once(in: 8) { text += ["$", "\\z", "\\Z"][Int(random.number(0...2))] }
        return text
    }

    private mutating func part(_ depth: Int) -> String {
        let quantifier =
            random.once(in: 3) ? ["*", "+", "?", "{2}", "{1,3}", "*?", "++"][Int(random.number(0...6))] : ""
        switch random.number(0...(depth > 0 ? 12 : 7)) {
        case 0...4: return letter() + quantifier
        case 5: return ["\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\p{L}"][Int(random.number(0...6))] + quantifier
        case 6: return "." + quantifier
        case 7:
            let negation = random.once(in: 3) ? "^" : ""
            return "[\(negation)\(letter())\(letter())a-c\(random.once(in: 4) ? "\\d" : "")]" + quantifier
        case 8: return "(?:\(part(depth - 1))|\(part(depth - 1)))" + quantifier
        case 9: return "(\(part(depth - 1))\(part(depth - 1)))" + quantifier
        case 10:
            return ["(?=\(part(depth - 1)))", "(?!\(part(depth - 1)))", "(?<=\(letter()))"][Int(random.number(0...2))]
        case 11: return "(\(part(depth - 1)))\\1"
        default: return ["\\b", "\\B", "(?-i:\(letter()))", "(?i:\(letter()))"][Int(random.number(0...3))]
        }
    }

    mutating func predicate(_ texts: [ScalarExpression], depth: Int) throws -> ScalarExpression {
        if depth > 0, random.once(in: 2) {
            let operands = try (0...random.number(1...2)).map { _ in try predicate(texts, depth: depth - 1) }
            return random.once(in: 2) ? .and(operands) : .or(operands)
        }
        var text = texts[Int(random.number(0...1))]
        if random.once(in: 4) { text = try ExpressionProbe.call(random.once(in: 2) ? "LOWER" : "UPPER", text) }
        let run = letter() + letter() + (random.once(in: 3) ? letter() : "")
        func literal(_ value: String) -> ScalarExpression { .literal(.string(value), .notNull(.string)) }
        switch random.number(0...9) {
        case 0: return try ExpressionProbe.call("LIKE", text, literal("%\(run)%"))
        case 1: return try ExpressionProbe.call("LIKE", text, literal("\(run)_%"))
        case 2: return try ExpressionProbe.call("REGEXP", text, literal(regex(depth: 2)))
        case 3: return try ExpressionProbe.call("SIMILAR TO", text, literal("%(\(run)|\(letter()))_"))
        case 4: return try ExpressionProbe.call("STARTSWITH", text, literal(run))
        case 5: return try ExpressionProbe.call("ENDSWITH", text, literal(run))
        case 6:
            let position = try ExpressionProbe.call("POSITION", literal(run), text)
            return try ExpressionProbe.call(">", position, ExpressionProbe.int(0))
        case 7: return try ExpressionProbe.call("=", text, literal(run))
        case 8: return try ExpressionProbe.call("IN", text, literal(run), literal(letter()))
        default:
            let part = try ExpressionProbe.call("REGEXP_EXTRACT", text, literal("(\(run))"), ExpressionProbe.int(1))
            return try ExpressionProbe.call("IS NOT NULL", part)
        }
    }
}
