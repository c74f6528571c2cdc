import SluiceColumns

/// A compiled format of `java.util.Formatter`: `%[index$][flags][width][.precision]conversion`.
struct JavaFormat {
    /// What one `%...` asks for.
    struct Specifier {
        /// Which argument: the next one, the one before again, or a number from 0.
        enum Source { case next, again, fixed(Int) }

        var source = Source.next
        var flags: Set<UInt8> = []
        var width: Int?
        var precision: Int?
        /// In lower case.
        var conversion: UInt8 = 0
        var isUpper = false

        /// Whether the value stands as it is.
        var isPlain: Bool {
            flags.isEmpty && width == nil && precision == nil && !isUpper
                && (conversion == UInt8(ascii: "s") || conversion == UInt8(ascii: "d"))
        }

        func has(_ flag: Unicode.Scalar) -> Bool { flags.contains(UInt8(ascii: flag)) }
    }

    /// A part of the output.
    enum Part {
        case text([UInt8])
        case value(Specifier)
        /// `%s` or `%d` without flags, width and precision.
        case plain(conversion: UInt8, Specifier.Source)
    }

    private(set) var parts: [Part] = []

    /// - Returns: nil where Java refuses the format.
    init?(_ source: [UInt8]) {
        var index = 0
        var text: [UInt8] = []
        while index < source.count {
            guard source[index] == UInt8(ascii: "%") else {
                text.append(source[index])
                index += 1
                continue
            }
            index += 1
            guard let specifier = Self.specifier(source, &index), Self.isLegal(specifier) else { return nil }
            if specifier.conversion == UInt8(ascii: "n") {
                text.append(0x0A)
                continue
            }
            if !text.isEmpty { parts.append(.text(text)) }
            text = []
            parts.append(
                specifier.isPlain ? .plain(conversion: specifier.conversion, specifier.source) : .value(specifier)
            )
        }
        if !text.isEmpty { parts.append(.text(text)) }
    }

    private static func specifier(_ source: [UInt8], _ index: inout Int) -> Specifier? {
        var result = Specifier()
        let start = index
        if let number = number(source, &index) {
            if index < source.count, source[index] == UInt8(ascii: "$"), source[start] != 0x30 {
                index += 1
                result.source = .fixed(number - 1)
            } else {
                index = start
            }
        }
        while index < source.count, "-#+ 0,(<".utf8.contains(source[index]) {
            let flag = source[index]
            index += 1
            if flag == UInt8(ascii: "<") {
                result.source = .again
            } else if !result.flags.insert(flag).inserted {
                return nil
            }
        }
        result.width = number(source, &index)
        if index < source.count, source[index] == UInt8(ascii: ".") {
            index += 1
            guard let precision = number(source, &index) else { return nil }
            result.precision = precision
        }
        guard index < source.count else { return nil }
        let letter = source[index]
        index += 1
        result.isUpper = "BHSCXEG".utf8.contains(letter)
        result.conversion = result.isUpper ? letter | 0x20 : letter
        return result
    }

    private static func number(_ source: [UInt8], _ index: inout Int) -> Int? {
        var value = 0
        let start = index
        while index < source.count, source[index] &- 0x30 < 10, index - start < 9 {
            value = value * 10 + Int(source[index] - 0x30)
            index += 1
        }
        return index > start ? value : nil
    }

    /// The rules of Java about what goes together.
    private static func isLegal(_ specifier: Specifier) -> Bool {
        let isPadded = specifier.has("-") || specifier.has("0")
        if isPadded && specifier.width == nil && specifier.conversion != UInt8(ascii: "n") { return false }
        let allowed: String
        var takesPrecision = false
        switch specifier.conversion {
        case UInt8(ascii: "b"), UInt8(ascii: "h"), UInt8(ascii: "s"): (allowed, takesPrecision) = ("-", true)
        case UInt8(ascii: "c"), UInt8(ascii: "%"): allowed = "-"
        case UInt8(ascii: "n"):
            return specifier.flags.isEmpty && specifier.width == nil && specifier.precision == nil
        case UInt8(ascii: "d"): allowed = "-+ 0,("
        case UInt8(ascii: "o"), UInt8(ascii: "x"): allowed = "-#0"
        case UInt8(ascii: "e"): (allowed, takesPrecision) = ("-#+ 0(", true)
        case UInt8(ascii: "f"): (allowed, takesPrecision) = ("-#+ 0,(", true)
        case UInt8(ascii: "g"): (allowed, takesPrecision) = ("-+ 0,(", true)
        default: return false
        }
        if specifier.precision != nil && !takesPrecision { return false }
        if specifier.has("-") && specifier.has("0") { return false }
        if specifier.has("+") && specifier.has(" ") { return false }
        return specifier.flags.allSatisfy { allowed.utf8.contains($0) }
    }
}
