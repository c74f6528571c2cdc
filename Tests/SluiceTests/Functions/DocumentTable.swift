import Glibc
import Testing

/// A row of a table in the documents.
struct DocumentTable {
    var cells: [String]

    /// The text of a file of the repository.
    static func read(_ path: String) throws -> String {
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/"
        let stream = try #require(fopen(root + path, "r"))
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, stream)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }

    /// The rows, without their heads, of the table below a heading.
    static func named(_ heading: String, in document: String) throws -> [DocumentTable] {
        let chapters = try read("docs/" + document).split(separator: "\n## ")
        let chapter = try #require(chapters.first { $0.hasPrefix(heading + "\n") })
        let lines = chapter.split(separator: "\n").filter { $0.hasPrefix("| ") }
        return lines.dropFirst().map { line in
            let cells = line.dropFirst().dropLast().replacing("\\|", with: "\u{1}")
                .split(separator: "|", omittingEmptySubsequences: false)
            return DocumentTable(cells: cells.map { trimmed($0.replacing("\u{1}", with: "|")) })
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let reversed = text.drop { $0 == " " }.reversed().drop { $0 == " " }
        return String(reversed.reversed())
    }

    /// The three tables of docs/etl.md.
    static func etl() throws -> [DocumentTable] {
        try ["Written for Sluice", "Flink's functions that do the same", "Left out"].flatMap {
            try named($0, in: "etl.md")
        }
    }

    /// The names in back quotes in a cell.
    func names(_ cell: Int) -> [String] {
        let parts = cells[cell].split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
    }
}
