import Glibc
import SluiceColumns
import SluiceConnect
import Synchronization

/// The process's standard output or error, to which all shards write whole lines in turn.
struct ConsoleOutput: Sendable {
    private let descriptor: Int32
    private let name: String

    private static let turn = Mutex<Void>(())

    /// Standard output.
    static let output = ConsoleOutput(descriptor: STDOUT_FILENO, name: "standard output")
    /// Standard error.
    static let error = ConsoleOutput(descriptor: STDERR_FILENO, name: "standard error")

    /// Some other descriptor, for tests.
    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes whole lines; nobody else's come in between.
    ///
    /// - Throws: `brokenPipe` where nobody reads any more, which is a reason to stop and no failure.
    func write(_ lines: TextBuffer) throws(ConnectorError) {
        let file = OpenFile(descriptor: descriptor, name: name, isOwned: false)
        let failure = Self.turn.withLock { _ in
            do throws(ConnectorError) {
                try file.write(lines)
                return ConnectorError?.none
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}

/// Turns the rows of a batch into lines.
protocol LineMaker {
    /// Appends the lines of a batch.
    mutating func append(_ batch: Batch, to output: inout TextBuffer) throws(ConnectorError)
}

/// Writes lines to the console, a batch at a time.
final class ConsoleWriter<Lines: LineMaker>: SinkWriter {
    private let console: ConsoleOutput
    private var lines: Lines
    private var buffer = TextBuffer()

    init(_ console: ConsoleOutput, _ lines: Lines) {
        self.console = console
        self.lines = lines
    }

    func write(_ batch: Batch) throws {
        buffer.removeAll()
        try lines.append(batch, to: &buffer)
        try console.write(buffer)
    }

    func flush() throws {}
    func close() throws {}
    func abort() {}
}
