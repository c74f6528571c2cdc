import Glibc
import Sluice
import SluiceSQL

/// A script to run: where it comes from and what it says.
struct ScriptSource: Sendable {
    /// What errors name: the path as given, `stdin` or `sql`.
    var name: String
    /// The text, as written and as parsed.
    var text: ScriptText
    /// The statements.
    var statements: [ScriptStatement]

    /// The script at `path`; `-` reads standard input.
    ///
    /// - Throws: `CommandFailure` where it cannot be read or is no text.
    static func file(_ path: String) throws -> ScriptSource {
        let bytes: [UInt8]
        do {
            bytes = path == "-" ? try InputFile.bytes(STDIN_FILENO, "stdin") : try InputFile.bytes(path)
        } catch let error as InputFailure {
            throw CommandFailure("error: the script \(error.message)")
        }
        let name = path == "-" ? "stdin" : path
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("error: the script '\(name)' is not UTF-8 text")
        }
        return try ScriptSource(name, text, directory: path == "-" ? currentDirectory() : directory(of: path))
    }

    /// A script given on the command line.
    static func inline(_ text: String) throws -> ScriptSource {
        try ScriptSource("sql", text, directory: currentDirectory())
    }

    private init(_ name: String, _ text: String, directory: String) throws {
        self.name = name
        self.text = ScriptText(text, directory: directory)
        statements = try self.text.statements()
    }

    /// The absolute folder of a file.
    private static func directory(of path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) }
        guard let folder else { return currentDirectory() }
        if folder.isEmpty { return "/" }
        return folder.hasPrefix("/") ? folder : currentDirectory() + "/" + folder
    }

    private static func currentDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
