/// Writes trees as SQL that parses to the same tree.
///
/// One line, keywords in upper case, parentheses only where precedence asks for them. One file per area extends it.
struct Printer {
    /// What has been written.
    private(set) var text = ""

    /// Appends `piece` as it is.
    mutating func write(_ piece: String) {
        text += piece
    }

    /// Appends `items` with `separator` between them.
    mutating func writeList<Item>(
        _ items: [Item],
        separator: String = ", ",
        _ writeItem: (inout Printer, Item) -> Void
    ) {
        for (index, item) in items.enumerated() {
            if index > 0 { text += separator }
            writeItem(&self, item)
        }
    }

    /// Appends a name, in back quotes where it was or has to be.
    mutating func write(_ identifier: Identifier) {
        let isPlain = Self.isPlain(identifier.text) && !ReservedWords.contains(identifier.text.uppercased())
        text += identifier.isQuoted || !isPlain ? Self.backQuoted(identifier.text) : identifier.text
    }

    mutating func write(_ name: ObjectName) {
        writeList(name.parts, separator: ".") { $0.write($1) }
    }

    /// Appends a function's name, which may be a reserved word.
    mutating func writeFunctionName(_ name: ObjectName) {
        writeList(name.parts, separator: ".") { printer, part in
            let isRaw = !part.isQuoted && Self.isPlain(part.text)
            printer.text += isRaw ? part.text : Self.backQuoted(part.text)
        }
    }

    mutating func write(_ names: [Identifier]) {
        writeList(names) { $0.write($1) }
    }

    /// Appends ` (a, b)` unless the list is empty.
    mutating func writeParenthesized(_ names: [Identifier]) {
        guard !names.isEmpty else { return }
        text += " ("
        write(names)
        text += ")"
    }

    mutating func write(_ string: StringText) {
        writeString(string.value)
    }

    mutating func writeString(_ value: String) {
        text += "'" + value.replacing("'", with: "''") + "'"
    }

    /// Appends ` COMMENT '...'` if there is one.
    mutating func writeComment(_ comment: StringText?) {
        guard let comment else { return }
        text += " COMMENT "
        write(comment)
    }

    mutating func write(_ option: OptionEntry) {
        write(option.key)
        text += " = "
        write(option.value)
    }

    /// Appends `('key' = 'value', ...)`.
    mutating func write(_ options: [OptionEntry]) {
        text += "("
        writeList(options) { $0.write($1) }
        text += ")"
    }

    /// Appends ` WITH (...)` unless the list is empty.
    mutating func writeOptional(_ options: [OptionEntry]) {
        guard !options.isEmpty else { return }
        text += " WITH "
        write(options)
    }

    /// Appends `('key', ...)`.
    mutating func write(_ keys: [StringText]) {
        text += "("
        writeList(keys) { $0.write($1) }
        text += ")"
    }

    /// Appends ` /*+ ... */` unless the list is empty.
    mutating func write(_ hints: [Hint]) {
        guard !hints.isEmpty else { return }
        text += " /*+ "
        writeList(hints) { $0.write($1) }
        text += " */"
    }

    private mutating func write(_ hint: Hint) {
        write(hint.name)
        guard !hint.arguments.isEmpty else { return }
        text += "("
        writeList(hint.arguments) { printer, argument in
            switch argument {
            case .option(let option): printer.write(option)
            case .name(let name): printer.write(name)
            case .literal(let literal): printer.write(literal)
            }
        }
        text += ")"
    }

    /// Letters, digits and underscores, no digit first.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, Lexer.startsWord(first), first != UInt8(ascii: "$") else { return false }
        return text.utf8.allSatisfy { Lexer.startsWord($0) || Lexer.isDigit($0) }
    }

    private static func backQuoted(_ text: String) -> String {
        "`" + text.replacing("`", with: "``") + "`"
    }
}

extension Statement {
    /// The statement as SQL.
    package var sql: String {
        var printer = Printer()
        printer.write(self)
        return printer.text
    }
}

extension Query {
    /// The query as SQL.
    package var sql: String {
        var printer = Printer()
        printer.write(self)
        return printer.text
    }
}

extension Expression {
    /// The expression as SQL.
    package var sql: String {
        var printer = Printer()
        printer.write(self)
        return printer.text
    }
}

extension TypeName {
    /// The type as SQL.
    package var sql: String {
        var printer = Printer()
        printer.write(self)
        return printer.text
    }
}
