import SluiceConnect

/// The connectors that come with the engine.
///
/// A new one is one line here.
package enum BuiltinConnectors {
    /// All of them.
    package static let all: [ConnectorDescriptor] = [
        BlackholeConnector.descriptor,
        DatagenConnector.descriptor,
        FilesystemConnector.descriptor,
        NexmarkConnector.descriptor,
        PrintConnector.descriptor,
        StdinConnector.descriptor,
        StdoutConnector.descriptor,
    ]
}
