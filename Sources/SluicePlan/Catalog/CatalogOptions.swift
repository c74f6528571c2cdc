import SluiceSQL

/// What CREATE CATALOG takes in WITH.
enum CatalogOptions {
    /// The `type` of a catalog that is gone with the session.
    static let memoryType = "generic_in_memory"
    /// The `type` of a catalog whose tables and views are files.
    static let directoryType = "directory"

    /// The database that USE CATALOG chooses.
    static func defaultDatabase(_ options: [String: String]) -> String { options["default-database"] ?? "default" }

    /// Refuses types and options that there are not.
    static func check(_ options: [String: String], at span: SourceSpan) throws(SQLError) {
        let known: [String]
        switch options["type"] {
        case memoryType?: known = ["type", "default-database"]
        case directoryType?: known = ["type", "default-database", "path"]
        default:
            throw SQLError(
                .unsupported,
                "there is no catalog of 'type' = '\(options["type"] ?? "")'",
                at: span,
                hint: "there are '\(memoryType)' and '\(directoryType)', the latter with a 'path'"
            )
        }
        if let unknown = options.keys.sorted().first(where: { !known.contains($0) }) {
            throw SQLError(
                .invalidDefinition,
                "a catalog of this type has no option '\(unknown)'",
                at: span,
                hint: NearestName.hint(for: unknown, in: known)
            )
        }
        guard options["type"] != directoryType || options["path"]?.hasPrefix("/") == true else {
            throw SQLError(
                .invalidDefinition,
                "a catalog in a directory needs an absolute 'path'",
                at: span,
                hint: "'path' = '${DIR}/catalog' is a folder beside the script"
            )
        }
    }
}
