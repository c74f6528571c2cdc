import Glibc
import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceState

/// Releases go on from the state of those before them: `Tests/Formats`.
@Suite struct StoredFormatTests {
    private static let data = String(#filePath.dropLast("SluiceTests/State/StoredFormatTests.swift".count)) + "Formats"

    static let formats: [Int] = {
        let names = (try? FileTree.files(below: data, suffix: ".tar.gz")) ?? []
        return names.compactMap { Int($0.dropLast(".tar.gz".count)) }.sorted()
    }()

    @Test("The present format is among the test data; `make state-format` writes it")
    func presentFormatIsKept() {
        #expect(Self.formats.last == Int(EpochManifest.formatVersion))
    }

    /// A folder with the job and its input, and with what an archive holds.
    private static func folder(_ format: Int?) throws -> ScratchFolder {
        let folder = ScratchFolder()
        try run("/bin/cp", "-r", data + "/job.sql", data + "/in", folder.path)
        if let format { try run("/bin/tar", "xzf", "\(data)/\(format).tar.gz", "-C", folder.path) }
        return folder
    }

    private static func run(_ words: String...) throws {
        let ending = RunningProcess(words[0], Array(words.dropFirst())).wait()
        try #require(ending.status == 0, "\(words): \(ending.errors)")
    }

    /// Runs the job in a folder, whose paths are relative: the state has them.
    private static func job(in folder: ScratchFolder, _ options: String...) -> SluiceProcess.Ending {
        let words = ["-C", folder.path, SluiceProcess.path, "run", "job.sql"] + options
        return RunningProcess("/usr/bin/env", words).wait()
    }

    /// The rows that every sink shows, one a line.
    private static func output(of folder: ScratchFolder) throws -> String {
        try PublishedRows.rows(below: folder.path + "/out").map { $0 + "\n" }.joined()
    }

    private static func expected() throws -> String { try FileTree.text(data + "/expected.txt") }

    @Test func theJobGivesWhatIsExpected() throws {
        let folder = try Self.folder(nil)
        let ending = Self.job(in: folder)
        #expect(ending.status == 0, "\(ending.errors)")
        let output = try Self.output(of: folder)
        if getenv("UPDATE_GOLDEN") != nil { return try FileTree.write(output, to: Self.data + "/expected.txt") }
        #expect(output == (try Self.expected()))
    }

    @Test(arguments: formats, [1, 3])
    func aReleaseGoesOn(format: Int, parallelism: Int) throws {
        let folder = try Self.folder(format)
        let published = try Self.output(of: folder)
        #expect(!published.isEmpty)
        let ending = Self.job(in: folder, "--state", "state", "--parallelism", "\(parallelism)")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(try Self.output(of: folder) == (try Self.expected()))
    }

    @Test("State of a later release is refused, and left as it is")
    func refusesALaterFormat() throws {
        let folder = try Self.folder(Self.formats.last)
        let path = folder.path + "/state/job-1"
        let key = StateAddress.manifestKey
        var bytes: [UInt8] = []
        do {
            let database = try RocksDBHandle(path: path, memory: StorageMemory(), for: .durable)
            bytes = try #require(try database.value(key))
            // The version follows the mark.
            bytes["sluice".utf8.count] += 1
            let changed = bytes
            try database.write { $0.set(key.span, changed.span) }
        }
        let later = Int(EpochManifest.formatVersion) + 1
        for command in [["run", "job.sql"], ["state", "list"], ["savepoint", "saved"]] {
            let words = ["-C", folder.path, SluiceProcess.path] + command + ["--state", "state"]
            let ending = RunningProcess("/usr/bin/env", words).wait()
            #expect(ending.status == 1)
            #expect(ending.errors.contains("newerFormat: the state has format \(later), and this release reads"))
        }
        let database = try RocksDBHandle(path: path, memory: StorageMemory(), for: .reading)
        #expect(try database.value(key) == bytes)
    }
}
