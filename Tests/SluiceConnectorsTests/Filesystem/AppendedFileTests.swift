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

    @Test("An empty compressed copy is nobody's, and its entry takes no other file's place")
    func emptyCopy() throws {
        let scan = try scan()
        append(["one"])
        let reader = try reader(scan)
        #expect(try lines(reader) == ["one"])
        move("app.log", "app.log.2")
        directory.write("app.log.1.gz", Self.gzip([]))
        append(["two"])
        #expect(try lines(reader) == ["two"])
        let splits = reader.offsets
        unlink(directory.path + "/app.log.1.gz")
        append(["three"])
        #expect(try lines(self.reader(scan, from: splits)) == ["three"])
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

    /// Puts a compressed file in the place of a generation, where it is not compressed yet.
    private func compress(_ number: UInt64) throws {
        let path = log + ".\(number)"
        guard access(path, F_OK) == 0 else { return }
        let file = try OpenFile.reading(path)
        let bytes = try file.bytes(at: 0, count: Int(try file.byteCount()))
        directory.write("app.log.\(number).gz.part", Self.gzip(bytes))
        // As gzip does it, the copy is as old as the file.
        let status = try file.status()
        let times = [status.st_atim, status.st_mtim]
        #expect(utimensat(AT_FDCWD, directory.path + "/app.log.\(number).gz.part", times, 0) == 0)
        move("app.log.\(number).gz.part", "app.log.\(number).gz")
        unlink(path)
    }

    /// Bytes as a gzip file that stores them as they are.
    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        func little(_ number: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        }
        var check = UInt32.max
        for byte in bytes {
            check ^= UInt32(byte)
            for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xedb8_8320 : check >> 1 }
        }
        let count = UInt32(bytes.count)
        return [31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count, 2) + little(~count, 2) + bytes
            + little(~check, 4) + little(count, 4)
    }

    @Test("Random rotations and restarts lose and double no line", arguments: 1...20 as ClosedRange<UInt64>, 0...2)
    func randomRotations(seed: UInt64, leastCompressed: UInt64) throws {
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
                if access(log + ".5", F_OK) == 0 || access(log + ".5.gz", F_OK) == 0 {
                    found += try lines(reader)
                    saved = (reader.offsets, found.count)
                }
                rotate(byCopy: copies)
            }
            if leastCompressed > 0, random.once(in: 4) { try compress(leastCompressed + random.next() % 3) }
            if random.next() % 5 == 0 {
                reader.close()
                found.removeSubrange(saved.count...)
                reader = try self.reader(scan, from: saved.splits)
            }
        }
        found += try lines(reader)
        let missing = Set(expected).subtracting(found)
        let doubled = Dictionary(found.map { ($0, 1) }, uniquingKeysWith: +).filter { $0.value > 1 }.map(\.key)
        let isRight = found.sorted() == expected.sorted()
        #expect(isRight, "seed \(seed), missing \(missing.sorted()), doubled \(doubled.sorted())")
    }

    /// What logrotate does, with `copytruncate` or without.
    private func rotate(byCopy: Bool) {
        for number in stride(from: 5, to: 0, by: -1) {
            for ending in ["", ".gz"] where access(log + ".\(number)\(ending)", F_OK) == 0 {
                move("app.log.\(number)\(ending)", "app.log.\(number + 1)\(ending)")
            }
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
