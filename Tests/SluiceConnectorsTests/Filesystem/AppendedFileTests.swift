import Glibc
import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

@Suite("Files that grow and are rotated")
struct AppendedFileTests {
    private let directory = ScratchDirectory()
    private var log: String { directory.path + "/app.log" }

    private func append(_ lines: [String], to name: String = "app.log", ending: String = "\n") {
        let file = fopen(directory.path + "/" + name, "a")
        for line in lines { fputs(line + ending, file) }
        fclose(file)
    }

    private func move(_ from: String, _ to: String) {
        #expect(rename(directory.path + "/" + from, directory.path + "/" + to) == 0)
    }

    private func copy(_ from: String, _ to: String) throws {
        let file = try OpenFile.reading(directory.path + "/" + from)
        directory.write(to, try file.bytes(at: 0, count: Int(try file.byteCount())))
    }

    private func cut(_ name: String = "app.log") { #expect(truncate(directory.path + "/" + name, 0) == 0) }

    private func scan(_ path: String = "app.log", _ options: [String: String] = [:]) throws -> any ScanTable {
        var all = [
            "path": directory.path + "/" + path, "format": "raw", "source.monitor-mode": "appended",
            "source.monitor-interval": "1 ms",
        ]
        for (key, value) in options { all[key] = value }
        let columns = [TableColumn("line", DataType(.string))]
        var reader = OptionReader(all)
        let make = try #require(FilesystemConnector.descriptor.makeScan)
        let scan = try make(TableDescription(name: "t", columns: columns, options: all), &reader)
        #expect(reader.leftovers.isEmpty)
        #expect(!scan.isBounded && scan.isRewindable)
        return scan
    }

    /// A reader that goes on where `splits` say.
    private func reader(_ scan: any ScanTable, from splits: [Split]? = nil) throws -> any SourceReader {
        try scan.makeReader(
            columns: [ProjectedColumn(index: 0, type: DataType(.string))],
            splits: try splits ?? scan.splits(),
            context: ReaderContext()
        )
    }

    /// What the reader gives until it has found nothing for some looks.
    private func lines(_ reader: any SourceReader) throws -> [String] {
        var lines: [String] = []
        var idlePolls = 0
        while idlePolls < 8 {
            switch try reader.poll(rowLimit: 3) {
            case .batch(let batch):
                lines += (0..<batch.rowCount).map { batch.row($0)[0].stringValue ?? "NULL" }
                idlePolls = 0
            case .wait:
                idlePolls += 1
                usleep(2_000)
            case .end:
                Issue.record("a file that is followed does not end")
                return lines
            }
        }
        return lines
    }

    @Test("What is appended is read, a line when it is whole")
    func appends() throws {
        append(["one", "two"])
        let reader = try reader(try scan())
        #expect(try lines(reader) == ["one", "two"])
        append(["thr"], ending: "")
        #expect(try lines(reader) == [])
        append(["ee", "four"])
        #expect(try lines(reader) == ["three", "four"])
        append((0..<1_000).map { "line \($0)" })
        #expect(try lines(reader) == (0..<1_000).map { "line \($0)" })
    }

    @Test("A file that is renamed is read to its end, then its successor", arguments: [false, true])
    func renamed(restarts: Bool) throws {
        let scan = try scan()
        append(["one"])
        var reader = try reader(scan)
        #expect(try lines(reader) == ["one"])
        append(["two"])
        let splits = reader.offsets
        move("app.log", "app.log.1")
        append(["three"], to: "app.log.1")
        append(["four"])
        if restarts { reader = try self.reader(scan, from: splits) }
        #expect(try lines(reader) == ["two", "three", "four"])
        append(["late"], to: "app.log.1")
        append(["five"])
        #expect(try Set(lines(reader)) == ["late", "five"])
        unlink(directory.path + "/app.log.1")
        #expect(try lines(reader) == [])
    }

    @Test("Generations that came and went between two looks are read", arguments: [false, true])
    func severalRotations(restarts: Bool) throws {
        let scan = try scan()
        append(["old"], to: "app.log.1")
        usleep(20_000)
        append(["one"])
        var reader = try reader(scan)
        #expect(try lines(reader) == ["one"])
        let splits = reader.offsets
        move("app.log.1", "app.log.4")
        append(["two"])
        usleep(20_000)
        move("app.log", "app.log.3")
        append(["three"])
        usleep(20_000)
        move("app.log", "app.log.2")
        append(["four"])
        usleep(20_000)
        move("app.log", "app.log.1")
        append(["five"])
        if restarts { reader = try self.reader(scan, from: splits) }
        #expect(try Set(lines(reader)) == ["two", "three", "four", "five"])
    }

    @Test("A file that is copied and cut is read on in the copy, then from its beginning", arguments: [false, true])
    func copiedAndCut(restarts: Bool) throws {
        let scan = try scan()
        append(["one", "two"])
        var reader = try reader(scan)
        #expect(try lines(reader) == ["one", "two"])
        let splits = reader.offsets
        append(["three"])
        try copy("app.log", "app.log.1")
        cut()
        append(["four", "five", "a line that makes it longer than it was before"])
        if restarts { reader = try self.reader(scan, from: splits) }
        #expect(try lines(reader) == ["three", "four", "five", "a line that makes it longer than it was before"])
    }

    @Test("A pattern that also fits the copies reads no line twice", arguments: [false, true])
    func patternOfCopies(restarts: Bool) throws {
        let scan = try scan("app.log*")
        append(["one"])
        var reader = try reader(scan)
        #expect(try lines(reader) == ["one"])
        append(["two"])
        try copy("app.log", "app.log.1")
        #expect(try lines(reader) == ["two"])
        append(["three"])
        let splits = reader.offsets
        try copy("app.log", "app.log.1")
        cut()
        append(["4"])
        if restarts { reader = try self.reader(scan, from: splits) }
        #expect(try lines(reader) == ["three", "4"])
        append(["other"], to: "app.log.other")
        #expect(try lines(reader) == ["other"])
    }

    @Test("A file that was compressed while nobody looked is read on in its compressed copy")
    func compressed() throws {
        let scan = try scan()
        // As `printf 'one\ntwo\nthree\n' | gzip -n` gives it.
        append(["one"])
        let reader = try reader(scan)
        #expect(try lines(reader) == ["one"])
        let splits = reader.offsets
        unlink(log)
        directory.write(
            "app.log.1.gz",
            [
                31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 207, 75, 229, 42, 41, 207, 231, 42, 201, 40,
                74, 77, 229, 2, 0, 182, 213, 230, 37, 14, 0, 0, 0,
            ]
        )
        append(["four"])
        let next = try self.reader(scan, from: splits)
        #expect(try lines(next) == ["two", "three", "four"])
        #expect(try lines(next) == [])
        let again = try self.reader(scan, from: next.offsets)
        #expect(try lines(again) == [])
    }

    @Test("A file whose number belongs to another one now is not taken for it")
    func numberIsUsedAgain() throws {
        let scan = try scan()
        append(["one", "two", "three"])
        let reader = try reader(scan)
        #expect(try lines(reader) == ["one", "two", "three"])
        let splits = reader.offsets
        // The same number with other content is what a file system gives a file after another one went.
        cut()
        append(["four", "five", "six", "seven"])
        let next = try self.reader(scan, from: splits)
        #expect(try lines(next) == ["four", "five", "six", "seven"])
    }

    @Test("Lines that were there and are gone fail the job, unless they may be left out")
    func lostLines() throws {
        append((0..<10).map { "line \($0)" })
        let scan = try scan()
        let reader = try reader(scan)
        _ = try reader.poll(rowLimit: 3)
        let splits = reader.offsets
        unlink(log)
        append(["new"])
        let error = #expect(throws: ConnectorError.self) { try lines(self.reader(scan, from: splits)) }
        #expect(error?.code == "recordsLost")
        let lenient = try self.scan("app.log", ["source.on-loss": "skip"])
        #expect(try lines(self.reader(lenient, from: splits)) == ["new"])
    }

    @Test("A path that nothing fits is an error at the start, and waited for afterwards")
    func missingFile() throws {
        #expect(throws: ConnectorError.self) { try lines(self.reader(scan())) }
        append(["one"])
        let reader = try self.reader(scan())
        #expect(try lines(reader) == ["one"])
        move("app.log", "app.log.1")
        #expect(try lines(reader) == [])
        append(["two"])
        #expect(try lines(reader) == ["two"])
    }

    @Test("Random rotations and restarts lose and double no line", arguments: 1...12 as ClosedRange<UInt64>)
    func randomRotations(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let copies = seed % 2 == 0
        let scan = try scan(seed % 3 == 0 ? "app.log*" : "app.log")
        append(["first line"])
        var reader = try reader(scan)
        var found = try lines(reader)
        var expected = ["first line"]
        var saved = (splits: reader.offsets, count: found.count)
        for step in 0..<60 {
            let fresh = (0..<Int(random.next() % 5)).map { "step \(step) line \($0)" }
            append(fresh)
            expected += fresh
            if random.next() % 3 == 0, case .batch(let batch) = try reader.poll(rowLimit: 2) {
                found += (0..<batch.rowCount).map { batch.row($0)[0].stringValue ?? "" }
            }
            if random.next() % 6 == 0 { saved = (reader.offsets, found.count) }
            if random.next() % 4 == 0 {
                // The oldest generation is about to go: it must have been read.
                if access(log + ".5", F_OK) == 0 {
                    found += try lines(reader)
                    saved = (reader.offsets, found.count)
                }
                rotate(byCopy: copies)
            }
            if random.next() % 5 == 0 {
                reader.close()
                found.removeSubrange(saved.count...)
                reader = try self.reader(scan, from: saved.splits)
            }
        }
        found += try lines(reader)
        #expect(found.sorted() == expected.sorted(), "seed \(seed)")
    }

    /// What logrotate does, with `copytruncate` or without.
    private func rotate(byCopy: Bool) {
        for number in stride(from: 5, to: 0, by: -1) where access(log + ".\(number)", F_OK) == 0 {
            move("app.log.\(number)", "app.log.\(number + 1)")
        }
        if byCopy {
            #expect(throws: Never.self) { try copy("app.log", "app.log.1") }
            cut()
        } else {
            move("app.log", "app.log.1")
            append([])
        }
    }
}
