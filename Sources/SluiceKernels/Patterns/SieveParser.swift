import SluiceColumns

/// Reads a regular expression of PCRE2, as `JavaPattern` writes them, and makes the sieve of it.
///
/// What a sieve cannot say is left out where that only lets more texts pass: looking around and word boundaries pass
/// everywhere, a reference to a group is any text, a class of Unicode any character.
struct SieveParser {
    private let source: [UInt8]
    private var index = 0
    private var ignoresCase = false
    private var isMultiline = false
    private var depth = 0

    /// Groups in groups, at most.
    private static let depthMax = 100

    /// There is something that this parser does not know.
    private struct Unknown: Error {}

    private init(_ source: [UInt8]) { self.source = source }

    /// The sieve of a pattern; nil where it uses what is not known here.
    static func sieve(_ source: [UInt8]) -> SievePart? {
        var parser = SieveParser(source)
        guard let part = try? parser.choice(), parser.index == source.count else { return nil }
        return part
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < source.count ? source[index + distance] : nil
    }

    private mutating func choice() throws(Unknown) -> SievePart {
        var alternatives: [SievePart] = []
        var parts: [SievePart] = []
        while let byte = peek(), byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "|") {
                index += 1
                alternatives.append(Self.sequence(parts))
                parts = []
                continue
            }
            if let atom = try atom() { parts.append(try quantified(atom)) }
        }
        if alternatives.isEmpty { return Self.sequence(parts) }
        return .choice(alternatives + [Self.sequence(parts)])
    }

    /// Neighbouring literals become one.
    private static func sequence(_ parts: [SievePart]) -> SievePart {
        var merged: [SievePart] = []
        for part in parts {
            if case .literal(let bytes) = part, case .literal(let before)? = merged.last {
                merged[merged.count - 1] = .literal(before + bytes)
            } else {
                merged.append(part)
            }
        }
        return merged.count == 1 ? merged[0] : .sequence(merged)
    }

    private mutating func quantified(_ atom: SievePart) throws(Unknown) -> SievePart {
        var part = atom
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "*"): part = .repeated(part, least: 0, most: nil)
            case UInt8(ascii: "+"): part = .repeated(part, least: 1, most: nil)
            case UInt8(ascii: "?"): part = .repeated(part, least: 0, most: 1)
            case UInt8(ascii: "{"): part = try counted(part)
            default: return part
            }
            index += 1
            // Lazy or possessive: the same texts, or fewer.
            if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { index += 1 }
        }
        return part
    }

    /// `{n}`, `{n,}` or `{n,m}`; stays on the last byte.
    private mutating func counted(_ part: SievePart) throws(Unknown) -> SievePart {
        var numbers: [Int?] = [nil]
        index += 1
        while let byte = peek(), byte != UInt8(ascii: "}") {
            if byte == UInt8(ascii: ",") {
                numbers.append(nil)
            } else {
                let value = (numbers[numbers.count - 1] ?? 0) * 10 + Int(byte) - 0x30
                guard byte &- 0x30 < 10, value < 1_000_000 else { throw Unknown() }
                numbers[numbers.count - 1] = value
            }
            index += 1
        }
        guard peek() != nil, let least = numbers[0], numbers.count < 3 else { throw Unknown() }
        return .repeated(part, least: least, most: numbers.count == 1 ? least : numbers[1])
    }

    /// One unit that may be repeated; nil for what only changes how the rest is read.
    private mutating func atom() throws(Unknown) -> SievePart? {
        guard let byte = peek() else { throw Unknown() }
        index += 1
        switch byte {
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["): return .character(try characterClass())
        case UInt8(ascii: "."): return .character(.any)
        case UInt8(ascii: "^"): return isMultiline ? .nothing : .start
        // It also fits before a last end of line, of which there are many.
        case UInt8(ascii: "$"): return .nothing
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): throw Unknown()
        default:
            var end = index
            while byte >= 0x80, end < source.count, source[end] & 0xC0 == 0x80 { end += 1 }
            defer { index = end }
            return literal(Array(source[index - 1..<end]))
        }
    }

    private func literal(_ character: [UInt8]) -> SievePart {
        guard ignoresCase else { return .literal(character) }
        let byte = character[0]
        if byte < 0x80, (byte | 0x20) &- 0x61 >= 26 { return .literal(character) }
        var characters = SieveCharacters()
        characters.insert(byte < 0x80 ? Int(byte) : 0x80)
        characters.insertOtherCases()
        return .character(characters)
    }

    private mutating func group() throws(Unknown) -> SievePart? {
        let before = (ignoresCase, isMultiline)
        var isTest = false
        if peek() == UInt8(ascii: "*") { throw Unknown() }
        if peek() == UInt8(ascii: "?") {
            switch (peek(1), peek(2)) {
            case (UInt8(ascii: ":"), _), (UInt8(ascii: ">"), _): index += 2
            case (UInt8(ascii: "="), _), (UInt8(ascii: "!"), _): (isTest, index) = (true, index + 2)
            case (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: "<"), UInt8(ascii: "!")):
                (isTest, index) = (true, index + 3)
            case (UInt8(ascii: "<"), _): try skip(through: UInt8(ascii: ">"))
            default: if try flags() { return nil }
            }
        }
        depth += 1
        guard depth <= Self.depthMax else { throw Unknown() }
        let part = try choice()
        guard peek() == UInt8(ascii: ")") else { throw Unknown() }
        index += 1
        depth -= 1
        (ignoresCase, isMultiline) = before
        return isTest ? .nothing : part
    }

    /// `?ims-ims)` or `?ims-ims:`; whether the group ended with them.
    private mutating func flags() throws(Unknown) -> Bool {
        index += 1
        var isOn = true
        while let byte = peek() {
            index += 1
            switch byte {
            case UInt8(ascii: "i"): ignoresCase = isOn
            case UInt8(ascii: "m"): isMultiline = isOn
            case UInt8(ascii: "s"): break
            case UInt8(ascii: "-"): isOn = false
            case UInt8(ascii: ")"): return true
            case UInt8(ascii: ":"): return false
            default: throw Unknown()
            }
        }
        throw Unknown()
    }

    private mutating func skip(through end: UInt8) throws(Unknown) {
        guard let place = source[index...].firstIndex(of: end) else { throw Unknown() }
        index = place + 1
    }

    private mutating func escape() throws(Unknown) -> SievePart {
        guard let kind = peek() else { throw Unknown() }
        switch kind {
        case UInt8(ascii: "A"): index += 1
        case UInt8(ascii: "z"): index += 1
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "Z"), UInt8(ascii: "G"):
            index += 1
            return .nothing
        case UInt8(ascii: "R"):
            index += 1
            return .repeated(.character(.any), least: 1, most: 2)
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            while let byte = peek(), byte &- 0x30 < 10 { index += 1 }
            return .anything
        case UInt8(ascii: "k"):
            try skip(through: UInt8(ascii: ">"))
            return .anything
        default:
            switch try escaped() {
            case .point(let point): return literal(Array(String(point).utf8))
            case .set(let set, _): return .character(set)
            }
        }
        return kind == UInt8(ascii: "A") ? .start : .end
    }

    /// What an escape in or outside of a class means.
    private enum Escaped {
        case point(Unicode.Scalar)
        /// A set, and whether it is known in full.
        case set(SieveCharacters, isExact: Bool)
    }

    private static let digits = SieveCharacters("0123456789")
    private static let spaces = SieveCharacters(" \t\n\u{B}\u{C}\r")
    private static let words: SieveCharacters = {
        var set = SieveCharacters("_0123456789")
        set.insert(from: 0x41, through: 0x5A)
        set.insert(from: 0x61, through: 0x7A)
        return set
    }()

    /// Reads what follows a backslash.
    private mutating func escaped() throws(Unknown) -> Escaped {
        guard let kind = peek() else { throw Unknown() }
        index += 1
        switch kind {
        case UInt8(ascii: "d"): return .set(Self.digits, isExact: true)
        case UInt8(ascii: "D"): return .set(Self.digits.complement, isExact: true)
        case UInt8(ascii: "w"): return .set(Self.words, isExact: true)
        case UInt8(ascii: "W"): return .set(Self.words.complement, isExact: true)
        case UInt8(ascii: "s"): return .set(Self.spaces, isExact: true)
        case UInt8(ascii: "S"): return .set(Self.spaces.complement, isExact: true)
        case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "v"), UInt8(ascii: "V"):
            return .set(.any, isExact: false)
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            if peek() == UInt8(ascii: "{") { try skip(through: UInt8(ascii: "}")) } else { index += 1 }
            return .set(.any, isExact: false)
        case UInt8(ascii: "c"):
            index += 1
            return .set(.any, isExact: false)
        case UInt8(ascii: "n"): return .point("\n")
        case UInt8(ascii: "t"): return .point("\t")
        case UInt8(ascii: "r"): return .point("\r")
        case UInt8(ascii: "f"): return .point("\u{C}")
        case UInt8(ascii: "a"): return .point("\u{7}")
        case UInt8(ascii: "e"): return .point("\u{1B}")
        case UInt8(ascii: "x"): return .point(try hexadecimal())
        default:
            if kind >= 0x80 || kind &- 0x30 < 10 || (kind | 0x20) &- 0x61 < 26 { throw Unknown() }
            return .point(Unicode.Scalar(kind))
        }
    }

    private mutating func hexadecimal() throws(Unknown) -> Unicode.Scalar {
        var digits: ArraySlice<UInt8>
        if peek() == UInt8(ascii: "{") {
            let start = index + 1
            try skip(through: UInt8(ascii: "}"))
            digits = source[start..<index - 1]
        } else {
            guard index + 2 <= source.count else { throw Unknown() }
            digits = source[index..<index + 2]
            index += 2
        }
        guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw Unknown() }
        return scalar
    }

    /// The rest of a class behind its bracket.
    private mutating func characterClass() throws(Unknown) -> SieveCharacters {
        var characters = SieveCharacters()
        var isExact = true
        let isNegated = peek() == UInt8(ascii: "^")
        if isNegated { index += 1 }
        while let byte = peek(), byte != UInt8(ascii: "]") {
            guard let first = try classItem(&characters, &isExact) else { continue }
            guard peek() == UInt8(ascii: "-"), let next = peek(1), next != UInt8(ascii: "]") else {
                characters.insert(first)
                continue
            }
            let dash = index
            index += 1
            if let last = try classItem(&characters, &isExact) {
                guard first <= last else { throw Unknown() }
                characters.insert(from: first, through: last)
            } else {
                // `a-\d`: the dash is one.
                characters.insert(first)
                characters.insert(Int(source[dash]))
            }
        }
        guard peek() != nil else { throw Unknown() }
        index += 1
        let hadOthers = characters.hasOthers
        if ignoresCase { characters.insertOtherCases() }
        guard isNegated else { return characters }
        // What is not known for certain to be in the class may be outside of it.
        return isExact && !(ignoresCase && hadOthers) ? characters.complement : .any
    }

    /// One character of a class by its number; nil for a set, which is added.
    private mutating func classItem(_ characters: inout SieveCharacters, _ isExact: inout Bool) throws(Unknown) -> Int?
    {
        guard let byte = peek() else { throw Unknown() }
        if byte == UInt8(ascii: "["), let next = peek(1), ":.=".utf8.contains(next) { throw Unknown() }
        index += 1
        if byte == UInt8(ascii: "\\") {
            if peek() == UInt8(ascii: "b") {
                index += 1
                return 8
            }
            switch try escaped() {
            case .point(let point): return Int(point.value)
            case .set(let set, let isKnown):
                characters.formUnion(set)
                isExact = isExact && isKnown
                return nil
            }
        }
        if byte < 0x80 { return Int(byte) }
        while index < source.count, source[index] & 0xC0 == 0x80 { index += 1 }
        return 0x80
    }
}
