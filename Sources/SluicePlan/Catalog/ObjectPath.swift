/// The full name of a table, view or function.
package struct ObjectPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The catalog.
    package var catalog: String
    /// The database of the catalog.
    package var database: String
    /// The object of the database.
    package var object: String

    /// Makes a path.
    package init(_ catalog: String, _ database: String, _ object: String) {
        self.catalog = catalog
        self.database = database
        self.object = object
    }

    /// `catalog.database.object`, unquoted.
    package var description: String { "\(catalog).\(database).\(object)" }

    /// Each part in back quotes.
    package var quoted: String { [catalog, database, object].map(Self.quote).joined(separator: ".") }

    /// `name` in back quotes.
    package static func quote(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    package static func < (lhs: ObjectPath, rhs: ObjectPath) -> Bool {
        (lhs.catalog, lhs.database, lhs.object) < (rhs.catalog, rhs.database, rhs.object)
    }
}
