import SluiceColumns
import SluiceConnect

/// Which databases and tables are read of a stream that carries several.
///
/// The patterns must match the whole name.
struct ChangeFilter: Sendable {
    /// A pattern for the database's name; nil takes all.
    var database: String?
    /// A pattern for the table's name; nil takes all.
    var table: String?

    static let databaseField = "database"
    static let tableField = "table"

    /// Takes everything.
    static let all = ChangeFilter()

    /// The fields of a record that the patterns are about.
    var fields: [String] {
        (database == nil ? [] : [Self.databaseField]) + (table == nil ? [] : [Self.tableField])
    }

    /// Reads the patterns of the option keys.
    init(_ options: inout OptionReader, databaseKey: String, tableKey: String) throws(ConnectorError) {
        database = options.string(databaseKey)
        table = options.string(tableKey)
        for (key, pattern) in [(databaseKey, database), (tableKey, table)] {
            guard let pattern else { continue }
            if NamePattern.compiled(pattern) == nil {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'\(key)' = '\(pattern)' is no regular expression",
                    option: key
                )
            }
        }
    }

    private init() {}
}

/// A pattern of names, with the answer to the last name.
struct NamePattern {
    private let expression: Regex<AnyRegexOutput>
    private var lastName: [UInt8] = []
    private var lastAnswer: Bool?

    init?(_ pattern: String?) {
        guard let pattern, let expression = Self.compiled(pattern) else { return nil }
        self.expression = expression
    }

    static func compiled(_ pattern: String) -> Regex<AnyRegexOutput>? { try? Regex(pattern) }

    /// Whether the whole of `name` matches.
    mutating func matches(_ name: Span<UInt8>) -> Bool {
        if let lastAnswer, isLast(name) { return lastAnswer }
        lastName = []
        for index in 0..<name.count { lastName.append(name[index]) }
        let text = String(decoding: lastName, as: UTF8.self)
        let answer = (try? expression.wholeMatch(in: text)) != nil
        lastAnswer = answer
        return answer
    }

    private func isLast(_ name: Span<UInt8>) -> Bool {
        if lastName.count != name.count { return false }
        for index in 0..<name.count where lastName[index] != name[index] { return false }
        return true
    }
}
