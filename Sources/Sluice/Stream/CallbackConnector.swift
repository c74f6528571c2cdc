import SluiceColumns
import SluiceConnect
import Synchronization

/// A table whose rows are handed to a closure: the connector behind `DataStream.to(_:)` with a closure.
enum CallbackConnector {
    /// A connector named `name` that hands its rows to `body`, one at a time.
    static func descriptor(
        _ name: String,
        fields: [RowField],
        mode: ChangelogMode,
        _ body: @escaping @Sendable (RowKind, Row) throws -> Void
    ) -> ConnectorDescriptor {
        let table = CallbackTable(door: CallbackDoor(names: fields.map(\.name), body), mode: mode)
        return ConnectorDescriptor(
            name: name,
            summary: "Hands rows to a closure of the program.",
            options: [],
            example: "",
            makeSink: { _, _ in table }
        )
    }
}

/// A sink that calls a closure.
struct CallbackTable: SinkTable {
    let door: CallbackDoor
    let mode: ChangelogMode

    var summary: String { "closure" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input == .insertOnly ? .insertOnly : mode }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter { CallbackWriter(door) }
}

/// Lets one shard at a time call the closure.
final class CallbackDoor: Sendable {
    private let names: [String]
    private let body: @Sendable (RowKind, Row) throws -> Void
    private let lock = Mutex<Void>(())

    init(names: [String], _ body: @escaping @Sendable (RowKind, Row) throws -> Void) {
        self.names = names
        self.body = body
    }

    /// Hands all rows of a batch over.
    func deliver(_ batch: Batch) throws {
        try lock.withLock { _ in
            for row in 0..<batch.rowCount {
                do {
                    try body(batch.kind(row), Row(names: names, values: batch.row(row)))
                } catch {
                    throw ConnectorError(.user, "closureFailed", "a closure of the program threw: \(error)")
                }
            }
        }
    }
}

private final class CallbackWriter: SinkWriter {
    private let door: CallbackDoor

    init(_ door: CallbackDoor) { self.door = door }

    func write(_ batch: Batch) throws { try door.deliver(batch) }
    func flush() throws {}
    func close() throws {}
    func abort() {}
}
