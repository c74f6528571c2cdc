import SluiceColumns
import SluiceConnect

/// The `filesystem` connector.
package enum FilesystemConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "filesystem",
        summary: "Reads and writes files of records; .gz and .zst are decompressed.",
        options: FilesystemOptions.descriptors,
        example: """
            CREATE TABLE bids (auction BIGINT, price BIGINT, region STRING) PARTITIONED BY (region)
            WITH ('connector' = 'filesystem', 'path' = '/data/bids', 'format' = 'json')
            """,
        usesFormat: true,
        metadata: FileColumnLayout.metadata,
        makeScan: { table, reader in
            let options = try FilesystemOptions(&reader)
            let format = try BuiltinFormats.decoding(&reader)
            return FilesystemScan(
                table: table, options: options, format: format, formatName: table.options["format"] ?? "")
        },
        makeSink: { table, reader in
            let options = try FilesystemOptions(&reader)
            let format = try BuiltinFormats.encoding(&reader)
            return try FilesystemSink(
                table: table, options: options, format: format, formatName: table.options["format"] ?? "")
        })
}
