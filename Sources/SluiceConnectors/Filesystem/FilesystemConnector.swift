import SluiceColumns
import SluiceConnect

/// The `filesystem` connector.
package enum FilesystemConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "filesystem",
        summary: "Reads and writes files of records; .gz and .zst are decompressed.",
        options: FilesystemOptions.descriptors + DimensionOptions.descriptors,
        example: """
            CREATE TABLE bids (auction BIGINT, price BIGINT, region STRING) PARTITIONED BY (region)
            WITH ('connector' = 'filesystem', 'path' = '/data/bids', 'format' = 'json')
            """,
        usesFormat: true,
        metadata: FileColumnLayout.metadata,
        makeScan: { table, reader in
            DimensionOptions.passOver(&reader)
            return try scan(table, &reader)
        },
        alsoLooksUpInMemory: true,
        makeLookup: { table, reader in
            guard table.options[DimensionOptions.directoryKey] != nil else { return nil }
            let options = try DimensionOptions(&reader)
            let scan = try scan(table, &reader)
            guard scan.isBounded else {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "a table that is followed cannot be looked up; its changes are seen by themselves "
                        + "('dimension.reload-interval')",
                    option: "source.monitor-interval"
                )
            }
            return DimensionTable(scan, table, options)
        },
        makeSink: { table, reader in
            DimensionOptions.passOver(&reader)
            let options = try FilesystemOptions(&reader)
            let format = try BuiltinFormats.encoding(&reader)
            passOverFormatOptions(table, &reader)
            return try FilesystemSink(
                table: table,
                options: options,
                format: format,
                formatName: table.options["format"] ?? ""
            )
        }
    )

    /// The files of a table as a source.
    static func scan(_ table: TableDescription, _ reader: inout OptionReader) throws -> FilesystemScan {
        let options = try FilesystemOptions(&reader)
        let format = try BuiltinFormats.decoding(&reader)
        passOverFormatOptions(table, &reader)
        return FilesystemScan(
            table: table,
            options: options,
            format: format,
            formatName: table.options["format"] ?? ""
        )
    }

    /// Options of the chosen format that the format does not know are left alone, for this connector only, as in Flink.
    private static func passOverFormatOptions(_ table: TableDescription, _ options: inout OptionReader) {
        guard let format = table.options["format"] else { return }
        _ = options.all(prefix: format + ".")
    }
}
