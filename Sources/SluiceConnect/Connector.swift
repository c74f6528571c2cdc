import SluiceColumns

/// Everything about a connector in one place: name, options, documentation, and how to make tables of it.
///
/// To add one: a folder in SluiceConnectors with a descriptor, a source and a sink, and one line in `Builtins.swift`.
public struct ConnectorDescriptor: Sendable {
    /// The value of `'connector'`.
    public var name: String
    /// One sentence.
    public var summary: String
    /// Its own options; those of formats come from the format.
    public var options: [OptionDescriptor]
    /// A CREATE TABLE that works as it stands.
    public var example: String
    /// Whether the table's `'format'` option and the format's options are read.
    public var usesFormat: Bool
    /// Keys of METADATA columns it provides, with their types.
    public var metadata: [(key: String, type: DataType)]
    /// Makes a scan of a table; nil where the connector is no source.
    public var makeScan: (@Sendable (_ table: TableDescription, _ options: inout OptionReader) throws -> any ScanTable)?
    /// Makes a sink of a table; nil where the connector is no sink.
    public var makeSink: (@Sendable (_ table: TableDescription, _ options: inout OptionReader) throws -> any SinkTable)?

    /// Makes what answers lookups in a table; nil, or giving nil, where its scan is looked up in memory instead.
    public var makeLookup:
        (@Sendable (_ table: TableDescription, _ options: inout OptionReader) throws -> (any LookupTable)?)?

    /// Whether `makeLookup` leaves some tables to be looked up in memory.
    public var alsoLooksUpInMemory: Bool

    /// Makes a descriptor.
    public init(
        name: String,
        summary: String,
        options: [OptionDescriptor],
        example: String,
        usesFormat: Bool = false,
        metadata: [(key: String, type: DataType)] = [],
        makeScan: (@Sendable (_ table: TableDescription, _ options: inout OptionReader) throws -> any ScanTable)? = nil,
        alsoLooksUpInMemory: Bool = false,
        makeLookup:
            (@Sendable (_ table: TableDescription, _ options: inout OptionReader) throws -> (any LookupTable)?)? = nil,
        makeSink: (@Sendable (_ table: TableDescription, _ options: inout OptionReader) throws -> any SinkTable)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.options = options
        self.example = example
        self.usesFormat = usesFormat
        self.metadata = metadata
        self.makeScan = makeScan
        self.alsoLooksUpInMemory = alsoLooksUpInMemory
        self.makeLookup = makeLookup
        self.makeSink = makeSink
    }
}

extension ConnectorDescriptor {
    /// Whether tables of it may be looked up in memory, so that they have the options of that.
    public var isLookedUpInMemory: Bool { makeScan != nil && (makeLookup == nil || alsoLooksUpInMemory) }
}

/// The connectors that a session knows, by name.
public struct ConnectorRegistry: Sendable {
    private var byName: [String: ConnectorDescriptor] = [:]

    /// Makes a registry.
    public init(_ descriptors: [ConnectorDescriptor] = []) {
        for descriptor in descriptors { register(descriptor) }
    }

    /// Adds or replaces a connector.
    public mutating func register(_ descriptor: ConnectorDescriptor) { byName[descriptor.name] = descriptor }

    /// The connector called `name`.
    public subscript(name: String) -> ConnectorDescriptor? { byName[name] }

    /// All connectors by name.
    public var all: [ConnectorDescriptor] { byName.values.sorted { $0.name < $1.name } }
}
