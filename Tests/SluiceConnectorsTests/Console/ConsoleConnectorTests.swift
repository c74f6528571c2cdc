import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite("Standard input and output")
struct ConsoleConnectorTests {
    private struct Pipe {
        let readEnd: Int32
        let writeEnd: Int32

        init() {
            var ends: [Int32] = [0, 0]
            _ = pipe(&ends)
            (readEnd, writeEnd) = (ends[0], ends[1])
        }

        func text() -> String {
            _ = close(writeEnd)
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(readEnd, &bytes, bytes.count)
            _ = close(readEnd)
            return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        }
    }

    private let row = DataType(.row([RowField("x", DataType(.string)), RowField("y", DataType(.int))]))

    private func batch() -> Batch {
        let map = DataType(.map(DataType(.string), DataType(.string)))
        let columns = [
            Column.of([.integer(1), .null], DataType(.int)),
            Column.of([.string("a, b"), .string("")], DataType(.string)),
            Column.of([.row([.string("q"), .integer(2)]), .null], row),
            Column.of([.integer(1_924_992_000_000_000), .integer(1_924_992_000_120_000)], DataType(.timestamp(3))),
            Column.of([.bytes([10, 255]), .bytes([])], DataType(.bytes)),
            Column.of([.double(1.5), .double(1e10)], DataType(.double)),
            Column.of(
                [.map(keys: [.string("a")], values: [.string("b")]), .map(keys: [.string("a")], values: [.null])],
                map
            ),
            Column.of([.array([.string("x"), .null]), .array([.string("x")])], DataType(.array(DataType(.string)))),
            Column.of([.boolean(true), .boolean(false)], DataType(.boolean)),
            Column.of([.integer(3_723_000), .integer(3_723_000)], DataType(.time(3))),
        ]
        return Batch(columns: columns, rowCount: 2, rowKinds: RowKinds([.insert, .delete]))
    }

    @Test("print shows rows as Flink does", arguments: [(1, "id> "), (2, "id:1> ")])
    func print(shardCount: Int, prefix: String) throws {
        let pipe = Pipe()
        let sink = PrintSink(identifier: "id", console: ConsoleOutput(descriptor: pipe.writeEnd, name: "pipe"))
        let writer = try sink.makeWriter(context: WriterContext(shardCount: shardCount), isOverwrite: false)
        try writer.write(batch())
        try writer.close()
        let lines = [
            "+I[1, a, b, +I[q, 2], 2031-01-01T00:00, [10, -1], 1.5, {a=b}, [x, null], true, 01:02:03]",
            "-D[null, , null, 2031-01-01T00:00:00.120, [], 1.0E10, {a=null}, [x], false, 01:02:03]",
        ]
        #expect(pipe.text() == lines.map { prefix + $0 + "\n" }.joined())
    }

    @Test("stdout writes records; a pipe that nobody reads is brokenPipe")
    func stdout() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        var options = OptionReader(["format": "csv"])
        let table = TableDescription(name: "t", columns: [TableColumn("a", DataType(.int))])
        let sink = StdoutSink(
            table: table,
            format: try BuiltinFormats.encoding(&options),
            console: ConsoleOutput(descriptor: pipe.writeEnd, name: "pipe")
        )
        let writer = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        let one = Batch(columns: [Column.of([.integer(1)], DataType(.int))], rowCount: 1)
        try writer.write(one)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(pipe.readEnd, &bytes, 16) == 2)
        _ = close(pipe.readEnd)
        let error = #expect(throws: ConnectorError.self) { try writer.write(one) }
        #expect(error?.code == "brokenPipe")
        _ = close(pipe.writeEnd)
    }

    @Test("stdin gives rows as they come and ends with the stream")
    func stdin() throws {
        let pipe = Pipe()
        var options = OptionReader(["format": "raw"])
        let table = TableDescription(name: "t", columns: [TableColumn("line", DataType(.string))])
        let scan = StdinScan(
            table: table,
            format: try BuiltinFormats.decoding(&options),
            recordByteCountMax: 1 << 20,
            descriptor: pipe.readEnd
        )
        let reader = try scan.makeReader(
            columns: [ProjectedColumn(index: 0, type: DataType(.string))],
            splits: try scan.splits(),
            context: ReaderContext()
        )
        guard case .wait = try reader.poll(rowLimit: 10) else { return #expect(Bool(false), "nothing is there yet") }
        _ = Glibc.write(pipe.writeEnd, "one\ntw", 6)
        #expect(try next(reader) == ["[\"one\"]"])
        _ = Glibc.write(pipe.writeEnd, "o\nthree", 7)
        _ = close(pipe.writeEnd)
        var rest: [String] = []
        while rest.last != "end" { rest += try next(reader) }
        #expect(rest == ["[\"two\"]", "[\"three\"]", "end"])
        _ = close(pipe.readEnd)
    }

    private func next(_ reader: any SourceReader) throws -> [String] {
        while true {
            switch try reader.poll(rowLimit: 10) {
            case .batch(let batch): return GoldenText.rows(batch)
            case .wait: continue
            case .end: return ["end"]
            }
        }
    }

    @Test("Every builtin says what it is")
    func builtins() {
        #expect(BuiltinConnectors.all.map(\.name).sorted() == BuiltinConnectors.all.map(\.name))
        for connector in BuiltinConnectors.all {
            #expect(!connector.summary.isEmpty)
            #expect(connector.example.contains("'connector' = '\(connector.name)'"))
            for option in connector.options { #expect(option.summary.hasSuffix("."), "\(option.key)") }
        }
        for format in BuiltinFormats.all {
            for option in format.options { #expect(option.key.hasPrefix(format.name + ".")) }
        }
    }
}
