import SluiceColumns

/// Lines that one of several grok patterns fits, tried in order.
package struct GrokForm: LineForm {
    package let fields: [RowField]
    private let patterns: [GrokPattern]

    /// Joins the fields of the patterns.
    ///
    /// - Throws: where a field has different types in different patterns.
    package init(_ patterns: [GrokPattern]) throws(GrokError) {
        var fields: [RowField] = []
        for field in patterns.flatMap(\.fields) {
            guard let known = fields.first(where: { $0.name == field.name }) else {
                fields.append(field)
                continue
            }
            guard known.type == field.type else {
                throw GrokError(
                    description: "the field '\(field.name)' is \(known.type.logical) in one pattern and "
                        + "\(field.type.logical) in another",
                    hint: "give it the same type in all patterns"
                )
            }
        }
        self.patterns = patterns
        self.fields = fields
    }

    package func makeParser(for names: [String]) throws -> any LineParser {
        let wanted = try places(of: names)
        let steps = try patterns.map { pattern in
            let groups = pattern.groupFields.enumerated().flatMap { group, own -> [PatternStep.Group] in
                let place = fields.firstIndex { $0.name == pattern.fields[own].name }
                return wanted.indices.filter { wanted[$0] == place }.map {
                    PatternStep.Group(number: group + 1, field: $0)
                }
            }
            return PatternStep(try RegexProgram(linePattern: pattern.expression), groups)
        }
        return LineLoop(PatternReader(steps), fieldCount: names.count)
    }
}

/// Lines that a regular expression of Java fits, whose named groups are the fields.
package struct RegexForm: LineForm {
    package let fields: [RowField]
    private let expression: [UInt8]

    /// Checks the pattern.
    ///
    /// - Throws: where it is none, or has no named group.
    package init(_ pattern: String) throws(GrokError) {
        do {
            expression = try JavaPattern.translated(Array(pattern.utf8))
        } catch {
            switch error {
            case .invalid: throw GrokError(description: "'\(pattern)' is no regular expression", hint: nil)
            case .unsupported(let what): throw GrokError(description: "\(what) is not supported", hint: nil)
            }
        }
        do {
            _ = try RegexProgram(linePattern: expression)
        } catch {
            throw GrokError(
                description: "'\(pattern)' is no regular expression: \(error.reason), near offset \(error.offset)",
                hint: nil
            )
        }
        fields = RegexForm.names(pattern).map { RowField($0, DataType(.string)) }
        guard !fields.isEmpty else {
            throw GrokError(description: "the regular expression has no named group", hint: "write (?<name>...)")
        }
    }

    /// The names of groups, in order; each once.
    private static func names(_ pattern: String) -> [String] {
        var names: [String] = []
        var rest = pattern[...]
        var isEscaped = false
        while let first = rest.first {
            if !isEscaped, rest.hasPrefix("(?<"), let end = rest.firstIndex(of: ">") {
                let name = String(rest[rest.index(rest.startIndex, offsetBy: 3)..<end])
                let isName = !name.isEmpty && name.utf8.allSatisfy(GrokExpansion.isNameByte)
                if isName, !names.contains(name) { names.append(name) }
            }
            isEscaped = first == "\\" && !isEscaped
            rest.removeFirst()
        }
        return names
    }

    package func makeParser(for names: [String]) throws -> any LineParser {
        _ = try places(of: names)
        let program = try RegexProgram(linePattern: expression)
        let groups = names.enumerated().compactMap { index, name in
            program.group(named: name).map { PatternStep.Group(number: $0, field: index) }
        }
        return LineLoop(PatternReader([PatternStep(program, groups)]), fieldCount: names.count)
    }
}

/// One of the patterns that are tried.
struct PatternStep {
    /// A group of the expression and the field that it fills.
    struct Group {
        let number: Int
        let field: Int
    }

    let program: RegexProgram
    let groups: [Group]

    init(_ program: RegexProgram, _ groups: [Group]) {
        self.program = program
        self.groups = groups
    }
}

/// Reads lines by the first pattern that fits.
struct PatternReader: LineReader {
    private let steps: [PatternStep]

    init(_ steps: [PatternStep]) { self.steps = steps }

    func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        var problem = LineProblem.form("no pattern fits the line")
        for step in 0..<steps.count {
            switch steps[step].program.search(in: line) {
            case .match:
                take(steps[step], &fields)
                return nil
            case .noMatch: continue
            case .tooManySteps: problem = .tooManySteps
            }
        }
        return problem
    }

    private func take(_ step: PatternStep, _ fields: inout LineFields) {
        for group in step.groups where !fields.isPresent(group.field) {
            if let range = step.program.range(group.number) { fields.set(group.field, range) }
        }
    }
}
