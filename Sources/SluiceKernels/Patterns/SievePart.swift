/// A part of a sieve: a pattern over bytes that fits wherever another pattern fits, and perhaps elsewhere.
///
/// A sieve knows no look-around, no references and no anchors but the ends of the text. What passes it has to be looked
/// at with the pattern itself.
indirect enum SievePart: Hashable, Sendable {
    /// These bytes.
    case literal([UInt8])
    /// One character of a set.
    case character(SieveCharacters)
    /// One part behind the other; nothing where there is none.
    case sequence([SievePart])
    /// One of them.
    case choice([SievePart])
    /// The part at least so often, and at most so often where that is known.
    case repeated(SievePart, least: Int, most: Int?)
    /// The beginning of the text.
    case start
    /// The end of the text.
    case end

    /// What fits everywhere.
    static let nothing = SievePart.sequence([])
    /// Any text.
    static let anything = SievePart.repeated(.character(.any), least: 0, most: nil)

    /// Repetitions beyond this are left open: Hyperscan unrolls them.
    private static let repetitionMax = 64

    /// About how many bits of a text have to be as the sieve wants them: an even text passes with 2 to the power of
    /// minus that.
    var bitCount: Double {
        switch self {
        case .literal(let bytes): 5 * Double(bytes.count)
        case .character(let characters): characters.bitCount
        case .sequence(let parts): min(parts.reduce(0) { $0 + $1.bitCount }, 64)
        case .choice(let parts):
            max(0, (parts.map(\.bitCount).min() ?? 0) - Double(Int.bitWidth - parts.count.leadingZeroBitCount - 1))
        case .repeated(let part, let least, _): min(Double(least) * part.bitCount, 64)
        case .start, .end: 0
        }
    }

    /// The sieve in the language of Hyperscan, over bytes with a dot that is any byte.
    ///
    /// Anchors stay at its ends alone; elsewhere Hyperscan does not take them.
    var pattern: [UInt8] {
        var parts = flattened
        // What may begin or end with any text fits wherever the rest does.
        if parts.starts(with: [.start, .anything]) { parts.removeFirst(2) }
        if parts.suffix(2) == [.anything, .end] { parts.removeLast(2) }
        var output: [UInt8] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case .start where index == 0: output.append(UInt8(ascii: "^"))
            case .end where index == parts.count - 1: output.append(contentsOf: "\\z".utf8)
            default: part.write(to: &output)
            }
        }
        return output
    }

    private var flattened: [SievePart] {
        if case .sequence(let parts) = self { return parts.flatMap(\.flattened) }
        return [self]
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .literal(let bytes): for byte in bytes { Self.write(byte, to: &output) }
        case .character(let characters):
            characters.write(to: &output)
            if characters.hasOthers { output.append(contentsOf: "{1,4}".utf8) }
        case .sequence(let parts): for part in parts { part.write(to: &output) }
        case .choice(let parts):
            output.append(contentsOf: "(?:".utf8)
            for (index, part) in parts.enumerated() {
                if index > 0 { output.append(UInt8(ascii: "|")) }
                part.write(to: &output)
            }
            output.append(UInt8(ascii: ")"))
        case .repeated(let part, let least, let most): Self.write(part, least, most, to: &output)
        case .start, .end: break
        }
    }

    private static func write(_ part: SievePart, _ least: Int, _ most: Int?, to output: inout [UInt8]) {
        let least = min(least, repetitionMax)
        var most = most.flatMap { $0 > repetitionMax ? nil : $0 }
        if case .character(let characters) = part {
            characters.write(to: &output)
            // A character beyond ASCII is up to four bytes.
            if characters.hasOthers { most = most.map { $0 * 4 } }
        } else {
            var inner: [UInt8] = []
            part.write(to: &inner)
            if inner.isEmpty { return }
            output += Array("(?:".utf8) + inner + [UInt8(ascii: ")")]
        }
        switch (least, most) {
        case (0, nil): output.append(UInt8(ascii: "*"))
        case (1, nil): output.append(UInt8(ascii: "+"))
        case (_, nil): output.append(contentsOf: "{\(least),}".utf8)
        case (_, let most?): output.append(contentsOf: "{\(least),\(most)}".utf8)
        }
    }

    fileprivate static func write(_ byte: UInt8, to output: inout [UInt8]) {
        if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 { return output.append(byte) }
        let digits = Array("0123456789abcdef".utf8)
        output.append(contentsOf: [
            UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)],
        ])
    }
}

/// A set of characters: which of ASCII, and whether any other.
struct SieveCharacters: Hashable, Sendable {
    /// Bit `c` is character `c`, below 64 and from there on.
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// Whether it has characters beyond ASCII; which ones is not kept.
    var hasOthers = false

    /// All characters.
    static let any: SieveCharacters = {
        var all = SieveCharacters()
        (all.low, all.high, all.hasOthers) = (.max, .max, true)
        return all
    }()

    /// No character.
    init() {}

    /// These characters of ASCII.
    init(_ text: String) {
        for byte in text.utf8 { insert(Int(byte)) }
    }

    /// Whether it has a character of ASCII.
    func contains(_ point: Int) -> Bool { (point < 64 ? low >> UInt64(point) : high >> UInt64(point - 64)) & 1 == 1 }

    /// Adds a character.
    mutating func insert(_ point: Int) {
        switch point {
        case 0..<64: low |= 1 << UInt64(point)
        case 64..<128: high |= 1 << UInt64(point - 64)
        default: hasOthers = true
        }
    }

    /// Adds all characters from one to another.
    mutating func insert(from first: Int, through last: Int) {
        if last > 127 { hasOthers = true }
        for point in stride(from: first, through: min(last, 127), by: 1) { insert(point) }
    }

    /// Adds the characters of another set.
    mutating func formUnion(_ other: SieveCharacters) {
        low |= other.low
        high |= other.high
        hasOthers = hasOthers || other.hasOthers
    }

    /// Adds the other cases of its letters, also those that Unicode has: the sign of Kelvin is a K, the long S an S.
    mutating func insertOtherCases() {
        for lower in 0x61...0x7A where contains(lower) || contains(lower ^ 0x20) {
            insert(lower)
            insert(lower ^ 0x20)
        }
        if hasOthers { formUnion(SieveCharacters("kKsS")) } else { hasOthers = contains(0x6B) || contains(0x73) }
    }

    /// All characters of ASCII that it does not have, and all others.
    var complement: SieveCharacters {
        var result = SieveCharacters()
        (result.low, result.high, result.hasOthers) = (~low, ~high, true)
        return result
    }

    /// See `SievePart.bitCount`.
    var bitCount: Double {
        let count = low.nonzeroBitCount + high.nonzeroBitCount
        if hasOthers { return count > 64 ? 0 : 1 }
        switch count {
        case ...1: return 5
        case 2: return 4
        case ...8: return 3
        case ...16: return 2
        case ...64: return 1
        default: return 0
        }
    }

    /// Writes it as a set of bytes.
    fileprivate func write(to output: inout [UInt8]) {
        if self == .any { return output.append(UInt8(ascii: ".")) }
        output.append(UInt8(ascii: "["))
        var first = 0
        while first < 128 {
            guard contains(first) else {
                first += 1
                continue
            }
            var last = first
            while last < 127, contains(last + 1) { last += 1 }
            SievePart.write(UInt8(first), to: &output)
            if last > first {
                output.append(UInt8(ascii: "-"))
                SievePart.write(UInt8(last), to: &output)
            }
            first = last + 1
        }
        if hasOthers { output.append(contentsOf: "\\x80-\\xff".utf8) }
        output.append(UInt8(ascii: "]"))
    }
}
