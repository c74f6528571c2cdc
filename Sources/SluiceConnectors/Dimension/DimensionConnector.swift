import SluiceConnect

/// The `dimension` connector: files that are looked up by indexes on disk.
package enum DimensionConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "dimension",
        summary: "Looks rows of files up by indexes on disk; .gz and .zst are decompressed.",
        options: fileOptions + DimensionOptions.descriptors,
        example: """
            CREATE TABLE networks (net STRING, owner STRING)
            WITH ('connector' = 'dimension', 'path' = '/data/networks.csv', 'format' = 'csv')
            """,
        usesFormat: true,
        metadata: FileColumnLayout.metadata,
        makeScan: { table, reader in
            DimensionOptions.passOver(&reader)
            return try scan(table, &reader)
        },
        makeLookup: { table, reader in
            let options = try DimensionOptions(&reader)
            return DimensionTable(try scan(table, &reader), table, options)
        }
    )

    /// The options of `filesystem` that make sense for files that are read again and again.
    private static let fileOptions = FilesystemOptions.descriptors.filter { option in
        !option.key.hasPrefix("sink.")
            && !["source.monitor-interval", "source.monitor-mode", "source.on-loss"].contains(option.key)
    }

    private static func scan(_ table: TableDescription, _ reader: inout OptionReader) throws -> FilesystemScan {
        let known = Set(fileOptions.map(\.key))
        for option in FilesystemOptions.descriptors
        where !known.contains(option.key) && table.options[option.key] != nil {
            throw ConnectorError(
                .user,
                "badOption",
                "the connector 'dimension' has no option '\(option.key)': it looks for changes by itself",
                option: option.key
            )
        }
        return try FilesystemConnector.scan(table, &reader)
    }
}
