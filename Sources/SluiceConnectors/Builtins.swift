import SluiceConnect

/// The connectors that come with the engine.
package enum BuiltinConnectors {
    /// All of them.
    package static let all: [ConnectorDescriptor] = [
        DatagenConnector.descriptor, FilesystemConnector.descriptor, NexmarkConnector.descriptor,
    ]
}
