import SluiceColumns

extension LineFunctions {
    /// Lines by patterns.
    static let patternFunctions = [
        ScalarFunction(
            "GROK",
            category: "lines",
            signature: "GROK(string, pattern1 [, pattern2]* [, definitions])",
            summary: "The fields that the first fitting pattern takes out of the string, as a row; NULL where none "
                + "fits. `%{NAME:field:type}` takes what a named pattern matches; definitions are a MAP of further "
                + "names. Not in Flink.",
            example: (
                expression: "GROK('GET /index 200', '%{WORD:method} %{NOTSPACE:path} %{INT:status:int}')",
                result: "(GET, /index, 200)"
            ),
            resolve: { arguments in
                guard arguments.count >= 2 else { throw FunctionError("GROK takes a string and patterns") }
                let form = try grokForm(arguments.map(\.literal), arguments.map(\.type))
                return try resolved("GROK", arguments, form.fields)
            },
            makeKernel: { call in try kernel(call, try grokForm(call.literals, call.argumentTypes)) }
        ),
        ScalarFunction(
            "PARSE_REGEX",
            category: "lines",
            signature: "PARSE_REGEX(string, pattern)",
            summary: "What the named groups of the regular expression take in its first match, as a row; NULL where "
                + "it does not match. Not in Flink.",
            example: (
                expression: "PARSE_REGEX('user=ann id=7', 'user=(?<name>\\w+) id=(?<id>\\d+)')",
                result: "(ann, 7)"
            ),
            resolve: { arguments in
                guard arguments.count == 2 else { throw FunctionError("PARSE_REGEX takes a string and a pattern") }
                let pattern = try text(arguments[1], 1, "the pattern of PARSE_REGEX")
                return try resolved("PARSE_REGEX", arguments, regexForm(pattern).fields)
            },
            makeKernel: { call in try kernel(call, try regexForm(call.literals[1]?.stringValue ?? "")) }
        ),
    ]

    private static func resolved(
        _ name: String,
        _ arguments: [ArgumentInfo],
        _ fields: [RowField]
    ) throws -> ResolvedSignature {
        guard let first = ArgumentRule.textOrNull.coerce(arguments[0].type) else {
            throw FunctionError.refused(name, 0, ArgumentRule.textOrNull.expectation, arguments[0].type)
        }
        return ResolvedSignature([first] + arguments.dropFirst().map(\.type), rowType(fields))
    }

    private static func regexForm(_ pattern: String) throws -> RegexForm {
        do {
            return try RegexForm(pattern)
        } catch {
            throw FunctionError(error.description, hint: error.hint, argument: 1)
        }
    }

    /// The form that the patterns of a call describe; the last argument may be a map of definitions.
    private static func grokForm(_ literals: [Value?], _ types: [DataType]) throws -> GrokForm {
        var patternEnd = literals.count
        var definitions = GrokDefinitions()
        if case .map? = types.last?.logical {
            patternEnd -= 1
            definitions = try grokDefinitions(literals[patternEnd], patternEnd)
        }
        guard patternEnd > 1 else { throw FunctionError("GROK takes a string and patterns") }
        var patterns: [GrokPattern] = []
        for index in 1..<patternEnd {
            let text = try text(ArgumentInfo(types[index], literal: literals[index]), index, "the pattern of GROK")
            do {
                patterns.append(try GrokPattern(text, definitions: definitions))
            } catch {
                throw FunctionError(error.description, hint: error.hint, argument: index)
            }
        }
        do {
            return try GrokForm(patterns)
        } catch {
            throw FunctionError(error.description, hint: error.hint, argument: patternEnd - 1)
        }
    }

    private static func grokDefinitions(_ literal: Value?, _ argument: Int) throws -> GrokDefinitions {
        guard case .map(let names, let values)? = literal else {
            throw FunctionError("the definitions of GROK must be a literal MAP", argument: argument)
        }
        var definitions = GrokDefinitions()
        for (name, value) in zip(names, values) {
            guard let name = name.stringValue, let value = value.stringValue else {
                throw FunctionError("the definitions of GROK are strings", argument: argument)
            }
            do {
                try definitions.define(name, value)
            } catch {
                throw FunctionError(error.description, hint: error.hint, argument: argument)
            }
        }
        return definitions
    }
}
