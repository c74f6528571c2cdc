/// One name as it was written; names are case-sensitive.
///
/// Equality looks at the text only: `` `a` `` is `a`.
package struct Identifier: Sendable, Hashable {
    /// The name without its back quotes, doubled back quotes undone.
    package var text: String
    /// Whether it was written in back quotes.
    package var isQuoted: Bool
    package var span: SourceSpan

    package init(_ text: String, isQuoted: Bool = false, span: SourceSpan = .none) {
        self.text = text
        self.isQuoted = isQuoted
        self.span = span
    }

    package static func == (lhs: Identifier, rhs: Identifier) -> Bool { lhs.text == rhs.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// A dotted name: `table`, `database.table` or `catalog.database.table`; the parser does not limit the parts.
package struct ObjectName: Sendable, Hashable {
    /// At least one part.
    package var parts: [Identifier]
    package var span: SourceSpan

    package init(_ parts: [Identifier], span: SourceSpan) {
        self.parts = parts
        self.span = span
    }

    /// A name of one part.
    package init(_ identifier: Identifier) {
        self.init([identifier], span: identifier.span)
    }

    /// The parts joined by dots, unquoted: for messages, not for SQL.
    package var text: String { parts.map(\.text).joined(separator: ".") }
}

/// A character string literal that is not an expression: a comment, an option's key or value, a path.
package struct StringText: Sendable, Hashable {
    /// The value, quotes removed and doubled quotes undone.
    package var value: String
    package var span: SourceSpan

    package init(_ value: String, span: SourceSpan = .none) {
        self.value = value
        self.span = span
    }
}

/// One `'key' = 'value'` of a WITH clause, of `ALTER TABLE SET`, or of an OPTIONS hint.
package struct OptionEntry: Sendable, Hashable {
    package var key: StringText
    package var value: StringText
    package var span: SourceSpan
}

/// One hint of a `/*+ ... */` comment: `NAME(argument, ...)`.
package struct Hint: Sendable, Hashable {
    /// What stands between a hint's parentheses.
    package enum Argument: Sendable, Hashable {
        /// `'key' = 'value'` or `key = 'value'`.
        case option(OptionEntry)
        /// A table, alias or query block name.
        case name(ObjectName)
        /// A number or string.
        case literal(Literal)
    }

    /// As written; Flink compares hint names without case.
    package var name: Identifier
    package var arguments: [Argument]
    package var span: SourceSpan
}
