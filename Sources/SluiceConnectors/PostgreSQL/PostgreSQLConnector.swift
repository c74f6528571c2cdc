import SluiceConnect

/// The `postgresql` connector.
package enum PostgreSQLConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "postgresql",
        summary: "Writes into a table of PostgreSQL, with --state exactly once, and looks rows up in one.",
        options: options + DatabaseSinkOptions.descriptors + DatabaseLookupOptions.descriptors,
        example: """
            CREATE TABLE totals (item BIGINT, total DECIMAL(18, 2), PRIMARY KEY (item) NOT ENFORCED)
            WITH ('connector' = 'postgresql', 'url' = 'postgresql://localhost:5432/shop', 'table-name' = 'totals',
                  'username' = 'sluice')
            """,
        makeLookup: { table, options in try makeLookup(table, url: try options.requiredString("url"), &options) },
        makeSink: { table, options in try makeSink(table, url: try options.requiredString("url"), &options) }
    )

    private static let options = [
        OptionDescriptor(
            "url",
            "string",
            required: true,
            "The database: 'postgresql://HOST:PORT/DATABASE' with any parameter of libpq, or "
                + "'jdbc:postgresql://HOST:PORT/DATABASE'."
        ),
        OptionDescriptor(
            "table-name",
            "string",
            required: true,
            "The table, with its schema or without: 'TABLE' or 'SCHEMA.TABLE'."
        ),
        OptionDescriptor("username", "string", "Who connects; before a user in the URL."),
        OptionDescriptor("password", "string", "The user's password; without one libpq looks into its files."),
    ]

    /// Makes the sink of a table in the database that `url` names.
    static func makeSink(
        _ table: TableDescription,
        url: String,
        _ options: inout OptionReader
    ) throws -> any SinkTable {
        let address = try PostgreSQLAddress(
            url: url,
            user: options.string("username"),
            password: options.string("password")
        )
        let target = DatabaseTable(table, name: try options.requiredString("table-name"))
        _ = try DatabaseLookupOptions(&options)
        return try DatabaseSink(PostgreSQLDatabase(address: address), target, try DatabaseSinkOptions(&options))
    }

    /// Makes what looks up in a table of the database that `url` names.
    static func makeLookup(
        _ table: TableDescription,
        url: String,
        _ options: inout OptionReader
    ) throws -> any LookupTable {
        let address = try PostgreSQLAddress(
            url: url,
            user: options.string("username"),
            password: options.string("password")
        )
        return DatabaseLookup(
            PostgreSQLDatabase(address: address),
            table,
            name: try options.requiredString("table-name"),
            try DatabaseLookupOptions(&options),
            timeoutMillis: try DatabaseSinkOptions(&options).timeoutMillis
        )
    }
}
