import SluiceConnect

/// A table whose transactions fail when they are told to; what they do otherwise is another's business.
struct FaultySink: TransactionalSinkTable {
    let table: any TransactionalSinkTable
    let faults: Faults

    var summary: String { table.summary }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { table.acceptedMode(for: input) }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        try table.makeWriter(context: context, isOverwrite: isOverwrite)
    }

    func persist(_ transactions: [[UInt8]]) throws {
        try attempt("persist") { try table.persist(transactions) }
    }

    func commit(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        try attempt("publish") { try table.commit(transactions, of: epoch) }
    }

    func recover(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        try attempt("recover") { try table.recover(transactions, of: epoch) }
    }

    /// Fails as a disk or a service does, which a job may tolerate.
    private func attempt(_ operation: String, _ body: () throws -> Void) throws {
        do {
            try faults.attempt(operation, body)
        } catch let error as Faults.Injected {
            throw ConnectorError(.external, "sinkFailed", "\(error.operation): injected")
        }
    }
}
