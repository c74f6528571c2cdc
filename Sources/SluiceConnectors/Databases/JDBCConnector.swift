import SluiceConnect

/// The `jdbc` connector: Flink's name for tables of databases, told apart by their URL.
package enum JDBCConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "jdbc",
        summary: "Flink's name for 'postgresql' and 'sqlite', told apart by the URL.",
        options: [
            OptionDescriptor(
                "url",
                "string",
                required: true,
                "'jdbc:postgresql://HOST:PORT/DATABASE' or 'jdbc:sqlite:FILE'."
            ),
            OptionDescriptor("table-name", "string", required: true, "The table in the database."),
            OptionDescriptor("username", "string", "Who connects to PostgreSQL."),
            OptionDescriptor("password", "string", "The user's password."),
            OptionDescriptor(
                "driver",
                "org.postgresql.Driver|org.sqlite.JDBC",
                "Taken for compatibility; must fit the URL."
            ),
        ] + DatabaseSinkOptions.descriptors + DatabaseLookupOptions.descriptors,
        example: """
            CREATE TABLE totals (item BIGINT, total DECIMAL(18, 2), PRIMARY KEY (item) NOT ENFORCED)
            WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://localhost:5432/shop', 'table-name' = 'totals',
                  'username' = 'sluice')
            """,
        makeLookup: { table, options in
            let url = try checkedURL(&options)
            return url.hasPrefix(sqlite)
                ? try SQLiteConnector.makeLookup(table, path: try SQLiteConnector.path(ofURL: url), &options)
                : try PostgreSQLConnector.makeLookup(table, url: url, &options)
        },
        makeSink: { table, options in
            let url = try checkedURL(&options)
            return url.hasPrefix(sqlite)
                ? try SQLiteConnector.makeSink(table, path: try SQLiteConnector.path(ofURL: url), &options)
                : try PostgreSQLConnector.makeSink(table, url: url, &options)
        }
    )

    private static let sqlite = "jdbc:sqlite:"

    /// The URL, which is of a database that is known and fits the driver.
    private static func checkedURL(_ options: inout OptionReader) throws(ConnectorError) -> String {
        let url = try options.requiredString("url")
        let driver = options.string("driver")
        if url.hasPrefix(sqlite) {
            try check(driver, is: "org.sqlite.JDBC")
            return url
        }
        guard url.hasPrefix("jdbc:postgresql:") else {
            throw ConnectorError(
                .user,
                "badOption",
                "'url' = '\(scheme(url))': expected 'jdbc:postgresql://HOST:PORT/DATABASE' or 'jdbc:sqlite:FILE'; "
                    + "other databases are not supported",
                option: "url"
            )
        }
        try check(driver, is: "org.postgresql.Driver")
        return url
    }

    private static func check(_ driver: String?, is expected: String) throws(ConnectorError) {
        guard let driver, driver != expected else { return }
        throw ConnectorError(
            .user,
            "badOption",
            "'driver' = '\(driver)': no Java class is loaded; for this URL leave it out or write '\(expected)'",
            option: "driver"
        )
    }

    /// What stands before the address, which may hold a password.
    private static func scheme(_ url: String) -> String {
        guard let slash = url.firstIndex(of: "/") else { return String(url.prefix(20)) }
        return url[..<slash] + "..."
    }
}
