import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// One answer of Flink 2.3.0: what a format makes of some text.
///
/// See the `.golden` files: schema, options, input, whether parse errors are ignored, and the rows, `ERROR` or `NONE`.
/// Where we differ on purpose (a repeated name always takes its last value; a bad field does not disturb its
/// neighbours) Flink's own answer follows.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let format: String
    let schema: String
    let options: String
    let input: String
    let mode: String
    let answer: String

    var testDescription: String { "\(schema) \(options) \(input) \(mode)" }

    /// The cases of a format.
    static func all(_ format: String) -> [GoldenCase] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let lines = TextFile.read("/\(folder)/\(format).golden").split(separator: "\n")
        return lines.map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return GoldenCase(
                format: format,
                schema: parts[0],
                options: parts[1],
                input: parts[2],
                mode: parts[3],
                answer: parts[4]
            )
        }
    }

    /// What our format makes of the input, a block of `blockByteCount` bytes at a time.
    func ourAnswer(blockByteCount: Int? = nil) -> String {
        do {
            var options = ["format": format]
            for option in Self.pairs(self.options) { options[option.key] = option.value }
            if mode != "-" { options["\(format).ignore-parse-errors"] = mode == "ignore" ? "true" : "false" }
            var reader = OptionReader(options)
            let schema = GoldenTypes.columns(self.schema)
            let columns = schema.indices.map { ProjectedColumn(index: $0, type: schema[$0].type) }
            let decoder = try BuiltinFormats.decoding(&reader).makeDecoder(schema: schema, columns: columns)
            let bytes = Array(Self.unescaped(input).utf8)
            let rows = try DecoderRun.rows(decoder, bytes, blockByteCount: blockByteCount ?? bytes.count + 1)
            return rows.isEmpty ? "NONE" : rows.joined(separator: " ")
        } catch {
            return "ERROR"
        }
    }

    private static func pairs(_ text: String) -> [(key: String, value: String)] {
        if text == "-" { return [] }
        var pairs: [(key: String, value: String)] = []
        var rest = text[...]
        while let equals = rest.firstIndex(of: "=") {
            let key = rest[..<equals].filter { $0 != " " }
            var value = ""
            var index = rest.index(equals, offsetBy: 2)
            while rest[index] != "\"" {
                if rest[index] == "\\" {
                    value.append(rest[index])
                    index = rest.index(after: index)
                }
                value.append(rest[index])
                index = rest.index(after: index)
            }
            pairs.append((String(key), unescaped("\"" + value + "\"")))
            rest = rest[rest.index(after: index)...]
        }
        return pairs
    }

    /// The text of a JSON string in quotes; `@n@` stands for n opening and n closing brackets.
    private static func unescaped(_ text: String) -> String {
        let bytes = Array(text.utf8.dropFirst().dropLast())
        let plain = String(decoding: JSONText.unescaped(bytes.span), as: UTF8.self)
        let parts = plain.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 3, let depth = Int(parts[1]) else { return plain }
        return parts[0] + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + parts[2]
    }
}

/// Runs a decoder over bytes as a reader would.
enum DecoderRun {
    /// Gives bytes of memory out in pieces.
    private final class MemorySource: ByteSource {
        private var bytes: ArraySlice<UInt8>
        private let pieceByteCount: Int

        init(_ bytes: [UInt8], pieceByteCount: Int) {
            self.bytes = bytes[...]
            self.pieceByteCount = pieceByteCount
        }

        func read(into block: Arena) throws(ConnectorError) -> ByteRead {
            if bytes.isEmpty { return .end }
            let piece = Array(bytes.prefix(min(pieceByteCount, block.freeByteCount)))
            bytes = bytes.dropFirst(piece.count)
            block.append(piece.span.bytes)
            return .bytes(piece.count)
        }

        func close() {}
    }

    /// All batches of the bytes.
    static func batches(
        _ decoder: any RecordDecoder,
        _ bytes: [UInt8],
        blockByteCount: Int,
        rowLimit: Int = 4_096
    ) throws -> [Batch] {
        let source = MemorySource(bytes, pieceByteCount: max(1, blockByteCount))
        let stream = RecordStream(
            BlockReader(source, name: "memory", recordByteCountMax: 1 << 28),
            decoder
        )
        var batches: [Batch] = []
        while true {
            switch try stream.poll(rowLimit: rowLimit) {
            case .batch(let batch): batches.append(batch)
            case .nothing: continue
            case .end: return batches
            }
        }
    }

    /// All rows, as the golden cases show them.
    static func rows(_ decoder: any RecordDecoder, _ bytes: [UInt8], blockByteCount: Int) throws -> [String] {
        try batches(decoder, bytes, blockByteCount: blockByteCount).flatMap { GoldenText.rows($0) }
    }
}

/// Small files of tests.
enum TextFile {
    static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ path: String, _ bytes: [UInt8]) {
        guard let file = fopen(path, "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
