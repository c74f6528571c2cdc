import SluiceColumns
import Testing

@testable import SluiceKernels

/// Lines taken apart; expected values are read off the lines and the documents that define the forms.
@Suite("Forms of lines")
struct LineFormTests {
    /// The wanted fields of one line, as texts; nil where the line has another form.
    static func read(_ line: String, _ form: any LineForm, _ names: [String]) throws -> [String?]? {
        let parsed = try form.makeParser(for: names).texts(of: Column.of([.string(line)], DataType(.string)))
        return parsed.failures.isEmpty ? parsed.columns.map { $0.value(0).stringValue } : nil
    }

    static let clfNames = ["host", "ident", "user_name", "event_time", "method", "path", "protocol", "status", "bytes"]

    @Test("Access logs")
    func accessLogs() throws {
        let form = AccessLogForm()
        let time = "29/Feb/2024:12:34:56 +0100"
        #expect(
            try Self.read("h - ann lee [\(time)] \"GET /a b HTTP/1.1\" 200 5", form, Self.clfNames)
                == ["h", nil, "ann lee", time, "GET", "/a b", "HTTP/1.1", "200", "5"]
        )
        #expect(
            try Self.read(
                "h - - [\(time)] \"GET /\" 404 - \"http://r\" \"a \\\" b\" more",
                form,
                ["path", "bytes", "referer", "user_agent"]
            )
                == ["/", nil, "http://r", "a \\\" b"]
        )
        #expect(try Self.read("h - - [\(time)] \"-\" 408 0", form, ["request", "method"]) == [nil, nil])
        for bad in [
            "", "h", "h - -", "h - - [\(time)", "h - - [\(time)] GET", "h - - [\(time)] \"GET",
            "h - - [\(time)] \"x\" 200",
        ] {
            #expect(try Self.read(bad, form, ["host"]) == nil, "\(bad)")
        }
        #expect(throws: FunctionError.self) { try form.makeParser(for: ["hots"]) }
    }

    static let syslogNames = [
        "facility", "severity", "version", "event_time", "host", "app", "process_id", "message_id",
    ]

    @Test("Syslog of RFC 5424")
    func structuredSyslog() throws {
        let form = SyslogForm(year: .fixed(2024))
        #expect(
            try Self.read(
                "<34>1 2003-10-11T22:14:15.003Z h su - ID47 - \u{feff}text",
                form,
                Self.syslogNames + ["message"]
            )
                == ["4", "2", "1", "2003-10-11T22:14:15.003000+00:00", "h", "su", nil, "ID47", "text"]
        )
        let data = "[a@1 x=\"1\" y=\"q\\\"]\"][b]"
        #expect(
            try Self.read(
                "<165>1 2003-08-24T05:14:15.000003-07:00 - p 8 - \(data) m",
                form,
                ["event_time", "structured_data", "message"]
            )
                == ["2003-08-24T05:14:15.000003-07:00", data, "m"]
        )
        #expect(try Self.read("<0>1 - - - - - -", form, ["facility", "event_time", "message"]) == ["0", nil, nil])
        for bad in [
            "<192>1 - - - - - -", "<1>1 - - - - -", "<1>1 - - - - - [a", "<1>1 - h  p - - -", "<1", "<>1 - - - - - -",
        ] {
            #expect(try Self.read(bad, form, ["host"]) == nil, "\(bad)")
        }
    }

    @Test("Syslog of RFC 3164")
    func plainSyslog() throws {
        let form = SyslogForm(year: .fixed(2024))
        let names = ["severity", "event_time", "host", "app", "process_id", "message"]
        #expect(
            try Self.read("<34>Oct 11 22:14:15 h su: 'su root' failed", form, names)
                == ["2", "2024-10-11T22:14:15.000000+00:00", "h", "su", nil, "'su root' failed"]
        )
        #expect(
            try Self.read("Feb  9 01:02:03 h sshd(pam)[19]: x: y", form, names)
                == [nil, "2024-02-09T01:02:03.000000+00:00", "h", "sshd(pam)", "19", "x: y"]
        )
        #expect(try Self.read("Feb 29 2023 01:02:03 h a: m", form, names) == nil, "2023 had no such day")
        #expect(try Self.read("Feb  9 01:02:03 h -- MARK --", form, names)?.last == "-- MARK --")
        #expect(
            try Self.read("2024-02-29T12:34:56.5+01:00 h a: m", form, names)?[1] == "2024-02-29T12:34:56.500000+01:00"
        )
        for bad in [
            "Foo  9 01:02:03 h a: m", "Feb  9 25:02:03 h a: m", "Feb 30 01:02:03 h a: m", "Feb  9 01:02:03", "x",
        ] {
            #expect(try Self.read(bad, form, names) == nil, "\(bad)")
        }
    }

    @Test("A year that no line says is the latest that is not ahead of the clock")
    func years() throws {
        // 2024-03-01 00:00:00 UTC.
        let form = SyslogForm(year: .latest { 1_709_251_200_000_000 })
        for (line, time) in [
            ("Mar  2", "2024-03-02"), ("Mar  3", "2023-03-03"), ("Dec 31", "2023-12-31"), ("Feb 29", "2024-02-29"),
        ] {
            #expect(
                try Self.read("\(line) 01:02:03 h a: m", form, ["event_time"])?[0]?.hasPrefix(time) == true,
                "\(line)"
            )
        }
    }

    @Test("Common Event Format")
    func cef() throws {
        let form = CEFForm()
        let line =
            "Sep 19 08:26:10 host CEF:0|Vendor|Pro\\|duct|1.0|100|a name|10|src=10.0.0.1 act=b \\= c "
            + "msg=long text\\nmore dst=2.1.2.2"
        #expect(
            try Self.read(
                line,
                form,
                [
                    "cef_version", "device_vendor", "device_product", "name", "severity", "src", "act", "msg", "dst",
                    "spt",
                ]
            )
                == ["0", "Vendor", "Pro|duct", "a name", "10", "10.0.0.1", "b = c", "long text\nmore", "2.1.2.2", nil]
        )
        #expect(try Self.read("CEF:1|a|b|c|d|e|5", form, ["severity", "extension"]) == ["5", nil])
        #expect(try Self.read("CEF:1|a|b|c|d|e|5|x=1 x=2", form, ["x"]) == ["2"])
        for bad in ["", "CEF:0", "CEF:0|a|b|c|d|e", "xCEF:0|a|b|c|d|e|5|"] {
            #expect(try Self.read(bad, form, ["name"]) == nil, "\(bad)")
        }
    }

    @Test("Log Event Extended Format")
    func leef() throws {
        let form = LEEFForm()
        let names = ["vendor", "event_id", "src", "sev"]
        #expect(
            try Self.read("LEEF:1.0|IBM|QRadar|7|42|src=1.1.1.1\tsev=5 6", form, names) == [
                "IBM", "42", "1.1.1.1", "5 6",
            ]
        )
        #expect(try Self.read("LEEF:2.0|IBM|QRadar|7|42|^|src=1^sev=a=b", form, names) == ["IBM", "42", "1", "a=b"])
        #expect(try Self.read("LEEF:2.0|IBM|QRadar|7|42|0x5e|src=1^sev=2", form, names) == ["IBM", "42", "1", "2"])
        #expect(try Self.read("LEEF:2.0|IBM|QRadar|7|42||src=1\tsev=2", form, names) == ["IBM", "42", "1", "2"])
        for bad in ["LEEF:1.0|a|b|c", "", "LEEF"] { #expect(try Self.read(bad, form, names) == nil, "\(bad)") }
    }

    @Test("Pairs")
    func pairs() throws {
        let line = "at=info msg=\"a \\\"b\\\" c\" fast  n=1 n=2 e= q=\"\""
        #expect(
            try Self.read(line, PairsForm.logfmt, ["at", "msg", "fast", "n", "e", "q", "none"])
                == ["info", "a \"b\" c", "true", "2", "", "", nil]
        )
        var rules = PairsForm.Rules()
        (rules.pairDelimiter, rules.keyDelimiter, rules.quote) = (UInt8(ascii: ";"), UInt8(ascii: ":"), nil)
        #expect(try Self.read(" a : 1 ;b:\"x;c:y z", PairsForm(rules), ["a", "b", "c"]) == ["1", "\"x", "y z"])
        for bad in ["", "   ", "=x", "a=\"b"] { #expect(try Self.read(bad, PairsForm.logfmt, ["a"]) == nil, "\(bad)") }
        #expect(try Self.read("only words", PairsForm(PairsForm.Rules()), ["a"]) == nil)
    }

    static let agents: [(String, [String?])] = [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "Chrome/120.0.0.0 Safari/537.36 Edg/120.0.1",
            ["Edge", "120.0.1", "Windows", "10", "desktop"]
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 "
                + "(KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
            ["Safari", "17.1", "iOS", "17.1", "mobile"]
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0",
            ["Firefox", "122.0", "Linux", nil, "desktop"]
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "Chrome/119.0.0.0 Safari/537.36",
            ["Chrome", "119.0.0.0", "Android", "13", "tablet"]
        ),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            ["Googlebot", "2.1", nil, nil, "bot"]
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
            ["Internet Explorer", "11.0", "Windows", "7", "desktop"]
        ),
        ("curl/8.5.0", ["curl", "8.5.0", nil, nil, "tool"]),
        ("python-requests/2.31", ["python-requests", "2.31", nil, nil, "tool"]),
        ("-", ["-", nil, nil, nil, "tool"]),
    ]

    @Test("User agents", arguments: agents)
    func userAgents(text: String, expected: [String?]) throws {
        let names = ["browser", "browser_version", "os", "os_version", "device"]
        #expect(try Self.read(text, UserAgentForm(), names) == expected)
        #expect(try Self.read("", UserAgentForm(), names) == nil)
    }

    @Test("A regular expression's named groups")
    func regex() throws {
        let form = try RegexForm("(?<verb>\\w+) (?:/(?<rest>\\S*))?")
        #expect(form.fields.map(\.name) == ["verb", "rest"])
        #expect(try Self.read("GET /a", form, ["rest", "verb"]) == ["a", "GET"])
        #expect(try Self.read("GET x", form, ["rest", "verb"]) == [nil, "GET"])
        #expect(try Self.read("!", form, ["verb"]) == nil)
        #expect(throws: GrokError.self) { try RegexForm("(\\w+)") }
        #expect(throws: GrokError.self) { try RegexForm("(?<a>") }
    }

    @Test("Values that do not fit their type are NULL, and reported behind the lines")
    func conversions() throws {
        let wanted = [
            LineTable.Wanted("a", DataType(.int)), LineTable.Wanted("t", DataType(.timestamp(3))),
            LineTable.Wanted("u", DataType(.timestampLTZ(3))), LineTable.Wanted("b", DataType(.boolean)),
        ]
        let patterns = ["yyyy/MM/dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ssXXX"]
        let table = try LineTable(PairsForm.logfmt, wanted, timePatterns: patterns)
        let lines: [Value] = [
            .string("a=1 t=2024/02/29T12:34 u=2024-02-29T12:34:56+01:00 b=true"), .string("a=x t=now b=maybe"),
            .string("="), .null,
        ]
        let parsed = try table.parse(Column.of(lines, DataType(.string)))
        #expect(
            parsed.columns.map { $0.value(0) } == [
                .integer(1), .integer(1_709_210_040_000_000), .integer(1_709_206_496_000_000), .boolean(true),
            ]
        )
        #expect(parsed.columns.allSatisfy { $0.isNull(1) && $0.isNull(2) && $0.isNull(3) })
        #expect(parsed.failures.map(\.row) == [2, 1, 1, 1])
        #expect(parsed.failures.map(\.field) == [nil, 0, 1, 3])
    }
}
