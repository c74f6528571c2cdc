import SluiceColumns

/// Where a stream comes from: a connector, its options and the columns of its rows.
///
/// The same shape describes every source.
public struct StreamSource: Sendable {
    /// Column definitions as in CREATE TABLE, computed columns, METADATA and WATERMARK included.
    public var schema: String
    /// The `WITH` options, `connector` included.
    public var options: [String: String]

    /// Any connector.
    public init(connector: String, schema: String, options: [String: String] = [:]) {
        self.schema = schema
        self.options = options.merging(["connector": connector]) { $1 }
    }

    /// Files: a path, a folder or a pattern.
    public static func files(
        _ path: String,
        format: String,
        schema: String,
        options: [String: String] = [:]
    ) -> StreamSource {
        StreamSource(
            connector: "filesystem",
            schema: schema,
            options: options.merging(["path": path, "format": format]) { $1 }
        )
    }

    /// Generated rows.
    public static func generated(schema: String, options: [String: String]) -> StreamSource {
        StreamSource(connector: "datagen", schema: schema, options: options)
    }

    /// Standard input.
    public static func standardInput(format: String, schema: String, options: [String: String] = [:]) -> StreamSource {
        StreamSource(connector: "stdin", schema: schema, options: options.merging(["format": format]) { $1 })
    }
}

/// Where a stream goes: a connector and its options; the columns are those of the stream.
public struct StreamSink: Sendable {
    /// The `WITH` options, `connector` included.
    public var options: [String: String]
    /// Columns of the primary key, for sinks that update by key.
    public var primaryKey: [String]

    /// Any connector.
    public init(connector: String, options: [String: String] = [:], primaryKey: [String] = []) {
        self.options = options.merging(["connector": connector]) { $1 }
        self.primaryKey = primaryKey
    }

    /// Lines such as `+I[1, a]` on standard output, after `identifier> ` where one is given.
    public static func print(identifier: String? = nil) -> StreamSink {
        StreamSink(connector: "print", options: identifier.map { ["print-identifier": $0] } ?? [:])
    }

    /// Part files in a folder.
    public static func files(_ path: String, format: String) -> StreamSink {
        StreamSink(connector: "filesystem", options: ["path": path, "format": format])
    }

    /// Nothing.
    public static let blackhole = StreamSink(connector: "blackhole")
}
