import SluiceColumns
import Testing

@testable import SluiceKernels

/// Expected values are read off the lines.
@Suite("Grok patterns")
struct GrokTests {
    /// The fields of one line; nil where no pattern fits.
    static func fields(_ line: String, _ patterns: [String], _ definitions: [String: String] = [:]) throws -> [String]?
    {
        var known = GrokDefinitions()
        for (name, pattern) in definitions { try known.define(name, pattern) }
        let form = try GrokForm(try patterns.map { try GrokPattern($0, definitions: known) })
        let table = try LineTable(form, form.fields.map { LineTable.Wanted($0.name, $0.type) })
        let parsed = try table.parse(Column.of([.string(line)], DataType(.string)))
        if parsed.failures.contains(where: { $0.field == nil }) { return nil }
        return zip(form.fields, parsed.columns).compactMap { field, column in
            switch column.value(0) {
            case .null: nil
            case .bytes(let bytes): "\(field.name)=\(String(decoding: bytes, as: UTF8.self))"
            case .integer(let value): "\(field.name)=\(value)"
            case .double(let value): "\(field.name)=\(value)"
            case let value: "\(field.name)=\(value)"
            }
        }
    }

    @Test("Every pattern of the library is one")
    func library() throws {
        for name in GrokLibrary.definitions.keys.sorted() {
            #expect(throws: Never.self, "\(name)") { try GrokPattern("%{\(name)}") }
        }
        #expect(GrokLibrary.definitions.count > 90)
    }

    /// Texts that a named pattern takes as a whole.
    static let whole: [(String, [String])] = [
        ("IPV4", ["0.0.0.0", "255.255.255.255", "10.1.2.3"]),
        (
            "IPV6",
            [
                "::", "::1", "1::", "1:2:3:4:5:6:7:8", "fe80::1%eth0", "::ffff:10.0.0.1", "2001:db8::8:800:200c:417a",
                "1:2:3:4:5:6:1.2.3.4", "1::8", "1:2::7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
            ]
        ),
        ("HOSTNAME", ["a", "www.example.org", "x-1.example.org.", "3com.example"]),
        ("INT", ["0", "-12", "+7"]), ("NUMBER", ["1", "-1.5", ".5", "10."]), ("WORD", ["abc_1"]),
        ("UUID", ["550e8400-e29b-41d4-a716-446655440000"]), ("MAC", ["00:1a:2B:3c:4d:5e", "001a.2b3c.4d5e"]),
        ("EMAILADDRESS", ["ann.lee+x@example.org"]), ("QUOTEDSTRING", ["\"a \\\" b\"", "'x'", "\"\""]),
        ("UNIXPATH", ["/", "/usr/lib/x-1.so"]), ("WINPATH", ["C:\\Windows\\system32"]),
        ("URI", ["https://ann:x@example.org:8080/a/b?q=1&r=%20", "ftp://h/"]),
        ("URIPATHPARAM", ["/a?b=c", "/"]), ("MONTH", ["Jan", "June", "Sept", "December"]),
        ("TIMESTAMP_ISO8601", ["2024-02-29T12:34:56.789+01:00", "2024-02-29 12:34:56,789", "2024-02-29T12:34Z"]),
        ("HTTPDATE", ["29/Feb/2024:12:34:56 +0000"]), ("SYSLOGTIMESTAMP", ["Feb  9 01:02:03", "Dec 10 06:55:46"]),
        ("DATESTAMP_RFC2822", ["Thu, 29 Feb 2024 12:34:56 +0000"]), ("DATE_US", ["02/29/2024"]),
        ("DATESTAMP_EVENTLOG", ["20240229123456"]), ("LOGLEVEL", ["WARN", "error", "Info", "EMERGENCY"]),
        ("JAVACLASS", ["org.example.Main$1"]), ("BASE16NUM", ["0xfF", "12ab"]), ("TIME", ["23:59:60", "1:02:03.5"]),
    ]

    @Test("What a name matches", arguments: whole)
    func matches(name: String, texts: [String]) throws {
        for text in texts {
            #expect(try Self.fields(text, ["^%{\(name):all}$"]) == ["all=\(text)"], "\(name) \(text)")
        }
    }

    @Test(
        "What a name does not match",
        arguments: [
            ("IPV4", "256.0.0.1"), ("IPV4", "1.2.3"), ("IPV6", "1:2:3"), ("IPV6", "1::2::3"), ("IPV6", "12345::"),
            ("INT", "1.5"), ("HOSTNAME", "-a"), ("TIME", "24:00:00"), ("MONTH", "Foo"), ("UUID", "550e8400"),
            ("DATE_EU", "32/01/2024"), ("LOGLEVEL", "informal"),
        ]
    )
    func refuses(name: String, text: String) throws {
        #expect(try Self.fields(text, ["^%{\(name):all}$"]) == nil)
    }

    static let web =
        "10.0.0.1 - ann [29/Feb/2024:12:34:56 +0000] \"GET /a?b=c HTTP/1.1\" 200 5316 \"-\" \"curl/8 (\\\"x\\\")\""

    @Test("A line of a web server")
    func webServer() throws {
        #expect(
            try Self.fields(Self.web, ["%{COMBINEDAPACHELOG}"]) == [
                "clientip=10.0.0.1", "auth=ann", "timestamp=29/Feb/2024:12:34:56 +0000", "verb=GET", "request=/a?b=c",
                "httpversion=1.1", "response=200", "bytes=5316", "agent=curl/8 (\\\"x\\\")",
            ]
        )
        let broken = "10.0.0.1 - - [29/Feb/2024:12:34:56 +0000] \"\\x16\\x03\" 400 -"
        #expect(
            try Self.fields(broken, ["%{COMMONAPACHELOG}"]) == [
                "clientip=10.0.0.1", "timestamp=29/Feb/2024:12:34:56 +0000", "rawrequest=\\x16\\x03", "response=400",
            ]
        )
    }

    @Test("Types, nested names, groups with names, and several groups for one field")
    func fields() throws {
        #expect(try Self.fields("n=12 d=1.5", ["n=%{INT:n:int} d=%{NUMBER:[a][b]:double}"]) == ["n=12", "a.b=1.5"])
        #expect(try Self.fields("x 7", ["(?<w>[a-z]+) (?P<n>\\d+)"]) == ["w=x", "n=7"])
        #expect(try Self.fields("b2", ["a%{INT:v}|b%{INT:v}"]) == ["v=2"])
        #expect(try Self.fields("n=99999999999", ["n=%{INT:n:int}"]) == [])
        #expect(try Self.fields("[x]", [#"\[(?:[^\](<]*)\]%{DATA:rest}$"#]) == ["rest="])
    }

    @Test("Patterns are tried in order, and share their fields")
    func order() throws {
        let patterns = ["^%{INT:n:int}$", "^%{WORD:word}$", "^%{GREEDYDATA:rest}$"]
        #expect(try Self.fields("12", patterns) == ["n=12"])
        #expect(try Self.fields("ab", patterns) == ["word=ab"])
        #expect(try Self.fields("a b", patterns) == ["rest=a b"])
        #expect(throws: GrokError.self) { try GrokForm([GrokPattern("%{INT:a:int}"), GrokPattern("%{INT:a}")]) }
    }

    @Test("Definitions of one's own, also those that replace one of the library, and files of them")
    func definitions() throws {
        #expect(try Self.fields("id=AB-1", ["id=%{ID:id}"], ["ID": "[A-Z]+-%{INT}"]) == ["id=AB-1"])
        #expect(try Self.fields("xyz", ["%{WORD:w}"], ["WORD": "x"]) == ["w=x"])
        var known = GrokDefinitions()
        try known.define(lines: "# comment\n\nID [A-Z]+-%{INT}\r\n  NAME\t\\w+ \\w+\n")
        let pattern = try GrokPattern("%{ID:id} %{NAME:name}", definitions: known)
        #expect(pattern.fields.map(\.name) == ["id", "name"])
        #expect(throws: GrokError.self) { try known.define(lines: "A\n") }
        #expect(throws: GrokError.self) { try known.define("A-B", "x") }
    }

    @Test(
        "Bad patterns are refused with their place",
        arguments: [
            ("a%{WORDD:x}", "no pattern 'WORDD', at offset 3 of the pattern", "did you mean 'WORD'?"),
            ("%{INT:x:itn}", "no type 'itn', at offset 8 of the pattern", "types are"),
            ("ab(", "missing closing parenthesis), at offset 3", ""), ("é[", "at offset 3", ""),
            ("%{INT:x", "a reference has no '}', at offset 0", "write %{NAME}"),
            ("x%{INT:}", "a field has no name, at offset 7", ""),
            ("%{INT:a:int}%{INT:a}", "is of type INT", "same type"),
            ("\\1", "reference to non-existent", ""),
        ]
    )
    func refusals(pattern: String, message: String, hint: String) {
        do {
            _ = try GrokPattern(pattern)
            Issue.record("'\(pattern)' was taken")
        } catch {
            #expect(error.description.contains(message), "\(error)")
            #expect((error.hint ?? "").contains(hint), "\(error)")
        }
    }

    @Test("A pattern that refers to itself is refused")
    func recursion() throws {
        var known = GrokDefinitions()
        try known.define("A", "x%{B}")
        try known.define("B", "%{A}")
        #expect(throws: GrokError.self) { try GrokPattern("%{A}", definitions: known) }
    }

    @Test(
        "No line takes for ever",
        arguments: ["^(a+)+$", "[ab]+c", "[ab]+[ab]+c", "(?:[ab]+){1,3}c", "(?:.*a){12}c", "(a|aa)+$", "^(?:a*)*y"],
        [40, 2_000, 30_000, 250_000]
    )
    func limits(pattern: String, byteCount: Int) throws {
        let form = try GrokForm([try GrokPattern("\(pattern)|^xy%{INT:n}")])
        let table = try LineTable(form, [LineTable.Wanted("n", DataType(.string))])
        let line = String(repeating: "a", count: byteCount) + "b"
        let lines = Column.of([.string(line), .string("xy12"), .null], DataType(.string))
        var parsed: ParsedLines?
        let taken = try ContinuousClock().measure { parsed = try table.parse(lines) }
        let result = try #require(parsed)
        print("'\(pattern)' took \(taken) for a hostile line of \(byteCount) bytes")
        #expect(result.failures.map(\.row) == [0])
        #expect(result.columns[0].value(1) == .string("12"))
        #expect(taken < .seconds(20))
    }

    @Test("A match that begins late in a long line is found")
    func lateMatch() throws {
        let line = String(repeating: "a ", count: 10_000) + "n=7"
        #expect(try Self.fields(line, ["n=%{INT:n:int}"]) == ["n=7"])
    }

    @Test("A line that is too long is not read")
    func tooLong() throws {
        let form = try GrokForm([try GrokPattern("%{GREEDYDATA:all}")])
        let table = try LineTable(form, [LineTable.Wanted("all", DataType(.string))])
        let line = String(repeating: "a", count: LineLimits.byteCountMax + 1)
        let parsed = try table.parse(Column.of([.string(line)], DataType(.string)))
        #expect(parsed.failures.map(\.isLimit) == [true])
    }
}
