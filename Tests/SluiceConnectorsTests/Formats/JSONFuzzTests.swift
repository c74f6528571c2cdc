import Glibc
import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

/// Random JSON records for a schema, in random form, whole and damaged.
struct JSONFuzzSource {
    private var generator: SeededRandom

    static let fields: [RowField] = [
        RowField("id", DataType(.bigint)), RowField("n", DataType(.int)), RowField("name", DataType(.string)),
        RowField("at", DataType(.timestamp(3))), RowField("ok", DataType(.boolean)), RowField("x", DataType(.double)),
        RowField("aVeryLongFieldNameIndeed", DataType(.bigint)),
        RowField("r", DataType(.row([RowField("id", DataType(.int)), RowField("s", DataType(.string))]))),
        RowField("list", DataType(.array(DataType(.row([RowField("k", DataType(.bigint))]))))),
        RowField("m", DataType(.map(DataType(.string), DataType(.array(DataType(.int)))))),
    ]

    init(seed: UInt64) { generator = SeededRandom(seed) }

    mutating func line() -> [UInt8] {
        var bytes = Array(object(Self.fields, depth: 0).utf8)
        while generator.next() % 8 == 0, !bytes.isEmpty { damage(&bytes) }
        return bytes.filter { $0 != 0x0a }
    }

    private mutating func pick(_ choices: [String]) -> String { choices[Int(generator.next() % UInt64(choices.count))] }
    private mutating func chance(_ count: UInt64) -> Bool { generator.next() % count == 0 }
    private mutating func blank() -> String { chance(6) ? pick([" ", "  ", "\t", "\r", "   \t "]) : "" }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let index = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 4 {
        case 0: bytes.remove(at: index)
        case 1: bytes[index] = UInt8(truncatingIfNeeded: generator.next() % 0x80)
        case 2: bytes.removeSubrange(index...)
        default: bytes.insert(Array("{}[]\",:\\0tn-.".utf8)[Int(generator.next() % 13)], at: index)
        }
    }

    private mutating func object(_ fields: [RowField], depth: Int) -> String {
        var members: [String] = []
        for field in fields where !chance(7) {
            members.append(member(field.name, value(field.type, depth)))
            if chance(12) { members.append(member(field.name, value(field.type, depth))) }
            if chance(9) { members.append(member(pick(["zz", "NAME", "id2", "é", "r.id"]), anything(depth))) }
        }
        if chance(5) { members.shuffle(using: &generator) }
        return "{" + blank() + members.joined(separator: blank() + "," + blank()) + blank() + "}"
    }

    private mutating func member(_ name: String, _ value: String) -> String {
        let text = chance(25) ? "\\u00" + String(name.utf8.first ?? 0, radix: 16) + name.dropFirst() : name
        return "\"\(text)\"" + blank() + ":" + blank() + value
    }

    private mutating func value(_ type: DataType, _ depth: Int) -> String {
        if chance(9) { return "null" }
        if chance(60) { return anything(depth) }
        switch type.logical {
        case .bigint, .int: return integer()
        case .varchar: return string()
        case .boolean: return pick(["true", "false", "\"TRUE\"", "1"])
        case .double: return pick(["1.5", "-0.0", "1e3", "12", "\"2.5\"", "1E-7", "123456789.125"])
        case .timestamp:
            let minute = pick(["2015-07-15 00:00", "2015-07-15 00:01", "1969-12-31 23:59", "2031-02-30 10:10"])
            return "\"" + minute + pick([":00.005", ":59.999", ":07", ":60.000", ":01.1234", ""]) + "\""
        case .row(let fields): return object(fields, depth: depth + 1)
        case .array(let element):
            let count = Int(generator.next() % 4)
            return "[" + (0..<count).map { _ in blank() + value(element, depth + 1) }.joined(separator: ",") + "]"
        case .map(_, let element):
            let count = Int(generator.next() % 24)
            let entries = (0..<count).map { _ in member("k\(generator.next() % 30)", value(element, depth + 1)) }
            return "{" + entries.joined(separator: ",") + "}"
        default: return anything(depth)
        }
    }

    private mutating func integer() -> String {
        let magnitude = generator.next() >> (generator.next() % 64)
        let text = (chance(4) ? "-" : "") + String(magnitude)
        return chance(12) ? "\"\(text)\"" : chance(15) ? text + pick([".0", ".9", "e0", "e1", "0"]) : text
    }

    private mutating func string() -> String {
        let count = Int(generator.next() % (chance(5) ? 80 : 14))
        let pieces = [
            "a", "b", "Z", " ", "é", "日", "😀", "\\\"", "\\\\", "\\n", "\\/", "\\u0041", "\\ud83d\\ude00",
            "\\ud800", "{", "]", "\t", "'", "0123456789", "plain text of some length",
        ]
        return "\"" + (0..<count).map { _ in pick(pieces) }.joined() + "\""
    }

    private mutating func anything(_ depth: Int) -> String {
        if depth > 4 { return "0" }
        switch generator.next() % 7 {
        case 0: return integer()
        case 1: return string()
        case 2: return pick(["true", "false", "null", "1.25e-3", "-1"])
        case 3: return "[" + blank() + anything(depth + 1) + "," + anything(depth + 1) + blank() + "]"
        case 4: return "{" + member("q", anything(depth + 1)) + blank() + "}"
        case 5: return pick(["[]", "{}", "[ ]", "{ }"])
        default: return string()
        }
    }
}

@Suite("The JSON scanner agrees with a plain reader")
struct JSONFuzzTests {
    /// Seconds to run for: SLUICE_FUZZ_SECONDS, or a moment.
    private static let seconds = getenv("SLUICE_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 1

    @Test("Random records, whole and damaged")
    func randomRecords() throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.seconds)
        var seed: UInt64 = Self.seconds > 1 ? UInt64.random(in: 0...UInt64.max) : 1
        var rounds = 0
        repeat {
            try Self.check(seed: seed)
            seed &+= 1
            rounds += 1
        } while clock.now < deadline || rounds < 3
        print("checked \(rounds) rounds up to seed \(seed)")
    }

    private static func check(seed: UInt64) throws {
        var source = JSONFuzzSource(seed: seed)
        var wanted: [[Value]] = []
        var bytes: [UInt8] = []
        for _ in 0..<300 {
            let line = source.line()
            guard UnicodeText.isValid(line.span) else { continue }
            // A decoder that leaves bad records out, and NULLs only in fields that are bad, differs on purpose: so only
            // records that fit, or are no JSON at all, are compared here; the golden cases cover the rest.
            guard let row = JSONReference.row(line, JSONFuzzSource.fields) else {
                try expectRefusal(line, seed)
                continue
            }
            wanted.append(row)
            bytes += line + [0x0a]
        }
        for pieceByteCount in [1 << 20, 97] {
            let rows = try DecoderRun.batches(decoder(), bytes, blockByteCount: pieceByteCount).flatMap { batch in
                (0..<batch.rowCount).map { batch.row($0) }
            }
            #expect(rows == wanted, "seed \(seed)")
        }
    }

    private static func expectRefusal(_ line: [UInt8], _ seed: UInt64) throws {
        if line.isEmpty || line == [0x0d] { return }
        let text = String(decoding: line, as: UTF8.self)
        #expect(throws: ConnectorError.self, "seed \(seed): \(text)") {
            _ = try DecoderRun.batches(decoder(), line + [0x0a], blockByteCount: 1 << 20)
        }
    }

    private static func decoder() throws -> JSONRecordDecoder {
        let schema = JSONFuzzSource.fields.map { TableColumn($0.name, $0.type) }
        let columns = schema.indices.map { ProjectedColumn(index: $0, type: schema[$0].type) }
        return try JSONRecordDecoder(schema: schema, columns: columns, rules: JSONRules())
    }
}
