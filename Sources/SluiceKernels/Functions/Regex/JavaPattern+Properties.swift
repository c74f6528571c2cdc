// The names of properties: categories, sets of POSIX, methods of `java.lang.Character`, and behind `Is` scripts and
// binary properties.
extension JavaPattern {
    /// Items of a class for the names that PCRE2 does not know, or knows for something else.
    private static let sets: [String: String] = [
        "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x00-\\x7F", "Alpha": "a-zA-Z", "Digit": "0-9",
        "Alnum": "a-zA-Z0-9", "Punct": "!-\\/:-@\\[-`{-~", "Graph": "!-~", "Print": "\\x20-~", "Blank": "\\x20\\t",
        "Cntrl": "\\x00-\\x1F\\x7F", "XDigit": "0-9a-fA-F", "Space": "\\x20\\t\\n\\x0B\\f\\r", "LD": "\\p{L}\\p{Nd}",
        "L1": "\\x00-\\xFF", "javaLetterOrDigit": "\\p{L}\\p{Nd}", "javaISOControl": "\\x00-\\x1F\\x7F-\\x9F",
        "javaWhitespace": "\\t-\\r\\x1C-\\x20\\x{1680}\\x{2000}-\\x{2006}\\x{2008}-\\x{200A}\\x{2028}\\x{2029}\\x{205F}"
            + "\\x{3000}",
        "javaJavaIdentifierStart": "\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}",
        "javaJavaIdentifierPart": "\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}\\p{Nd}\\p{Mn}\\p{Mc}\\x00-\\x08\\x0E-\\x1B\\x7F-\\x9F"
            + "\\p{Cf}",
    ]

    /// What PCRE2 calls the methods of `java.lang.Character`.
    private static let methods: [String: String] = [
        "javaLowerCase": "Lowercase", "javaUpperCase": "Uppercase", "javaTitleCase": "Lt", "javaDigit": "Nd",
        "javaLetter": "L", "javaAlphabetic": "Alphabetic", "javaIdeographic": "Ideographic", "javaSpaceChar": "Z",
        "javaMirrored": "Bidi_Mirrored",
    ]

    /// What PCRE2 calls the binary properties, by their names in lower case.
    private static let binaryProperties: [String: String] = [
        "alphabetic": "Alphabetic", "ideographic": "Ideographic", "letter": "L", "lowercase": "Lowercase",
        "uppercase": "Uppercase", "titlecase": "Lt", "punctuation": "P", "control": "Cc", "white_space": "White_Space",
        "digit": "Nd", "hex_digit": "Hex_Digit", "join_control": "Join_Control",
        "noncharacter_code_point": "Noncharacter_Code_Point", "emoji": "Emoji",
    ]

    private static let categories: Set<String> = [
        "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl",
        "No",
        "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "LC",
    ]

    /// `\p{...}`, `\P{...}` or `\pL`.
    mutating func property(inClass: Bool) throws(RegexError) {
        let isNegated = source[index + 1] == UInt8(ascii: "P")
        var name: String
        if peek(2) == UInt8(ascii: "{") {
            guard let end = source[index...].firstIndex(of: UInt8(ascii: "}")) else { throw .invalid }
            name = String(decoding: source[index + 3..<end], as: UTF8.self)
            index = end + 1
        } else {
            guard let letter = peek(2) else { throw .invalid }
            name = String(Unicode.Scalar(letter))
            index += 3
        }
        if let set = JavaPattern.sets[name] {
            if inClass, isNegated { throw .unsupported("\\P{\(name)} inside a class") }
            if inClass { return write(set) }
            let items = bothCases(Array(set.utf8))
            return output += guarded(Array((isNegated ? "[^" : "[").utf8) + items + Array("]".utf8))
        }
        name = try JavaPattern.knownName(name)
        // Either case of a letter has the case that is asked for.
        if flags.ignoresCase, ["Lu", "Ll", "Lt", "Lowercase", "Uppercase"].contains(name) { name = "L&" }
        write((isNegated ? "\\P{" : "\\p{") + name + "}")
    }

    /// What PCRE2 calls a property.
    private static func knownName(_ name: String) throws(RegexError) -> String {
        var name = name
        if let equals = name.firstIndex(of: "=") {
            let key = name[..<equals].lowercased()
            name = String(name[name.index(after: equals)...])
            if key == "sc" || key == "script" { return "sc:" + name }
            if key == "blk" || key == "block" { throw .unsupported("a block of Unicode") }
            guard key == "gc" || key == "general_category" else { throw .invalid }
        } else if let method = methods[name] {
            return method
        } else if name.hasPrefix("java") {
            throw .unsupported("\\p{\(name)}")
        } else if name.hasPrefix("In") {
            throw .unsupported("a block of Unicode")
        } else if name.hasPrefix("Is") {
            name.removeFirst(2)
            if let property = binaryProperties[name.lowercased()] { return property }
            if !categories.contains(name) { return "sc:" + name }
        }
        guard categories.contains(name) else { throw .invalid }
        return name == "LC" ? "L&" : name
    }
}
