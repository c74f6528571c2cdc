import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// A directory of its own for a test, taken away in the end.
final class ScratchDirectory {
    let path: String

    init() {
        var template = Array("/tmp/sluice-files-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit { Self.remove(path) }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) {
        var parent = path
        for part in name.split(separator: "/").dropLast() {
            parent += "/" + part
            mkdir(parent, 0o755)
        }
        TextFile.write(path + "/" + name, bytes)
    }

    private static func remove(_ path: String) {
        for name in (try? FileListing.names(in: path)) ?? [] {
            let child = path + "/" + name
            if unlink(child) != 0 { remove(child) }
        }
        rmdir(path)
    }
}

@Suite("Files as tables")
struct FilesystemConnectorTests {
    private static let gzip: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 84, 178, 50, 172, 229, 170, 6, 209, 70, 181, 92, 0, 102, 192,
        90, 25, 16, 0, 0, 0, 31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 84, 178, 50, 174, 229, 2, 0, 40, 119,
        108, 119, 8, 0, 0, 0,
    ]
    private static let zstd: [UInt8] = [
        40, 181, 47, 253, 4, 88, 129, 0, 0, 123, 34, 97, 34, 58, 49, 125, 10, 123, 34, 97, 34, 58, 50, 125, 10,
        238, 237, 172, 242,
    ]

    private func table(
        _ directory: ScratchDirectory,
        _ columns: [TableColumn],
        path: String = "",
        partitionKeys: [Int] = [],
        options: [String: String] = [:]
    ) -> TableDescription {
        var all = ["path": directory.path + path, "format": "json"]
        for (key, value) in options { all[key] = value }
        return TableDescription(name: "t", columns: columns, partitionKeys: partitionKeys, options: all)
    }

    private func scan(_ table: TableDescription) throws -> any ScanTable {
        var reader = OptionReader(table.options)
        let make = try #require(FilesystemConnector.descriptor.makeScan)
        let scan = try make(table, &reader)
        #expect(reader.leftovers.isEmpty)
        return scan
    }

    private func rows(_ table: TableDescription, from start: [Split]? = nil) throws -> [String] {
        let scan = try scan(table)
        let columns = table.columns.indices.map { ProjectedColumn(index: $0, type: table.columns[$0].type) }
        let reader = try scan.makeReader(
            columns: columns,
            splits: try start ?? scan.splits(),
            context: ReaderContext()
        )
        defer { reader.close() }
        var rows: [String] = []
        while case .batch(let batch) = try reader.poll(rowLimit: 4_096) { rows += GoldenText.rows(batch) }
        return rows
    }

    private func write(_ table: TableDescription, _ batches: [Batch], overwrite: Bool = false) throws {
        var reader = OptionReader(table.options)
        let make = try #require(FilesystemConnector.descriptor.makeSink)
        let sink = try make(table, &reader)
        let writer = try sink.makeWriter(
            context: WriterContext(jobID: overwrite ? "second" : "first"),
            isOverwrite: overwrite
        )
        for batch in batches { try writer.write(batch) }
        try writer.close()
    }

    private let number = [TableColumn("a", DataType(.int))]

    @Test("A directory is read with all below it, hidden files left out")
    func directory() throws {
        let files = ScratchDirectory()
        files.write("b.json", "{\"a\":2}\n{\"a\":3}")
        files.write("a/x.json", "{\"a\":1}\n")
        files.write("_hidden", "{\"a\":8}\n")
        files.write("a/.hidden", "{\"a\":9}\n")
        #expect(try rows(table(files, number)) == ["[1]", "[2]", "[3]"])
        #expect(try rows(table(files, number, path: "/*.json")) == ["[2]", "[3]"])
        #expect(try rows(table(files, number, path: "/{a,c}")) == ["[1]"])
        #expect(try rows(table(files, number, options: ["source.path.regex-pattern": ".*/x\\.json"])) == ["[1]"])
    }

    @Test("Compressed files, several members")
    func compressed() throws {
        let files = ScratchDirectory()
        files.write("a.json.gz", Self.gzip)
        files.write("b.json.zst", Self.zstd)
        #expect(try rows(table(files, number)) == ["[1]", "[2]", "[3]", "[1]", "[2]"])
    }

    @Test("Truncated and damaged compressed files are errors that name the file", arguments: ["gz", "zst"])
    func truncated(kind: String) throws {
        let files = ScratchDirectory()
        let whole = kind == "gz" ? Self.gzip : Self.zstd
        files.write("cut.json.\(kind)", Array(whole.dropLast(3)))
        let error = #expect(throws: ConnectorError.self) { try rows(table(files, number)) }
        #expect(error?.code == "truncatedFile")
        #expect(error?.message.contains("cut.json") == true)
        files.write("cut.json.\(kind)", Array("this is no compressed data at all".utf8))
        #expect(throws: ConnectorError.self) { try rows(table(files, number)) }
    }

    @Test("A bad record is an error with file, line and byte")
    func badRecord() throws {
        let files = ScratchDirectory()
        files.write("x.json", "{\"a\":1}\n\n{\"a\":oops}\n")
        let error = #expect(throws: ConnectorError.self) { try rows(table(files, number)) }
        #expect(error?.code == "badRecord")
        #expect(error?.message == "\(files.path)/x.json, line 3, byte 14: expected a value")
        let lenient = table(files, number, options: ["json.ignore-parse-errors": "true"])
        #expect(try rows(lenient) == ["[1]"])
    }

    @Test("Missing files, schemes and options are refused")
    func refusals() throws {
        let files = ScratchDirectory()
        let missing = #expect(throws: ConnectorError.self) { try rows(table(files, number, path: "/nothing")) }
        #expect(missing?.code == "missingFile")
        let noMatch = #expect(throws: ConnectorError.self) { try rows(table(files, number, path: "/*.csv")) }
        #expect(noMatch?.code == "missingFile")
        let format = #expect(throws: ConnectorError.self) {
            try rows(table(files, number, options: ["format": "yaml"]))
        }
        #expect(format?.code == "unknownFormat")
        let scheme = #expect(throws: ConnectorError.self) {
            try rows(table(files, number, options: ["path": "s3://x"]))
        }
        #expect(scheme?.code == "unsupportedScheme")
        #expect(mkfifo(files.path + "/pipe", 0o600) == 0)
        let pipe = #expect(throws: ConnectorError.self) { try rows(table(files, number, path: "/pipe")) }
        #expect(pipe?.code == "notAFile" && pipe?.message.contains("'connector' = 'stdin'") == true)
    }

    @Test("A long record is read in linear time, a longer one than allowed is refused")
    func longRecord() throws {
        let files = ScratchDirectory()
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 9 << 20)
        files.write("x.json", Array("{\"a\":1,\"s\":\"".utf8) + text + Array("\"}\n{\"a\":2}\n".utf8))
        #expect(try rows(table(files, number)) == ["[1]", "[2]"])
        let small = table(files, number, options: ["source.record-size-max": "1mb"])
        let error = #expect(throws: ConnectorError.self) { try rows(small) }
        #expect(error?.code == "recordTooLarge")
    }

    @Test("Reading goes on where it was left", arguments: [1, 5, 4_095])
    func resume(rowLimit: Int) throws {
        let files = ScratchDirectory()
        files.write("a.json", (0..<10).map { "{\"a\":\($0)}\n" }.joined())
        files.write("b.json.gz", Self.gzip)
        files.write("c.json.zst", Self.zstd)
        let table = table(files, number)
        let scan = try scan(table)
        var splits = try scan.splits()
        var seen: [String] = []
        while true {
            let reader = try scan.makeReader(
                columns: [ProjectedColumn(index: 0, type: number[0].type)],
                splits: splits,
                context: ReaderContext()
            )
            guard case .batch(let batch) = try reader.poll(rowLimit: rowLimit) else { break }
            seen += GoldenText.rows(batch)
            splits = reader.offsets
            reader.close()
        }
        #expect(seen == (0..<10).map { "[\($0)]" } + ["[1]", "[2]", "[3]", "[1]", "[2]"])
    }

    private let partitioned = [
        TableColumn("a", DataType(.int)), TableColumn("region", DataType(.string)), TableColumn("day", DataType(.date)),
    ]

    private func partitionedBatch(_ rows: [(Int64, String?, Int64)]) -> Batch {
        Batch(
            columns: [
                Column.of(rows.map { .integer($0.0) }, DataType(.int)),
                Column.of(rows.map { $0.1.map { .string($0) } ?? .null }, DataType(.string)),
                Column.of(rows.map { .integer($0.2) }, DataType(.date)),
            ],
            rowCount: rows.count
        )
    }

    @Test("Partitions are written as directories and read back")
    func partitions() throws {
        let files = ScratchDirectory()
        let table = table(files, partitioned, path: "/out", partitionKeys: [1, 2])
        try write(table, [partitionedBatch([(1, "eu", 0), (2, nil, 1), (3, "a/b=c%", 0), (4, "eu", 0)])])
        let expected = [
            "[2,null,\"1970-01-02\"]", "[3,\"a/b=c%\",\"1970-01-01\"]", "[1,\"eu\",\"1970-01-01\"]",
            "[4,\"eu\",\"1970-01-01\"]",
        ]
        #expect(try rows(table).sorted() == expected.sorted())
        #expect(access(files.path + "/out/region=a%2Fb%3Dc%25/day=1970-01-01", F_OK) == 0)
        try write(table, [partitionedBatch([(9, "eu", 0)])], overwrite: true)
        #expect(try rows(table).filter { $0.contains("eu") } == ["[9,\"eu\",\"1970-01-01\"]"])
        #expect(try rows(table).count == 3)
    }

    private func partitionedSink(_ files: ScratchDirectory, _ options: [String: String]) throws -> any SinkTable {
        let table = table(files, partitioned, path: "/out", partitionKeys: [1], options: options)
        var reader = OptionReader(table.options)
        let make = try #require(FilesystemConnector.descriptor.makeSink)
        return try make(table, &reader)
    }

    private static let successFile = ["sink.partition-commit.policy.kind": "success-file"]

    @Test("Without transactions partitions are committed when the last shard has closed")
    func partitionsAreCommittedAtTheEnd() throws {
        let files = ScratchDirectory()
        let sink = try partitionedSink(files, Self.successFile)
        let writers = try (0..<2).map { shard in
            try sink.makeWriter(context: WriterContext(shardIndex: shard, jobID: "a"), isOverwrite: false)
        }
        try writers[0].write(partitionedBatch([(1, "eu", 0)]))
        try writers[1].write(partitionedBatch([(2, "us", 0), (3, "eu", 0)]))
        try writers[0].close()
        #expect(access(files.path + "/out/region=eu/_SUCCESS", F_OK) != 0)
        try writers[1].close()
        #expect(access(files.path + "/out/region=eu/_SUCCESS", F_OK) == 0)
        #expect(access(files.path + "/out/region=us/_SUCCESS", F_OK) == 0)
        // A job that fails commits nothing.
        let other = ScratchDirectory()
        let failing = try partitionedSink(other, Self.successFile)
        let writer = try failing.makeWriter(context: WriterContext(), isOverwrite: false)
        try writer.write(partitionedBatch([(1, "eu", 0)]))
        writer.abort()
        #expect(access(other.path + "/out/region=eu/_SUCCESS", F_OK) != 0)
    }

    @Test("With transactions a partition is committed with the epoch in which nothing is written to it any more")
    func partitionsAreCommittedWithEpochs() throws {
        let files = ScratchDirectory()
        let options = Self.successFile.merging([
            "sink.partition-commit.success-file.name": "_DONE", "sink.rolling-policy.file-size": "30b",
        ]) { $1 }
        let sink = try #require(try partitionedSink(files, options) as? any TransactionalSinkTable)
        let context = WriterContext(jobID: "a", isTransactional: true)
        let writer = try #require(
            try sink.makeWriter(context: context, isOverwrite: false) as? any TransactionalSinkWriter
        )
        func commit(_ number: Int64, isFinal: Bool = false) throws {
            let transactions = [try writer.prepare(isFinal: isFinal)]
            try sink.persist(transactions)
            try sink.commit(transactions, of: SinkEpoch(jobID: "a", sinkID: "s", number: number))
        }
        func isDone(_ region: String) -> Bool { access(files.path + "/out/region=\(region)/_DONE", F_OK) == 0 }
        // One file is large enough to be closed, the other is not.
        try writer.write(partitionedBatch([(1_000_000_000, "eu", 0), (1, "us", 0)]))
        try commit(1)
        #expect(isDone("eu") && !isDone("us"))
        try commit(2, isFinal: true)
        #expect(isDone("us"))
        // After a crash between the commit and the file, it is made up for.
        unlink(files.path + "/out/region=us/_DONE")
        try writer.write(partitionedBatch([(2_000_000_000, "us", 0)]))
        let transactions = [try writer.prepare(isFinal: true)]
        try sink.recover(transactions, of: SinkEpoch(jobID: "a", sinkID: "s", number: 3))
        #expect(isDone("us"))
    }

    @Test(
        "What a partition commit cannot do is refused",
        arguments: [
            ("policy.kind", "metastore"), ("policy.kind", "metastore,success-file"), ("policy.kind", "custom"),
            ("policy.kind", "nonsense"), ("trigger", "partition-time"), ("delay", "1 h"), ("success-file.name", "a/b"),
        ]
    )
    func partitionCommitRefusals(option: String, value: String) throws {
        let key = "sink.partition-commit.\(option)"
        let options = Self.successFile.merging([key: value]) { $1 }
        let error = #expect(throws: ConnectorError.self) { try partitionedSink(ScratchDirectory(), options) }
        #expect(error?.option == key)
    }

    @Test("Part files appear whole, and not at all where the job fails")
    func publishing() throws {
        let files = ScratchDirectory()
        let table = table(files, number, path: "/out")
        var reader = OptionReader(table.options)
        let make = try #require(FilesystemConnector.descriptor.makeSink)
        let sink = try make(table, &reader)
        let batch = Batch(columns: [Column.of([.integer(1), .null], DataType(.int))], rowCount: 2)
        let failing = try sink.makeWriter(context: WriterContext(), isOverwrite: false)
        try failing.write(batch)
        try failing.flush()
        #expect(try rows(table) == [])
        failing.abort()
        #expect(try FileListing.names(in: files.path + "/out") == [])
        try write(table, [batch])
        try write(table, [batch])
        #expect(try rows(table) == ["[1]", "[null]", "[1]", "[null]"])
        #expect(try FileListing.names(in: files.path + "/out") == ["part-first-0-0", "part-first-0-1"])
        try write(table, [batch], overwrite: true)
        #expect(try rows(table) == ["[1]", "[null]"])
    }

    @Test(
        "A part file is published when the rolling policy says so, and otherwise at the end",
        arguments: [
            ("file-size", "1 b", 2), ("file-size", "3 b", 1), ("file-size", "1 mb", 0),
            ("rollover-interval", "0 ms", 2),
            ("rollover-interval", "1 h", 0), ("inactivity-interval", "0 ms", 2), ("inactivity-interval", "1 h", 0),
            ("check-interval", "1 ms", 0),
        ],
        [false, true]
    )
    func rollingPolicy(rule: (option: String, value: String, publishedCount: Int), isTransactional: Bool) throws {
        let files = ScratchDirectory()
        let options = ["sink.rolling-policy.\(rule.option)": rule.value, "format": "csv"]
        let table = table(files, number, path: "/out", options: options)
        var reader = OptionReader(table.options)
        let make = try #require(FilesystemConnector.descriptor.makeSink)
        let sink = try #require(try make(table, &reader) as? any TransactionalSinkTable)
        let context = WriterContext(jobID: "a", isTransactional: isTransactional)
        let writer = try #require(
            try sink.makeWriter(context: context, isOverwrite: false) as? any TransactionalSinkWriter
        )
        func published() throws -> Int {
            try FileListing.names(in: files.path + "/out").filter { $0.hasPrefix("part-") }.count
        }
        func commit(_ number: Int64, isFinal: Bool = false) throws {
            let transactions = [try writer.prepare(isFinal: isFinal)]
            try sink.persist(transactions)
            // Nothing is visible before its epoch is committed.
            if number == 1 { #expect(try published() == 0) }
            try sink.commit(transactions, of: SinkEpoch(jobID: "a", sinkID: "s", number: number))
        }
        // Two bytes of CSV each.
        for value in [1, 2] as [Int64] {
            try writer.write(Batch(columns: [Column.of([.integer(value)], DataType(.int))], rowCount: 1))
        }
        if isTransactional { try commit(1) }
        #expect(try published() == rule.publishedCount)
        if isTransactional { try commit(2, isFinal: true) }
        try writer.close()
        #expect(try published() == max(1, rule.publishedCount))
        #expect(try rows(table) == ["[1]", "[2]"])
    }

    @Test("A full disk is an error and leaves no file behind")
    func fullDisk() throws {
        let full = OpenFile(descriptor: open("/dev/full", O_WRONLY), name: "/dev/full")
        var text = TextBuffer()
        text.append("x\n")
        let error = #expect(throws: ConnectorError.self) { try full.write(text) }
        #expect(error?.code == "diskFull")
    }

    @Test("Metadata columns")
    func metadata() throws {
        let files = ScratchDirectory()
        files.write("m.json", "{\"a\":1}\n")
        let columns = [
            TableColumn("p", .notNull(.string), role: .metadata(key: "file.path", isVirtual: true)),
            TableColumn("n", .notNull(.string), role: .metadata(key: "file.name", isVirtual: true)),
            TableColumn("s", .notNull(.bigint), role: .metadata(key: "file.size", isVirtual: true)),
            TableColumn("a", DataType(.int)),
        ]
        #expect(try rows(table(files, columns)) == ["[\"\(files.path)/m.json\",\"m.json\",8,1]"])
    }

    @Test("A followed directory gives new files as they come, and knows the old ones after a restart")
    func follow() throws {
        let files = ScratchDirectory()
        files.write("a.json", "{\"a\":1}\n")
        let table = table(files, number, options: ["source.monitor-interval": "1 ms"])
        let scan = try scan(table)
        #expect(!scan.isBounded)
        let columns = [ProjectedColumn(index: 0, type: number[0].type)]
        let reader = try scan.makeReader(columns: columns, splits: try scan.splits(), context: ReaderContext())
        #expect(try next(reader) == ["[1]"])
        files.write("b.json", "{\"a\":2}\n")
        #expect(try next(reader) == ["[2]"])
        _ = try reader.poll(rowLimit: 10)
        files.write("c.json", "{\"a\":3}\n")
        let resumed = try scan.makeReader(columns: columns, splits: reader.offsets, context: ReaderContext())
        #expect(try next(resumed) == ["[3]"])
    }

    @Test("A followed directory forgets what is done and gone, and misses what was begun and is gone")
    func followedFilesGo() throws {
        let files = ScratchDirectory()
        files.write("a.json", "{\"a\":1}\n")
        files.write("b.json", "{\"a\":2}\n{\"a\":3}\n")
        let table = table(files, number, options: ["source.monitor-interval": "1 ms"])
        let scan = try scan(table)
        let columns = [ProjectedColumn(index: 0, type: number[0].type)]
        let reader = try scan.makeReader(columns: columns, splits: try scan.splits(), context: ReaderContext())
        #expect(try next(reader) == ["[1]"])
        guard case .batch(let batch) = try reader.poll(rowLimit: 1) else { return #expect(Bool(false)) }
        #expect(GoldenText.rows(batch) == ["[2]"])
        let begun = reader.offsets
        #expect(try next(reader) == ["[3]"])
        unlink(files.path + "/a.json")
        files.write("c.json", "{\"a\":4}\n")
        #expect(try next(reader) == ["[4]"])
        _ = try reader.poll(rowLimit: 1)
        let paths = try #require(reader.offsets.first?.start).detail.keys.filter { $0.hasPrefix("done:") }
        #expect(paths.sorted() == ["done:\(files.path)/b.json", "done:\(files.path)/c.json"])
        unlink(files.path + "/b.json")
        let resumed = try scan.makeReader(columns: columns, splits: begun, context: ReaderContext())
        let error = #expect(throws: ConnectorError.self) { try next(resumed) }
        #expect(error?.code == "recordsLost")
        let lenient = try self.scan(
            self.table(files, number, options: ["source.monitor-interval": "1 ms", "source.on-loss": "skip"])
        )
        #expect(
            try next(lenient.makeReader(columns: columns, splits: begun, context: ReaderContext())) == ["[4]"]
        )
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
}
