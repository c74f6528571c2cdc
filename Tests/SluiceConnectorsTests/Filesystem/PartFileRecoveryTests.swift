import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite("Part files after a crash")
struct PartFileRecoveryTests {
    private let files = ScratchDirectory()
    private var out: String { files.path + "/out" }

    private func sink() throws -> any TransactionalSinkTable {
        let options = ["path": out, "format": "csv"]
        let description = TableDescription(name: "t", columns: [TableColumn("a", DataType(.int))], options: options)
        var reader = OptionReader(options)
        let make = try #require(FilesystemConnector.descriptor.makeSink)
        return try #require(try make(description, &reader) as? any TransactionalSinkTable)
    }

    private func epoch(_ number: Int64) -> SinkEpoch { SinkEpoch(jobID: "job", sinkID: "s", number: number) }

    private func writer(_ sink: any TransactionalSinkTable, from first: Int64) throws -> any TransactionalSinkWriter {
        let context = WriterContext(jobID: "job", isTransactional: true, firstEpoch: first)
        return try #require(try sink.makeWriter(context: context, isOverwrite: false) as? any TransactionalSinkWriter)
    }

    private func batch(_ number: Int) -> Batch {
        Batch(columns: [Column.of([.integer(Int64(number))], DataType(.int))], rowCount: 1)
    }

    private func text(_ name: String) throws -> String {
        let file = try OpenFile.reading("\(out)/\(name)")
        return String(decoding: try file.bytes(at: 0, count: 100), as: UTF8.self)
    }

    /// A file with one committed row in epoch 4 and another row beyond; gives the transaction.
    private func crashed() throws -> [UInt8] {
        let sink = try sink()
        let writer = try writer(sink, from: 4)
        try writer.write(batch(1))
        let transaction = try writer.prepare(isFinal: false)
        try sink.persist([transaction])
        try sink.commit([transaction], of: epoch(4))
        try writer.write(batch(2))
        _ = try writer.prepare(isFinal: true)
        writer.abort()
        return transaction
    }

    @Test("What is beyond the commit is cut off, and files that the commit does not know are removed")
    func cutsWhatIsBeyond() throws {
        let transaction = try crashed()
        files.write("out/.part-job-0-5-1.inprogress", "3\n")
        files.write("out/.part-other-0-5-1.inprogress", "4\n")
        for _ in 0..<2 {
            try sink().recover([transaction], of: epoch(4))
            #expect(
                try FileListing.names(in: out) == [".part-other-0-5-1.inprogress", "part-job-0-4-0"]
            )
            #expect(try text("part-job-0-4-0") == "1\n")
        }
    }

    @Test("A file that is shorter than what was committed is refused")
    func refusesAShortFile() throws {
        let transaction = try crashed()
        #expect(truncate(out + "/.part-job-0-4-0.inprogress", 1) == 0)
        let error = #expect(throws: ConnectorError.self) { try sink().recover([transaction], of: epoch(4)) }
        #expect(error?.code == "damagedFile" && error?.domain == .external)
        #expect(unlink(out + "/.part-job-0-4-0.inprogress") == 0)
        let missing = #expect(throws: ConnectorError.self) { try sink().recover([transaction], of: epoch(4)) }
        #expect(missing?.code == "missingFile" && missing?.domain == .external)
    }

    @Test("State that is older than the output is refused")
    func refusesOldState() throws {
        let transaction = try crashed()
        // Published by epoch 5, of which the state does not know.
        #expect(rename(out + "/.part-job-0-4-0.inprogress", out + "/part-job-0-4-0") == 0)
        let longer = #expect(throws: ConnectorError.self) { try sink().recover([transaction], of: epoch(4)) }
        #expect(longer?.code == "stateTooOld")
        #expect(unlink(out + "/part-job-0-4-0") == 0)
        // Begun and published after the state.
        files.write("out/part-job-0-5-0", "1\n")
        let newer = #expect(throws: ConnectorError.self) { try sink().recover([], of: epoch(4)) }
        #expect(newer?.code == "stateTooOld")
        try sink().recover([], of: epoch(5))
        #expect(try text("part-job-0-5-0") == "1\n")
    }

    @Test("An epoch without files has nothing to commit")
    func emptyEpoch() throws {
        let writer = try writer(try sink(), from: 1)
        #expect(try writer.prepare(isFinal: false).isEmpty)
    }
}
