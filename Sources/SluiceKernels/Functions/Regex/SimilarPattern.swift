/// Rewrites a pattern of SIMILAR TO as a regular expression of Java that has to match the whole text, as Calcite does.
enum SimilarPattern {
    private static let similarSpecials = Set("[]()|^-+*_%?{}".utf8)
    private static let javaSpecials = Set("[]()|^-+*?{}$\\.".utf8)
    private static let classes: [(name: String, set: String)] = [
        ("[:ALPHA:]", "\\p{Alpha}"), ("[:UPPER:]", "\\p{Upper}"), ("[:LOWER:]", "\\p{Lower}"),
        ("[:DIGIT:]", "\\d"), ("[:SPACE:]", " "), ("[:WHITESPACE:]", "\\s"), ("[:ALNUM:]", "\\p{Alnum}"),
    ]

    /// The pattern in Java's language.
    static func javaPattern(_ source: [UInt8], escape: UInt8?) throws(RegexError) -> [UInt8] {
        var output = Array("\\A(?:".utf8)
        var index = 0
        var isInClass = false
        while index < source.count {
            let byte = source[index]
            if byte == escape {
                guard index + 1 < source.count else { throw .invalid }
                let next = source[index + 1]
                guard similarSpecials.contains(next) || next == escape else { throw .invalid }
                if javaSpecials.contains(next) { output.append(UInt8(ascii: "\\")) }
                output.append(next)
                index += 2
                continue
            }
            if isInClass, byte == UInt8(ascii: "["), let found = named(source, at: index) {
                output.append(contentsOf: found.set.utf8)
                index += found.name.utf8.count
                continue
            }
            append(byte, isInClass, to: &output)
            if byte == UInt8(ascii: "[") { isInClass = true }
            if byte == UInt8(ascii: "]") {
                if !isInClass { throw .invalid }
                isInClass = false
            }
            index += 1
        }
        if isInClass { throw .invalid }
        output.append(contentsOf: ")\\z".utf8)
        return output
    }

    private static func append(_ byte: UInt8, _ isInClass: Bool, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "_") where !isInClass: output.append(UInt8(ascii: "."))
        case UInt8(ascii: "%") where !isInClass: output.append(contentsOf: "(?s:.*)".utf8)
        case UInt8(ascii: "\\"), UInt8(ascii: "$"): output.append(contentsOf: [UInt8(ascii: "\\"), byte])
        default: output.append(byte)
        }
    }

    private static func named(_ source: [UInt8], at index: Int) -> (name: String, set: String)? {
        classes.first { entry in
            let rest = source[index...].prefix(entry.name.utf8.count)
            return String(decoding: rest, as: UTF8.self).uppercased() == entry.name
        }
    }
}
