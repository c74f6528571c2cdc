import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite("Formats of lines")
struct LineFormatTests {
    static let columns = [
        TableColumn("client", DataType(.string)), TableColumn("status", DataType(.int)),
        TableColumn("error", DataType(.string), role: .metadata(key: "error", isVirtual: true)),
        TableColumn("line", DataType(.string), role: .metadata(key: "line", isVirtual: true)),
    ]

    static func decoder(_ options: [String: String], _ schema: [TableColumn] = columns) throws -> any RecordDecoder {
        var reader = OptionReader(options)
        let format = try BuiltinFormats.decoding(&reader)
        #expect(reader.leftovers == [])
        let projected = schema.indices.map { ProjectedColumn(index: $0, type: schema[$0].type) }
        return try format.makeDecoder(schema: schema, columns: projected)
    }

    static func rows(_ text: String, _ options: [String: String], pieces: Int = 1 << 16) throws -> [[Value]] {
        try DecoderRun.batches(try decoder(options), Array(text.utf8), blockByteCount: pieces).flatMap { batch in
            (0..<batch.rowCount).map { batch.row($0) }
        }
    }

    static let grok = ["format": "grok", "grok.pattern": "^%{IP:client} %{NOTSPACE:status:int}$"]

    @Test("Bad lines are NULL with the reason", arguments: [1, 7, 1 << 16])
    func nulls(pieces: Int) throws {
        let rows = try Self.rows(
            "10.0.0.1 200\r\n\njunk\n::1 x\n\u{e9}",
            Self.grok.merging(["grok.on-error": "null"]) { $1 },
            pieces: pieces
        )
        #expect(
            rows == [
                [.string("10.0.0.1"), .integer(200), .null, .string("10.0.0.1 200")],
                [.null, .null, .string("no pattern fits the line"), .string("junk")],
                [.string("::1"), .null, .string("the field 'status' has 'x', which is no INT"), .string("::1 x")],
                [.null, .null, .string("no pattern fits the line"), .string("\u{e9}")],
            ]
        )
    }

    @Test("Bad lines are left out, and counted", arguments: [1, 7, 1 << 16])
    func skips(pieces: Int) throws {
        let text = "junk\n10.0.0.1 200\n::1 x\n10.0.0.2 404"
        let options = Self.grok.merging(["grok.on-error": "skip"]) { $1 }
        #expect(
            try Self.rows(text, options, pieces: pieces).map { $0[0] } == [.string("10.0.0.1"), .string("10.0.0.2")]
        )
        let decoder = try Self.decoder(options)
        _ = try DecoderRun.batches(decoder, Array(text.utf8), blockByteCount: pieces)
        #expect(decoder.badRecordCount == 2)
    }

    @Test("Bad lines fail the job, with their place")
    func fails() throws {
        do {
            _ = try Self.rows("10.0.0.1 200\n\n::1 x\n", Self.grok)
            Issue.record("the line was taken")
        } catch let error as ConnectorError {
            #expect(error.code == "badRecord")
            #expect(error.message.contains("line 3, byte 14: the field 'status' has 'x', which is no INT"), "\(error)")
        }
    }

    @Test("Several patterns, definitions, and what is no UTF-8")
    func options() throws {
        let options = [
            "format": "grok", "grok.pattern": "^A%{ID:client}$", "grok.pattern.10": "^%{GREEDYDATA:client}$",
            "grok.pattern.2": "^%{INT:status:int}$", "grok.definitions.ID": "[a-z]+",
        ]
        #expect(
            try Self.rows("Ax\n12\n?\n", options).map { Array($0[0...1]) } == [
                [.string("x"), .null], [.null, .integer(12)], [.string("?"), .null],
            ]
        )
        let bytes: [UInt8] = [0x41, 0xff, 0x0a]
        let batches = try DecoderRun.batches(try Self.decoder(options), bytes, blockByteCount: 9)
        #expect(batches.first?.columns[0].value(0) == .string("A\u{fffd}"))
    }

    @Test(
        "What is refused",
        arguments: [
            ["format": "grok"], ["format": "grok", "grok.pattern": "%{NOPE:client}"],
            ["format": "grok", "grok.pattern": "%{IP:client}"],
            ["format": "grok", "grok.pattern": "%{IP:client}%{INT:status}", "grok.pattern.x": "a"],
            ["format": "grok", "grok.pattern": "%{IP:client}%{INT:status}", "grok.on-error": "ignore"],
            [
                "format": "grok", "grok.pattern": "%{IP:client}%{INT:status}",
                "grok.definitions-path": "/nowhere/patterns",
            ],
            ["format": "grok", "grok.pattern": "%{IP:client}%{INT:status}", "grok.timestamp-format": "bbb"],
            ["format": "regex", "regex.pattern": "(x)"], ["format": "syslog", "syslog.year": "0"], ["format": "clf"],
            ["format": "key-value", "key-value.key-delimiter": "::"],
            ["format": "key-value", "key-value.key-delimiter": " "],
        ]
    )
    func refusals(options: [String: String]) {
        #expect(throws: ConnectorError.self) { try Self.decoder(options) }
    }
}
