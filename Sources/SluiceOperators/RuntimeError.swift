/// A job that cannot go on, with who must act.
package struct RuntimeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Who must act.
    package enum Domain: String, Sendable {
        case user
        case external
        case `internal`
    }
    /// Who must act.
    package var domain: Domain
    /// Stable code.
    package var code: String
    /// What happened and what to do.
    package var message: String
    /// Makes an error.
    package init(_ domain: Domain, _ code: String, _ message: String) {
        self.domain = domain
        self.code = code
        self.message = message
    }
    /// Reads `code: message`.
    package var description: String { "\(code): \(message)" }
}
