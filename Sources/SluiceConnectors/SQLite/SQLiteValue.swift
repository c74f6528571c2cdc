/// A value of a result of SQLite, for questions about tables; not for rows of streams.
enum SQLiteValue: Hashable {
    case null
    case integer(Int64)
    case text(String)

    /// The text; nil for all else.
    var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The integer; nil for all else.
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
}
