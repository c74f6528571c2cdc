import SluiceColumns
import SluiceConnect
import SluiceState
import Synchronization
import Testing

/// Lets one operation on storage or sink fail: before it had an effect, or after it.
final class Faults: Sendable {
    enum Moment: CaseIterable { case before, after }

    /// What is thrown.
    struct Injected: Error, Equatable { var operation: String }

    private struct State {
        var failing: Int?
        var moment = Moment.before
        var count = 0
        var hasFailed = false
    }

    private let state = Mutex(State())

    /// The operation with that number, counted from 0, fails once; nil lets all succeed.
    func arm(_ failing: Int?, _ moment: Moment) {
        state.withLock { $0 = State(failing: failing, moment: moment) }
    }

    /// Whether an operation has failed.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    /// Carries out an operation, or does not.
    func attempt<Result>(_ operation: String, _ body: () throws -> Result) throws -> Result {
        let failure = state.withLock { state -> Moment? in
            defer { state.count += 1 }
            guard state.count == state.failing else { return nil }
            state.hasFailed = true
            return state.moment
        }
        if failure == .before { throw Injected(operation: operation) }
        let result = try body()
        if failure == .after { throw Injected(operation: operation) }
        return result
    }
}

/// A storage in memory that fails when it is told to.
final class FaultyStorage: StateStorage {
    private let records = MemoryStorage()
    private let faults: Faults

    init(_ faults: Faults) { self.faults = faults }

    func manifest() throws(StateError) -> EpochManifest? { try attempt("manifest") { try records.manifest() } }

    func commit(
        _ changes: [RecordLog],
        dropping dropped: [StateRange],
        _ manifest: EpochManifest
    ) throws(StateError) {
        try attempt("commit") { try records.commit(changes, dropping: dropped, manifest) }
    }

    func forEachValue(
        of keys: borrowing EncodedRowArena,
        _ body: (_ index: Int, _ value: Span<UInt8>?) -> Void
    ) throws(StateError) {
        try attempt("values") {}
        try records.forEachValue(of: keys, body)
    }

    func forEach(
        in range: StateRange,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool
    ) throws(StateError) {
        try attempt("forEach") { try records.forEach(in: range, body) }
    }

    func close() {}

    private func attempt<Result>(_ operation: String, _ body: () throws -> Result) throws(StateError) -> Result {
        do {
            return try faults.attempt(operation, body)
        } catch let error as StateError {
            throw error
        } catch {
            throw StateError(.external, "storageFailed", "\(operation): injected")
        }
    }
}

/// What a transactional sink shows to the world, and what it has prepared: outlives jobs.
final class Ledger: Sendable {
    private struct State {
        var prepared: [Int64: [TestRow]] = [:]
        var persisted: Set<Int64> = []
        var committed: Set<Int64> = []
        var visible: [TestRow] = []
        var nextID: Int64 = 1
    }

    private let state = Mutex(State())
    let faults: Faults

    init(_ faults: Faults) { self.faults = faults }

    /// Everything that was committed, sorted.
    var rows: [TestRow] { state.withLock { $0.visible.sorted() } }

    func prepare(_ rows: [TestRow]) throws -> Int64 {
        try faults.attempt("prepare") {
            state.withLock { state in
                defer { state.nextID += 1 }
                state.prepared[state.nextID] = rows
                return state.nextID
            }
        }
    }

    func persist(_ id: Int64) throws {
        try faults.attempt("persist") { state.withLock { _ = $0.persisted.insert(id) } }
    }

    /// Shows the rows of a transaction, once.
    func commit(_ id: Int64) throws {
        try faults.attempt("publish") {
            state.withLock { state in
                if state.committed.contains(id) { return }
                #expect(state.persisted.contains(id), "transaction \(id) is committed but was never durable")
                state.visible += state.prepared.removeValue(forKey: id) ?? []
                state.committed.insert(id)
            }
        }
    }

    /// Shows what was committed; the rest is gone.
    func recover(_ ids: [Int64]) throws {
        for id in ids { try commit(id) }
        try faults.attempt("recover") { state.withLock { $0.prepared = [:] } }
    }
}

/// A table whose rows become visible with the commit of an epoch.
struct LedgerSink: TransactionalSinkTable {
    let ledger: Ledger
    var summary: String { "ledger" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter { Writer(ledger: ledger) }

    func persist(_ transactions: [[UInt8]]) throws {
        for transaction in transactions { try ledger.persist(Self.id(transaction)) }
    }
    func commit(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        for transaction in transactions { try ledger.commit(Self.id(transaction)) }
    }
    func recover(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        try ledger.recover(transactions.map(Self.id))
    }

    private static func id(_ bytes: [UInt8]) -> Int64 { Int64(String(decoding: bytes, as: UTF8.self)) ?? 0 }

    private final class Writer: TransactionalSinkWriter {
        private let ledger: Ledger
        private var rows: [TestRow] = []

        init(ledger: Ledger) { self.ledger = ledger }

        func write(_ batch: Batch) throws { rows += TestRow.rows(of: batch) }

        func prepare(isFinal: Bool) throws -> [UInt8] {
            let id = try ledger.prepare(rows)
            rows = []
            return Array(String(id).utf8)
        }

        func flush() throws {}
        func close() throws { #expect(rows.isEmpty, "rows were written after the last transaction") }
        func abort() {}
    }
}
