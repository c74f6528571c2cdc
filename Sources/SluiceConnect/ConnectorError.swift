/// What went wrong outside of the engine, who must act, and where.
public struct ConnectorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Who can do something about it.
    public enum Domain: String, Sendable {
        /// The author of the SQL or its options.
        case user
        /// A file, disk, network or service.
        case external
        /// A defect of the engine.
        case `internal`
    }
    /// Who must act.
    public var domain: Domain
    /// A stable code; scripts match on it.
    ///
    /// For example `missingFile`, `badRecord`, `diskFull`.
    public var code: String
    /// A sentence: what happened, to which file or option, and what to do.
    public var message: String
    /// The option at fault, if one is.
    public var option: String?
    /// Values that the option could have; the nearest one is suggested.
    public var choices: [String]
    /// Whether a retry can help.
    public var isRetryable: Bool
    /// Makes an error.
    public init(
        _ domain: Domain,
        _ code: String,
        _ message: String,
        option: String? = nil,
        choices: [String] = [],
        isRetryable: Bool = false
    ) {
        self.domain = domain
        self.code = code
        self.message = message
        self.option = option
        self.choices = choices
        self.isRetryable = isRetryable
    }
    /// Reads `code: message`.
    public var description: String { "\(code): \(message)" }
}
