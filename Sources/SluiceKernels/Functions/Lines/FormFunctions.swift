import SluiceColumns

extension LineFunctions {
    /// Lines of a form that is known by itself.
    static let formFunctions = [
        fixed(
            "PARSE_CLF",
            "PARSE_CLF(string)",
            "The parts of a line of a web server's log in the common or the combined log format",
            ("(PARSE_CLF('::1 - - [29/Feb/2024:12:34:56 +0000] \"GET /a HTTP/1.1\" 200 5')).path", "/a")
        ) { _ in AccessLogForm() },
        fixed(
            "PARSE_USER_AGENT",
            "PARSE_USER_AGENT(string)",
            "What the User-Agent of a request says: browser, os, their versions, and the device, which is desktop, "
                + "mobile, tablet, bot or tool",
            ("PARSE_USER_AGENT('curl/8.5.0')", "(curl, 8.5.0, NULL, NULL, tool)")
        ) { _ in UserAgentForm() },
        ScalarFunction(
            "PARSE_SYSLOG",
            category: "lines",
            signature: "PARSE_SYSLOG(string [, year])",
            summary: "The parts of a message of syslog, of RFC 5424 or RFC 3164, as a row; NULL where the string is "
                + "none. The year is that of times without one, by default the latest that puts them no more than a "
                + "day ahead of the clock. Not in Flink.",
            example: (
                expression: "(PARSE_SYSLOG('<34>Oct 11 22:14:15 host su[7]: failed', 2024)).app",
                result: "su"
            ),
            determinism: .perQuery,
            resolve: { arguments in
                guard (1...2).contains(arguments.count) else {
                    throw FunctionError("PARSE_SYSLOG takes a string and a year")
                }
                if arguments.count == 2 { _ = try year(arguments[1].literal) }
                let types = arguments.dropFirst().map(\.type)
                let fields = SyslogForm(year: .fixed(1970)).fields
                return ResolvedSignature([try line("PARSE_SYSLOG", arguments[0])] + types, rowType(fields))
            },
            makeKernel: { call in
                let year = call.literals.count == 2 ? try Self.year(call.literals[1]) : .latest(call.context.clock)
                return try kernel(call, SyslogForm(year: year))
            }
        ),
    ]

    /// Lines whose keys are fields; which of them are wanted is said in the call.
    static let keyFunctions = [
        open(
            "PARSE_CEF",
            "PARSE_CEF(string [, key]*)",
            "The header of an event in the Common Event Format and the values of keys of its extension",
            ("(PARSE_CEF('CEF:0|a|b|1|100|worm|10|src=10.0.0.1 spt=80', 'spt:int')).spt", "80")
        ) { _ in CEFForm() },
        open(
            "PARSE_LEEF",
            "PARSE_LEEF(string [, key]*)",
            "The header of an event in the Log Event Extended Format and the values of keys of its attributes",
            ("(PARSE_LEEF('LEEF:2.0|a|b|1|42|^|src=10.0.0.1^sev=5', 'sev:int')).sev", "5")
        ) { _ in LEEFForm() },
        open(
            "PARSE_LOGFMT",
            "PARSE_LOGFMT(string, key [, key]*)",
            "The values of keys in a line of the form key=value key=\"a value\"",
            ("PARSE_LOGFMT('level=info took=12 msg=\"all well\"', 'msg', 'took:int')", "(all well, 12)")
        ) { _ in PairsForm.logfmt },
        open(
            "PARSE_KEY_VALUE",
            "PARSE_KEY_VALUE(string, pair_delimiter, key_delimiter, key [, key]*)",
            "The values of keys in pairs between delimiters of one character each; values may stand in double quotes",
            ("PARSE_KEY_VALUE('a:1;b:\"x;y\"', ';', ':', 'b', 'a:int')", "(x;y, 1)"),
            leading: 2
        ) { literals in
            var rules = PairsForm.Rules()
            rules.pairDelimiter = try byte(literals, 1)
            rules.keyDelimiter = try byte(literals, 2)
            return PairsForm(rules)
        },
    ]

    private static func line(_ name: String, _ argument: ArgumentInfo) throws -> DataType {
        if let type = ArgumentRule.textOrNull.coerce(argument.type) { return type }
        throw FunctionError.refused(name, 0, ArgumentRule.textOrNull.expectation, argument.type)
    }

    private static func year(_ literal: Value?) throws -> SyslogForm.Year {
        guard let year = literal?.integerValue, (1...9999).contains(year) else {
            throw FunctionError("the year of PARSE_SYSLOG must be a literal from 1 to 9999", argument: 1)
        }
        return .fixed(Int(year))
    }

    private static func byte(_ literals: [Value?], _ index: Int) throws -> UInt8 {
        guard case .bytes(let bytes)? = literals[index], bytes.count == 1 else {
            throw FunctionError("a delimiter of PARSE_KEY_VALUE must be a literal of one byte", argument: index)
        }
        return bytes[0]
    }

    /// A function of one line.
    private static func fixed(
        _ name: String,
        _ signature: String,
        _ summary: String,
        _ example: (String, String),
        _ form: @escaping @Sendable (_ literals: [Value?]) throws -> any LineForm
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "lines",
            signature: signature,
            summary: "\(summary), as a row; NULL where the string is none. Not in Flink.",
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                guard arguments.count == 1 else { throw FunctionError("\(name) takes a string") }
                return ResolvedSignature([try line(name, arguments[0])], rowType(try form([]).fields))
            },
            makeKernel: { call in try kernel(call, try form(call.literals)) }
        )
    }

    /// A function of a line, `leading` arguments that say how it is read, and the keys that are wanted.
    private static func open(
        _ name: String,
        _ signature: String,
        _ summary: String,
        _ example: (String, String),
        leading: Int = 0,
        _ form: @escaping @Sendable (_ literals: [Value?]) throws -> any LineForm
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "lines",
            signature: signature,
            summary: "\(summary), as a row; a key is written 'name' or 'name:type', with the types of GROK. NULL where "
                + "the string has another form. Not in Flink.",
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                guard arguments.count > leading else { throw FunctionError("\(name) takes too few arguments") }
                let form = try form(arguments.map(\.literal))
                let fields = form.fields + (try keys(name, arguments.map(\.literal), from: leading + 1))
                guard !fields.isEmpty else { throw FunctionError("\(name) needs the keys that are wanted") }
                let types = arguments.dropFirst().map(\.type)
                return ResolvedSignature([try line(name, arguments[0])] + types, rowType(fields))
            },
            makeKernel: { call in
                let form = try form(call.literals)
                return try kernel(call, form, more: try keys(name, call.literals, from: leading + 1))
            }
        )
    }

    private static func keys(_ name: String, _ literals: [Value?], from start: Int) throws -> [RowField] {
        var fields: [RowField] = []
        for index in start..<max(start, literals.count) {
            guard let text = literals[index]?.stringValue, !text.isEmpty else {
                throw FunctionError(
                    "a key of \(name) must be a literal",
                    hint: "the columns of the result follow from it",
                    argument: index
                )
            }
            var type = LogicalType.string
            var key = text
            if let colon = text.lastIndex(of: ":") {
                let written = text[text.index(after: colon)...].lowercased()
                guard let known = GrokExpansion.types[written] else {
                    throw FunctionError(
                        "no type '\(written)'",
                        hint: "types are \(GrokExpansion.types.keys.sorted().joined(separator: ", "))",
                        argument: index
                    )
                }
                type = known
                key = String(text[..<colon])
            }
            fields.append(RowField(key, DataType(type)))
        }
        return fields
    }
}
