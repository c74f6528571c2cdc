import Glibc
import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

/// Random damage to lines of every form: what comes out does not depend on how the bytes were cut, each line that is
/// not blank gives a row, and a row has either a reason or was read.
@Suite("Formats of lines stand anything")
struct LineFuzzTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let options: [String: String]
        let columns: [(name: String, type: DataType)]
        let lines: [String]

        var testDescription: String { options["format"] ?? "" }
    }

    private static let text = DataType(.string)

    static let forms = [
        Form(
            options: [
                "format": "grok", "grok.pattern": "^%{COMBINEDAPACHELOG}$",
                "grok.pattern.2": "%{SYSLOGBASE}%{DATA:agent}",
            ],
            columns: [("clientip", text), ("bytes", DataType(.bigint)), ("agent", text), ("pid", DataType(.int))],
            lines: [
                "10.0.0.1 - ann [29/Feb/2024:12:34:56 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"curl/8\"",
                "Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user webmaster from 173.234.31.186",
            ]
        ),
        Form(
            options: ["format": "regex", "regex.pattern": "(?<a>[a-z]+)=(?<b>.*)"],
            columns: [("a", text), ("b", DataType(.double))],
            lines: ["abc=1.5", "x=é"]
        ),
        Form(
            options: ["format": "clf"],
            columns: [
                ("host", text), ("path", text), ("status", DataType(.int)), ("event_time", DataType(.timestamp(3))),
                ("user_agent", text),
            ],
            lines: ["10.0.0.1 - ann [29/Feb/2024:12:34:56 +0000] \"GET /a b HTTP/1.1\" 200 5 \"-\" \"a \\\" b\""]
        ),
        Form(
            options: ["format": "syslog", "syslog.year": "2024"],
            columns: [
                ("severity", DataType(.int)), ("event_time", DataType(.timestampLTZ(6))), ("app", text),
                ("structured_data", text),
                ("message", text),
            ],
            lines: [
                "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 p 8710 - [e@3 iut=\"3\" s=\"A\\\"]l\"][x] an event",
                "<34>Oct 11 22:14:15 mymachine su[7]: 'su root' failed",
            ]
        ),
        Form(
            options: ["format": "cef"],
            columns: [("name", text), ("severity", DataType(.int)), ("src", text), ("msg", text)],
            lines: ["CEF:0|a|b\\|c|1|100|n|10|src=10.0.0.1 msg=long \\= text\\n x=1 dst=y"]
        ),
        Form(
            options: ["format": "leef"],
            columns: [("event_id", text), ("src", text), ("sev", DataType(.int))],
            lines: ["LEEF:2.0|V|P|1|id|x5E|src=1^sev=7", "LEEF:1.0|V|P|1|id|src=1\tsev=7"]
        ),
        Form(
            options: ["format": "logfmt"],
            columns: [("at", text), ("n", DataType(.int)), ("fast", DataType(.boolean))],
            lines: ["at=info msg=\"a \\\"b\\\"\" n=12 fast", "n=\"3\""]
        ),
        Form(
            options: ["format": "key-value", "key-value.pair-delimiter": ";", "key-value.key-delimiter": ":"],
            columns: [("a", text), ("b", DataType(.int))],
            lines: [" a : x ;b:\"1\"", "a:;b:2"]
        ),
    ]

    private static let seconds = getenv("SLUICE_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 0.5

    @Test("Random damage", arguments: forms)
    func damage(form: Form) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.seconds)
        var seed: UInt64 = Self.seconds > 1 ? UInt64.random(in: 0...UInt64.max) : 1
        var (readCount, badCount) = (0, 0)
        repeat {
            let (read, bad) = try Self.check(form, seed: seed)
            readCount += read
            badCount += bad
            seed &+= 1
        } while clock.now < deadline
        print("\(form.testDescription): \(readCount) lines read and \(badCount) not, up to seed \(seed)")
        #expect(readCount > 0 && badCount > 0)
    }

    private static func check(_ form: Form, seed: UInt64) throws -> (read: Int, bad: Int) {
        var generator = SeededRandom(seed)
        var bytes: [UInt8] = []
        for _ in 0..<(1 + generator.next() % 8) {
            var line = Array(form.lines[Int(generator.next() % UInt64(form.lines.count))].utf8)
            for _ in 0..<(generator.next() % 4) { damage(&line, &generator) }
            bytes += line + [0x0a]
        }
        var schema = form.columns.map { TableColumn($0.name, $0.type) }
        for key in ["error", "line"] {
            schema.append(TableColumn(key, text, role: .metadata(key: key, isVirtual: true)))
        }
        var options = form.options
        options["\(form.options["format"] ?? "").on-error"] = "null"
        var first: [[Value]]?
        for pieces in [1 << 16, 11, 1] {
            let decoder = try LineFormatTests.decoder(options, schema)
            let rows = try DecoderRun.batches(decoder, bytes, blockByteCount: pieces).flatMap { batch in
                (0..<batch.rowCount).map { batch.row($0) }
            }
            #expect(first == nil || first == rows, "seed \(seed), pieces of \(pieces)")
            first = rows
        }
        let rows = first ?? []
        let lineCount = bytes.split(separator: 0x0a).count { $0 != [0x0d] }
        #expect(rows.count == lineCount, "seed \(seed)")
        for row in rows {
            let texts = row.compactMap { value in if case .bytes(let bytes) = value { bytes } else { nil } }
            #expect(texts.allSatisfy { UnicodeText.isValid($0.span) }, "seed \(seed)")
        }
        let bad = rows.count { !$0[schema.count - 2].isNull }
        return (rows.count - bad, bad)
    }

    private static func damage(_ line: inout [UInt8], _ generator: inout SeededRandom) {
        let index = Int(generator.next() % UInt64(line.count + 1))
        switch generator.next() % 5 {
        case 0 where index < line.count: line.remove(at: index)
        case 1 where index < line.count: line[index] = UInt8(truncatingIfNeeded: generator.next())
        case 2: line.removeSubrange(index...)
        case 3: line.insert(contentsOf: line[min(index, line.count)...].prefix(5), at: index)
        default: line.insert(Array("\"\\|=[]<>: -\t^;".utf8)[Int(generator.next() % 14)], at: index)
        }
    }
}
