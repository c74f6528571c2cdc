import Glibc
import Testing

/// The example program, run as it stands.
struct StreamExampleTests {
    @Test func printsItsAlerts() throws {
        let program = try #require(Self.buildFolder) + "/StreamBuilderExample"
        let expected = try #require(Self.contents(of: Self.projectFolder + "/examples/stream-builder/expected.txt"))
        let pipe = try #require(popen("'\(program)' 2>&1", "r"))
        let output = Self.readAll(pipe)
        #expect(pclose(pipe) == 0)
        #expect(output == expected)
        #expect(expected.contains("alert> +I["))
    }

    /// Where the test bundle lies, and with it the other products.
    private static var buildFolder: String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // The test runner may be a program of the toolchain that loads the bundle.
        if contents(of: parent(of: path) + "/StreamBuilderExample", limit: 1) != nil { return parent(of: path) }
        return CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map(parent)
    }

    private static var projectFolder: String {
        (0..<4).reduce(#filePath) { path, _ in parent(of: path) }
    }

    private static func parent(of path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    private static func contents(of path: String, limit: Int = .max) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        return limit == 1 ? "" : readAll(file)
    }

    private static func readAll(_ file: UnsafeMutablePointer<FILE>) -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
