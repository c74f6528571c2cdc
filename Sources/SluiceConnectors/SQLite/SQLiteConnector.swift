import SluiceConnect

/// The `sqlite` connector.
package enum SQLiteConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "sqlite",
        summary: "Writes into a table of a SQLite file, with --state exactly once, and looks rows up in one.",
        options: [
            OptionDescriptor("path", "string", "The SQLite file; or 'url' = 'jdbc:sqlite:FILE'."),
            OptionDescriptor("url", "string", "The SQLite file as JDBC names it, 'jdbc:sqlite:FILE'."),
            OptionDescriptor("table-name", "string", required: true, "The table in the file."),
        ] + DatabaseSinkOptions.descriptors + DatabaseLookupOptions.descriptors,
        example: """
            CREATE TABLE totals (item BIGINT, total DECIMAL(18, 2), PRIMARY KEY (item) NOT ENFORCED)
            WITH ('connector' = 'sqlite', 'path' = '/data/shop.db', 'table-name' = 'totals',
                  'sink.create-table' = 'true')
            """,
        makeLookup: { table, options in try makeLookup(table, path: try path(&options), &options) },
        makeSink: { table, options in try makeSink(table, path: try path(&options), &options) }
    )

    /// Makes the sink of a table in the file `path`.
    static func makeSink(
        _ table: TableDescription,
        path: String,
        _ options: inout OptionReader
    ) throws -> any SinkTable {
        let target = DatabaseTable(table, name: try options.requiredString("table-name"))
        _ = try DatabaseLookupOptions(&options)
        return try DatabaseSink(SQLiteDatabase(path: path), target, try DatabaseSinkOptions(&options))
    }

    /// Makes what looks up in a table of the file `path`.
    static func makeLookup(
        _ table: TableDescription,
        path: String,
        _ options: inout OptionReader
    ) throws -> any LookupTable {
        DatabaseLookup(
            SQLiteDatabase(path: path),
            table,
            name: try options.requiredString("table-name"),
            try DatabaseLookupOptions(&options),
            timeoutMillis: try DatabaseSinkOptions(&options).timeoutMillis
        )
    }

    private static func path(_ options: inout OptionReader) throws(ConnectorError) -> String {
        let url = options.string("url")
        switch (options.string("path"), url) {
        case (let file?, nil): return try checked(file, "path")
        case (nil, let url?): return try path(ofURL: url)
        default:
            throw ConnectorError(
                .user,
                "missingOption",
                "one of 'path' = 'FILE' and 'url' = 'jdbc:sqlite:FILE' is required",
                option: "path"
            )
        }
    }

    /// The file that a JDBC URL names.
    static func path(ofURL url: String) throws(ConnectorError) -> String {
        guard url.hasPrefix("jdbc:sqlite:") else {
            throw ConnectorError(.user, "badOption", "'url' = '\(url)': expected 'jdbc:sqlite:FILE'", option: "url")
        }
        return try checked(String(url.dropFirst("jdbc:sqlite:".count)), "url")
    }

    private static func checked(_ path: String, _ option: String) throws(ConnectorError) -> String {
        let isFile = !path.isEmpty && !path.hasPrefix(":") && !path.hasPrefix("file:") && !path.contains("?")
        if isFile, !path.utf8.contains(0) { return path }
        throw ConnectorError(
            .user,
            "badOption",
            "'\(option)' = '\(path)': expected the path of a file; a database in memory would end with the job",
            option: option
        )
    }
}
