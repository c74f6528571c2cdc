import SluiceConnect

/// The connectors that come with the engine.
///
/// A new one is one line here.
package enum BuiltinConnectors {
    /// All of them.
    package static let all: [ConnectorDescriptor] = [
        BlackholeConnector.descriptor,
        DatagenConnector.descriptor,
        DimensionConnector.descriptor,
        FilesystemConnector.descriptor,
        JDBCConnector.descriptor,
        NexmarkConnector.descriptor,
        PostgreSQLConnector.descriptor,
        PrintConnector.descriptor,
        SQLiteConnector.descriptor,
        StdinConnector.descriptor,
        StdoutConnector.descriptor,
    ]
}
