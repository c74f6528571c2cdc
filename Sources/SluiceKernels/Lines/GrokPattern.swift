import SluiceColumns

/// What is wrong with a grok pattern, and where.
package struct GrokError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence, with the byte of the pattern.
    package var description: String
    /// What may have been meant.
    package var hint: String?
}

/// A pattern of literal text, regular expressions of PCRE2 and references to named patterns, taken apart once: one
/// regular expression, and the fields that its groups fill.
///
/// `%{NAME}` stands for a pattern, `%{NAME:field}` takes what it matched as a field, `%{NAME:field:type}` as one of
/// that type; `(?<field>...)` takes one, too. `[a][b]` names the field `a.b`. A field that several groups
/// fill has the value of the first of them that took part.
package struct GrokPattern: Sendable, Hashable {
    /// The fields in the order in which they first stand in the pattern.
    package let fields: [RowField]
    /// The language of PCRE2, where plain parentheses only group.
    let expression: [UInt8]
    /// For each group that takes something, in order, the field that it fills.
    let groupFields: [Int]

    /// Takes a pattern apart, and checks that it is one.
    ///
    /// - Parameter definitions: patterns besides those of the library, which they may replace.
    package init(_ pattern: String, definitions: GrokDefinitions = GrokDefinitions()) throws(GrokError) {
        var expansion = GrokExpansion(definitions)
        try expansion.append(Array(pattern.utf8), of: nil)
        fields = expansion.fields
        expression = expansion.expression
        groupFields = expansion.groupFields
        do {
            _ = try RegexProgram(linePattern: expression)
        } catch {
            throw expansion.error(error)
        }
    }
}

/// Patterns by name that a user adds to those of the library.
package struct GrokDefinitions: Sendable, Hashable {
    private(set) var patterns: [String: String] = [:]

    /// Makes an empty set.
    package init() {}

    /// Adds or replaces a pattern.
    package mutating func define(_ name: String, _ pattern: String) throws(GrokError) {
        guard !name.isEmpty, name.utf8.allSatisfy(GrokExpansion.isNameByte) else {
            throw GrokError(
                description: "'\(name)' is no name for a grok pattern",
                hint: "names are made of letters, digits and underscores"
            )
        }
        patterns[name] = pattern
    }

    /// Adds the patterns of a file: a name, blanks and its pattern a line; `#` begins a line that is a comment.
    package mutating func define(lines text: String) throws(GrokError) {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.isEmpty || trimmed.first == "#" { continue }
            let name = trimmed.prefix { $0 != " " && $0 != "\t" }
            let pattern = trimmed.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
            guard !pattern.isEmpty else {
                throw GrokError(description: "line \(index + 1): the pattern '\(name)' has no definition", hint: nil)
            }
            try define(String(name), String(pattern))
        }
    }

    /// The pattern of a name.
    subscript(name: String) -> String? { patterns[name] ?? GrokLibrary.definitions[name] }

    /// The known name that is most like another one; nil where none is.
    func nearest(to name: String) -> String? {
        var distances = EditDistance()
        let wanted = Array(name.uppercased().utf8)
        let known = Set(patterns.keys).union(GrokLibrary.definitions.keys).sorted()
        let ranked = known.map { (distances.distance(wanted.span, Array($0.uppercased().utf8).span), $0) }
        guard let best = ranked.min(by: { $0 < $1 }), best.0 <= max(1, name.utf8.count / 3) else { return nil }
        return best.1
    }
}
