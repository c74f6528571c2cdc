import SluiceColumns

/// Describes one option of a connector or format: the documentation and the check come from here.
public struct OptionDescriptor: Sendable, Hashable {
    /// The key; `#` stands for a field name, as in `fields.#.kind`.
    public var key: String
    /// The form of the value: `string`, `integer`, `boolean`, `duration`, `memory size`, `a|b|c`.
    public var form: String
    /// The default as text; nil where there is none.
    public var defaultValue: String?
    /// Whether the table is refused without it.
    public var isRequired: Bool
    /// One sentence.
    public var summary: String
    /// Makes a description.
    public init(
        _ key: String,
        _ form: String,
        default defaultValue: String? = nil,
        required: Bool = false,
        _ summary: String
    ) {
        self.key = key
        self.form = form
        self.defaultValue = defaultValue
        self.isRequired = required
        self.summary = summary
    }
}

/// Hands out the options of a table one by one; what nobody asked for is an error in the end.
///
/// Parsing follows Flink: durations `10 s`, `5min`, `100ms`; memory sizes `64 kb`, `128mb`; booleans `true`/`false`.
public struct OptionReader: Sendable {
    private let options: [String: String]
    private var taken: Set<String> = []

    /// Makes a reader over the `WITH` options of a table.
    public init(_ options: [String: String]) { self.options = options }

    /// The value of `key` as it stands, nil where it was not given.
    public mutating func string(_ key: String) -> String? {
        taken.insert(key)
        return options[key]
    }

    /// The value of a key that must be given.
    public mutating func requiredString(_ key: String) throws(ConnectorError) -> String {
        guard let value = string(key) else {
            throw ConnectorError(.user, "missingOption", "the option '\(key)' is required", option: key)
        }
        return value
    }

    /// `true` or `false`, in any case.
    public mutating func boolean(_ key: String) throws(ConnectorError) -> Bool? {
        guard let text = string(key) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw bad(key, text, "true or false")
        }
    }

    /// A whole number.
    public mutating func integer(_ key: String) throws(ConnectorError) -> Int64? {
        guard let text = string(key) else { return nil }
        guard let value = Int64(Self.trimmed(text)) else { throw bad(key, text, "a whole number") }
        return value
    }

    /// A decimal number.
    public mutating func number(_ key: String) throws(ConnectorError) -> Double? {
        guard let text = string(key) else { return nil }
        guard let value = Double(Self.trimmed(text)) else { throw bad(key, text, "a number") }
        return value
    }

    /// One of `choices`, in any case.
    public mutating func choice(_ key: String, _ choices: [String]) throws(ConnectorError) -> String? {
        guard let text = string(key) else { return nil }
        guard let match = choices.first(where: { $0.lowercased() == text.lowercased() }) else {
            var error = bad(key, text, choices.joined(separator: ", "))
            error.choices = choices
            throw error
        }
        return match
    }

    /// A duration in milliseconds: a number and one of ns, us, ms, s, min, h, d or their long names; ms without one.
    public mutating func durationMillis(_ key: String) throws(ConnectorError) -> Int64? {
        guard let text = string(key) else { return nil }
        guard let value = DurationText.parseMillis(text) else { throw bad(key, text, "a duration such as '10 s'") }
        return value
    }

    /// A size in bytes: a number and one of b, kb, mb, gb, tb; bytes without one.
    public mutating func memoryBytes(_ key: String) throws(ConnectorError) -> Int? {
        guard let text = string(key) else { return nil }
        guard let value = MemorySizeText.parseBytes(text) else { throw bad(key, text, "a size such as '64 kb'") }
        return value
    }

    /// Every key that starts with `prefix`, with its value; all count as taken.
    public mutating func all(prefix: String) -> [String: String] {
        let found = options.filter { $0.key.hasPrefix(prefix) }
        taken.formUnion(found.keys)
        return found
    }

    /// The keys that were asked for, given or not, sorted: what an unknown key may have been meant to be.
    public var knownKeys: [String] { taken.sorted() }

    /// The keys that nobody asked for, sorted.
    public var leftovers: [String] { options.keys.filter { !taken.contains($0) }.sorted() }

    private func bad(_ key: String, _ text: String, _ expected: String) -> ConnectorError {
        ConnectorError(.user, "badOption", "'\(key)' = '\(text)': expected \(expected)", option: key)
    }

    private static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
