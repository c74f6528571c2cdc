import Glibc
import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

/// Random changes of a table: the rows that they stand for, and how each tool writes them.
struct ChangeFuzzSource {
    private var generator: SeededRandom
    private(set) var expected: [String] = []
    private(set) var lines: [String] = []

    init(seed: UInt64) { generator = SeededRandom(seed) }

    private typealias Row = [String: String]
    private static let names = ["id", "v", "w"]

    private mutating func chance(_ count: UInt64) -> Bool { generator.next() % count == 0 }

    private mutating func row() -> Row {
        var row = ["id": "\(generator.next() % 1_000)"]
        row["v"] = chance(4) ? "null" : "\"v\(generator.next() % 50)\""
        row["w"] = chance(4) ? "null" : "\(generator.next() % 9)"
        return row
    }

    private mutating func object(_ row: Row) -> String {
        let members = row.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{" + (chance(3) ? members.reversed() : members).joined(separator: chance(5) ? " , " : ",") + "}"
    }

    private func shown(_ kind: String, _ row: Row) -> String {
        kind + " [" + Self.names.map { row[$0] ?? "null" }.joined(separator: ",") + "]"
    }

    /// Appends a change as `format` writes it.
    mutating func append(_ format: String) {
        let (new, old) = (row(), row())
        // A partial old row names what differs, and sometimes what does not.
        let partial = old.filter { name, value in value != new[name] || chance(6) }
        let choice = generator.next() % 3
        switch format {
        case "debezium-json", "ogg-json":
            let (field, names) = format == "ogg-json" ? ("op_type", ["I", "U", "D"]) : ("op", ["c", "u", "d"])
            let before = choice == 0 ? "null" : object(old)
            let after = choice == 2 ? "null" : object(new)
            lines.append("{\"before\":\(before),\"after\":\(after),\"\(field)\":\"\(names[Int(choice)])\"}")
        case "maxwell-json":
            let names = ["insert", "update", "delete"]
            let row = choice == 2 ? old : new
            let rest = choice == 1 ? ",\"old\":" + object(partial) : ""
            lines.append("{\"data\":\(object(row)),\"type\":\"\(names[Int(choice)])\"\(rest)}")
        default:
            let names = ["INSERT", "UPDATE", "DELETE"]
            let row = choice == 2 ? old : new
            let rest = choice == 1 ? "[" + object(partial) + "]" : "null"
            lines.append("{\"data\":[\(object(row))],\"old\":\(rest),\"type\":\"\(names[Int(choice)])\"}")
        }
        switch choice {
        case 0: expected.append(shown("+I", new))
        case 1: expected += [shown("-U", old), shown("+U", new)]
        default: expected.append(shown("-D", old))
        }
    }

    /// Damages lines; what is expected then is only that all ways of reading agree.
    mutating func damage() {
        for index in lines.indices where chance(5) {
            var bytes = Array(lines[index].utf8)
            let place = Int(generator.next() % UInt64(bytes.count))
            switch generator.next() % 3 {
            case 0: bytes.remove(at: place)
            case 1: bytes.removeSubrange(place...)
            default: bytes[place] = Array("{}[]\",:\\0tn-.x".utf8)[Int(generator.next() % 14)]
            }
            lines[index] = String(decoding: bytes, as: UTF8.self)
        }
    }
}

@Suite("Random changes")
struct ChangeFuzzTests {
    private static let seconds = getenv("SLUICE_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 0.3

    private static func table(_ format: String, _ lines: [String]) -> ChangeFormatTests.Lines {
        ChangeFormatTests.Lines(
            format: format,
            columns: "id INT, v STRING, w INT",
            lines: lines,
            options: ["ignore-parse-errors": "true"]
        )
    }

    @Test(arguments: ["debezium-json", "canal-json", "maxwell-json", "ogg-json"])
    func readAsMeant(format: String) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.seconds)
        var seed: UInt64 = Self.seconds > 1 ? UInt64.random(in: 0...UInt64.max) : 1
        repeat {
            var source = ChangeFuzzSource(seed: seed)
            for _ in 0..<40 { source.append(format) }
            #expect(try Self.table(format, source.lines).rows() == source.expected, "seed \(seed)")
            source.damage()
            let damaged = Self.table(format, source.lines)
            let whole = try damaged.rows()
            for (limit, block) in [(1, 1 << 16), (5, 9), (4_096, 64)] {
                #expect(try damaged.rows(rowLimit: limit, blockByteCount: block) == whole, "seed \(seed)")
            }
            seed &+= 1
        } while clock.now < deadline
        print("checked \(format) up to seed \(seed)")
    }
}
