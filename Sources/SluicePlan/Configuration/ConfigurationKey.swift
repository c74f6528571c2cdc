import SluiceConnect

/// All facts about one key of the configuration.
package struct ConfigurationKey: Sendable, Hashable {
    /// What a value looks like.
    package enum Form: Sendable, Hashable {
        case boolean
        case integer
        case number
        case duration
        case memory
        case text
        /// One of these, in any case.
        case choice([String])
    }
    /// What follows from setting a key.
    package enum Effect: Sendable, Hashable {
        /// It is read.
        case read
        /// None: jobs of other engines set the key, and results do not depend on it here.
        case none
        /// A value but the default is refused, for the key promises what this engine does not keep; the text says what.
        case refused(String)
    }
    /// For example `table.exec.state.ttl`.
    package var key: String
    /// What a value looks like.
    package var form: Form
    /// What holds where the key is not set; nil is nothing.
    package var defaultValue: String?
    /// One or two sentences.
    package var summary: String
    /// What follows from setting the key.
    package var effect: Effect
    /// Makes a key.
    package init(
        _ key: String,
        _ form: Form,
        default defaultValue: String? = nil,
        _ summary: String,
        effect: Effect = .read
    ) {
        self.key = key
        self.form = form
        self.defaultValue = defaultValue
        self.summary = summary
        self.effect = effect
    }

    /// Says what is wrong with `value`, nil if nothing is.
    package func complaint(about value: String) -> String? {
        let expected: String
        switch form {
        case .text: return nil
        case .boolean:
            if ["true", "false"].contains(value.lowercased()) { return nil }
            expected = "true or false"
        case .integer:
            if Int64(value) != nil { return nil }
            expected = "a whole number"
        case .number:
            if Double(value) != nil { return nil }
            expected = "a number"
        case .duration:
            if DurationText.parseMillis(value) != nil { return nil }
            expected = "a duration such as '10 s'"
        case .memory:
            if MemorySizeText.parseBytes(value) != nil { return nil }
            expected = "a size such as '64 mb'"
        case .choice(let choices):
            if choices.contains(where: { $0.lowercased() == value.lowercased() }) { return nil }
            expected = choices.joined(separator: ", ")
        }
        return "'\(key)' = '\(value)': expected \(expected)"
    }
}
