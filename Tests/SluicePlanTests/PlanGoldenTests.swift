import Glibc
import SluicePlan
import Testing

/// Every `Tests/Plans/NAME.sql` is planned; the tree of its last statement must be `NAME.plan`.
///
/// `UPDATE_GOLDEN=1` rewrites the expectations; the diff is the review.
@Suite struct PlanGoldenTests {
    static let folder = String(#filePath.dropLast("SluicePlanTests/PlanGoldenTests.swift".count)) + "Plans/"

    static let names: [String] = {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".sql") { names.append(String(name.dropLast(4))) }
        }
        return names.sorted()
    }()

    @Test func thereAreGoldens() {
        #expect(Self.names.count >= 6)
    }

    @Test(arguments: names)
    func planIsTheGoldenOne(name: String) throws {
        var session = PlanningSession()
        let script = try #require(TextFile.read(Self.folder + name + ".sql"))
        let actual = try session.tree(script) + "\n"
        let goldenPath = Self.folder + name + ".plan"
        if getenv("UPDATE_GOLDEN") != nil {
            #expect(TextFile.write(actual, to: goldenPath))
            return
        }
        let golden = try #require(TextFile.read(goldenPath), "no \(name).plan; run with UPDATE_GOLDEN=1")
        #expect(actual == golden)
    }
}

/// Whole text files.
enum TextFile {
    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }
}
