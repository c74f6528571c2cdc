import Glibc
import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

/// A CSV reader, slow and plain, to check the scanner by: one byte after the other, everything or nothing.
///
/// It shares the parsing of numbers with the scanner, and nothing else. Escape characters are not modelled.
struct CSVReference {
    private let bytes: [UInt8]
    private let rules: CSVRules
    private var position = 0

    private struct Malformed: Error {}

    /// The rows of a whole file; nil where any record of it is bad.
    static func rows(_ bytes: [UInt8], _ types: [DataType], _ rules: CSVRules) -> [[Value]]? {
        let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
        var reader = CSVReference(bytes: hasMark ? Array(bytes.dropFirst(3)) : bytes, rules: rules)
        var rows: [[Value]] = []
        do {
            while reader.position < reader.bytes.count { rows.append(try reader.row(types)) }
            return rows
        } catch {
            return nil
        }
    }

    private init(bytes: [UInt8], rules: CSVRules) {
        self.bytes = bytes
        self.rules = rules
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func row(_ types: [DataType]) throws -> [Value] {
        var texts = [try field()]
        while byte == rules.delimiter {
            position += 1
            texts.append(try field())
        }
        if byte == 0x0d { position += 1 }
        if byte == 0x0a, position < bytes.count { position += 1 }
        // One field too many is passed over where it is blank: lines may end with a delimiter.
        if texts.count == types.count + 1, texts[types.count].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
            texts.removeLast()
        }
        guard texts.count == types.count else { throw Malformed() }
        return try zip(texts, types).map { text, type in try value(text, type) }
    }

    private mutating func field() throws -> [UInt8] {
        var text: [UInt8] = []
        guard let quote = rules.quote, byte == quote else {
            while let next = byte, next != rules.delimiter, next != 0x0a, next != 0x0d {
                text.append(next)
                position += 1
            }
            return text
        }
        position += 1
        while true {
            guard let next = byte else { throw Malformed() }
            position += 1
            if next == quote {
                guard byte == quote else { break }
                position += 1
            }
            text.append(next)
        }
        while byte == 0x20 || byte == 0x09 { position += 1 }
        guard byte == nil || byte == rules.delimiter || byte == 0x0a || byte == 0x0d else { throw Malformed() }
        return text
    }

    private func value(_ text: [UInt8], _ type: DataType) throws -> Value {
        if let literal = rules.nullLiteral, literal == text { return .null }
        if case .varchar = type.logical {
            guard UnicodeText.isValid(text.span) else { throw Malformed() }
            return .bytes(text)
        }
        guard let value = try CSVField(type, lane: 0).value(of: text.span) else { throw Malformed() }
        return value
    }
}

/// Random files of CSV, whole and damaged.
struct CSVFuzzSource {
    private var generator: SeededRandom
    let rules: CSVRules

    static let types = [DataType(.string), DataType(.bigint), DataType(.string), DataType(.int)]

    init(seed: UInt64) {
        generator = SeededRandom(seed)
        var rules = CSVRules()
        let kind = generator.next() % 4
        if kind == 1 { rules.delimiter = UInt8(ascii: "|") }
        if kind == 2 { rules.quote = UInt8(ascii: "'") }
        if kind == 3 { rules.quote = nil }
        if generator.next() % 2 == 0 { rules.nullLiteral = Array("n/a".utf8) }
        self.rules = rules
    }

    private mutating func pick(_ choices: [String]) -> String { choices[Int(generator.next() % UInt64(choices.count))] }
    private mutating func chance(_ count: UInt64) -> Bool { generator.next() % count == 0 }

    /// A file, and with a chance of one in three a damaged one.
    mutating func file() -> [UInt8] {
        var bytes: [UInt8] = chance(5) ? [0xef, 0xbb, 0xbf] : []
        for _ in 0..<(1 + generator.next() % 12) { bytes += record() }
        if chance(3) {
            while let last = bytes.last, last == 0x0a || last == 0x0d { bytes.removeLast() }
        }
        if chance(3) { damage(&bytes) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let index = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 4 {
        case 0: bytes.remove(at: index)
        case 1: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.removeSubrange(index...)
        default: bytes.insert(Array("\"',|\r\n 0\t".utf8)[Int(generator.next() % 9)], at: index)
        }
    }

    private mutating func record() -> [UInt8] {
        let delimiter = [rules.delimiter]
        var bytes = text() + delimiter + integer() + delimiter + text() + delimiter + integer()
        if chance(8) { bytes += delimiter + Array(pick(["", " ", "\t "]).utf8) }
        return bytes + Array(pick(["\n", "\n", "\r\n", "\r"]).utf8)
    }

    private mutating func integer() -> [UInt8] {
        if rules.nullLiteral != nil, chance(6) { return Array("n/a".utf8) }
        let text = Array(((chance(4) ? "-" : "") + String(generator.next() >> (33 + generator.next() % 31))).utf8)
        guard let quote = rules.quote, chance(5) else { return text }
        return [quote] + text + [quote] + Array(pick(["", "", " "]).utf8)
    }

    private mutating func text() -> [UInt8] {
        let pieces = [
            "a", "Z", " ", "é", "日", "😀", "n/a", "\\", "\"", "'", "0123456789", "some longer plain text here",
        ]
        let special = [",", "|", "\n", "\r\n", "\r", "\"\"", "''", "#"]
        guard let quote = rules.quote, chance(2) else {
            let plain = (0..<(generator.next() % 6)).map { _ in pick(pieces) }.joined()
            return Array(plain.utf8).first == rules.quote ? [] : Array(plain.utf8)
        }
        let count = generator.next() % (chance(6) ? 60 : 6)
        let inner = (0..<count).map { _ in chance(3) ? pick(special) : pick(pieces) }.joined()
        return [quote] + inner.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }
}

@Suite("The CSV scanner agrees with a plain reader")
struct CSVFuzzTests {
    /// Seconds to run for: SLUICE_FUZZ_SECONDS, or a moment.
    private static let seconds = getenv("SLUICE_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 1

    @Test("Random files, whole and damaged")
    func randomFiles() throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.seconds)
        var seed: UInt64 = Self.seconds > 1 ? UInt64.random(in: 0...UInt64.max) : 1
        var whole = 0
        var refused = 0
        repeat {
            if try Self.check(seed: seed) { whole += 1 } else { refused += 1 }
            seed &+= 1
        } while clock.now < deadline || whole + refused < 200
        print("checked \(whole) whole and \(refused) bad files up to seed \(seed)")
        #expect(whole > 0 && refused > 0)
    }

    /// Whether the file of a seed is whole.
    private static func check(seed: UInt64) throws -> Bool {
        var source = CSVFuzzSource(seed: seed)
        let bytes = source.file()
        let wanted = CSVReference.rows(bytes, CSVFuzzSource.types, source.rules)
        let schema = CSVFuzzSource.types.indices.map { TableColumn("c\($0)", CSVFuzzSource.types[$0]) }
        let columns = schema.indices.map { ProjectedColumn(index: $0, type: schema[$0].type) }
        for pieceByteCount in [1 << 20, 13, 1] {
            let decoder = try CSVRecordDecoder(schema: schema, columns: columns, rules: source.rules)
            var rows: [[Value]]?
            do {
                rows = try DecoderRun.batches(decoder, bytes, blockByteCount: pieceByteCount).flatMap { batch in
                    (0..<batch.rowCount).map { batch.row($0) }
                }
            } catch is ConnectorError {
                rows = nil
            }
            #expect(
                rows == wanted,
                "seed \(seed), pieces of \(pieceByteCount): \(String(decoding: bytes, as: UTF8.self))"
            )
        }
        return wanted != nil
    }
}
