import SluiceColumns

/// What a text has to be like for a condition to be TRUE: necessary, not always sufficient.
package struct PatternCondition: Sendable, Hashable {
    /// How the text is looked at.
    package enum Test: Sendable, Hashable {
        /// A pattern in the language of Hyperscan, over bytes, fits somewhere.
        case fits([UInt8])
        /// It is these bytes.
        case equals([UInt8])
    }
    /// The text; never fails and is the same whenever it is computed for a row.
    package var text: ScalarExpression
    /// How it is looked at.
    package var test: Test
}

/// Conditions of which at least one holds wherever a predicate is TRUE.
package struct PatternCover: Sendable {
    /// The conditions; no order, none twice.
    package var conditions: [PatternCondition]
    /// About how many bits of a row decide; more are better.
    var bitCount: Double

    /// Texts pass too often where a condition decides by less.
    private static let bitCountMin = 10.0
    /// What equality decides by: nothing is known about the values of a column.
    private static let equalityBitCount = 12.0
    /// Conditions of one predicate, at most.
    private static let conditionCountMax = 1_000

    private init?(_ conditions: [PatternCondition], bitCount: Double) {
        guard bitCount >= Self.bitCountMin, conditions.count <= Self.conditionCountMax else { return nil }
        self.conditions = conditions
        self.bitCount = bitCount
    }

    /// The cover of a predicate; nil where there is none that would spare work.
    ///
    /// Rows without any of its conditions can be left out before the predicate is computed: it is not TRUE for them and
    /// could not fail.
    package init?(_ predicate: ScalarExpression) {
        switch predicate {
        case .and(let operands): self.init(conjunction: operands)
        case .or(let operands): self.init(alternatives: operands)
        case .call(let call): self.init(call)
        default: return nil
        }
    }

    private init?(conjunction operands: [ScalarExpression]) {
        var best: PatternCover?
        for operand in operands {
            if let cover = PatternCover(operand), cover.bitCount > best?.bitCount ?? 0 { best = cover }
            // What comes behind is computed for fewer rows already; what may fail has to be computed.
            if operand.mayFail { break }
        }
        guard let best else { return nil }
        self = best
    }

    private init?(alternatives operands: [ScalarExpression]) {
        var all: Set<PatternCondition> = []
        var conditions: [PatternCondition] = []
        var least = Double.infinity
        for operand in operands {
            guard !operand.mayFail, let cover = PatternCover(operand) else { return nil }
            conditions += cover.conditions.filter { all.insert($0).inserted }
            least = min(least, cover.bitCount)
        }
        self.init(conditions, bitCount: least)
    }

    private init?(_ call: ScalarCall) {
        let arguments = call.arguments
        switch call.function.name {
        case "IS TRUE": self.init(arguments[0])
        case "IS NOT NULL":
            // A part of a match is there where there is a match.
            guard let match = Self.match(arguments[0]) else { return nil }
            self = match
        case "=":
            let sides = arguments[0].literalBytes == nil ? (arguments[0], arguments[1]) : (arguments[1], arguments[0])
            guard let bytes = sides.1.literalBytes else { return nil }
            if let match = Self.match(sides.0) {
                self = match
            } else {
                self.init(sides.0, equals: [bytes])
            }
        case "IN":
            let values = arguments.dropFirst().compactMap(\.literalBytes)
            guard values.count == arguments.count - 1 else { return nil }
            self.init(arguments[0], equals: values)
        case ">", ">=", "<>": self.init(position: call)
        default:
            guard let sieve = PatternSieve.sieve(of: call), let text = call.arguments.first else { return nil }
            self.init(text, sieve)
        }
    }

    /// `POSITION(a IN b) > 0` and what means the same.
    private init?(position call: ScalarCall) {
        guard case .literal(.integer(let bound), _) = call.arguments[1],
            bound == (call.function.name == ">=" ? 1 : 0), case .call(let position) = call.arguments[0]
        else { return nil }
        let places: (text: Int, part: Int)
        switch (position.function.name, position.arguments.count) {
        case ("POSITION", 2), ("LOCATE", 2): places = (1, 0)
        case ("INSTR", 2): places = (0, 1)
        default: return nil
        }
        guard let part = position.arguments[places.part].literalBytes, !part.isEmpty else { return nil }
        self.init(position.arguments[places.text], .literal(part))
    }

    /// Where a regular expression has to match for a call to give something.
    private static func match(_ expression: ScalarExpression) -> PatternCover? {
        guard case .call(let call) = expression,
            call.function.name == "REGEXP_EXTRACT" || call.function.name == "REGEXP_SUBSTR",
            !call.arguments.dropFirst().contains(where: \.mayFail), let pattern = call.arguments[1].literalBytes,
            let sieve = PatternSieve.sieve(regex: pattern)
        else { return nil }
        return PatternCover(call.arguments[0], sieve)
    }

    private init?(_ text: ScalarExpression, _ sieve: SievePart) {
        guard Self.canBeTested(text) else { return nil }
        self.init([PatternCondition(text: text, test: .fits(sieve.pattern))], bitCount: sieve.bitCount)
    }

    private init?(_ text: ScalarExpression, equals values: [[UInt8]]) {
        guard Self.canBeTested(text) else { return nil }
        let conditions = Set(values).map { PatternCondition(text: text, test: .equals($0)) }
        let ordered = conditions.sorted { "\($0.test)" < "\($1.test)" }
        let spread = Double(Int.bitWidth - max(1, values.count).leadingZeroBitCount - 1)
        self.init(ordered, bitCount: max(Self.bitCountMin, Self.equalityBitCount - spread))
    }

    /// Whether a text may be computed for all rows, once for all who ask.
    private static func canBeTested(_ text: ScalarExpression) -> Bool {
        text.type.logical.isCharacter && text.isDeterministic && !text.mayFail && !text.columnsRead.isEmpty
    }
}

extension ScalarExpression {
    /// The bytes of a literal that is a text.
    fileprivate var literalBytes: [UInt8]? {
        guard case .literal(.bytes(let bytes), let type) = self, type.logical.isCharacter else { return nil }
        return bytes
    }

    private static let sureFunctions: Set<String> = [
        "=", "<>", "<", "<=", ">", ">=", "IN", "NOT", "IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT TRUE", "IS FALSE",
        "IS NOT FALSE", "IS UNKNOWN", "IS NOT UNKNOWN", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "STARTSWITH",
        "ENDSWITH", "POSITION", "LOCATE", "LOWER", "UPPER", "TRIM", "BTRIM", "LTRIM", "RTRIM", "CHAR_LENGTH",
        "COALESCE",
        "JSON_VALUE", "REGEXP", "REGEXP_EXTRACT", "REGEXP_SUBSTR", "LIKE", "SIMILAR TO",
    ]

    /// Whether computing it could fail for some row, or is not known never to.
    ///
    /// Regular expressions that take too long for a row are left out of account.
    package var mayFail: Bool {
        switch self {
        case .cast(let base, let type, let mode):
            if base.mayFail { return true }
            return mode != .tryCast && !CastRules.isCheapAndInfallible(from: base.type.logical, to: type.logical)
        case .call(let call):
            if call.arguments.contains(where: \.mayFail) { return true }
            switch call.function.name {
            case "+", "-", "*":
                return !(call.type.logical.isInteger || call.type.logical.isApproximate)
            case "LIKE", "SIMILAR TO": return PatternSieve.sieve(of: call) == nil
            case "REGEXP", "REGEXP_EXTRACT", "REGEXP_SUBSTR":
                return call.arguments[1].literalBytes.flatMap(PatternSieve.sieve(regex:)) == nil
            case "JSON_VALUE":
                return call.arguments[1].literalBytes == nil
                    || call.arguments.dropFirst(2).contains { $0.literalBytes == Array("ERROR".utf8) }
            default: return !Self.sureFunctions.contains(call.function.name)
            }
        default: return children.contains(where: \.mayFail)
        }
    }
}

/// The sieves of calls with a constant pattern.
enum PatternSieve {
    /// The sieve of a test of its first argument; nil where there is none, or where the call cannot be computed.
    static func sieve(of call: ScalarCall) -> SievePart? {
        let arguments = call.arguments
        guard arguments.count > 1, let pattern = arguments[1].literalBytes else { return nil }
        switch call.function.name {
        case "LIKE":
            let escape = arguments.count == 3 ? arguments[2].literalBytes : []
            guard let escape, escape.count < 2 else { return nil }
            return try? LikePattern(pattern.span, escape: escape.first).sieve
        case "SIMILAR TO":
            let escape = arguments.count == 3 ? arguments[2].literalBytes : nil
            guard arguments.count == 2 || escape?.count == 1,
                let java = try? SimilarPattern.javaPattern(pattern, escape: escape?.first)
            else { return nil }
            return sieve(regex: java)
        case "REGEXP": return pattern.isEmpty ? nil : sieve(regex: pattern)
        case "STARTSWITH": return .sequence([.start, .literal(pattern)])
        case "ENDSWITH": return .sequence([.literal(pattern), .end])
        default: return nil
        }
    }

    /// The sieve of a regular expression in Java's language.
    static func sieve(regex pattern: [UInt8]) -> SievePart? {
        guard let translated = try? JavaPattern.translated(pattern) else { return nil }
        return SieveParser.sieve(translated)
    }
}
