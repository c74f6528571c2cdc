/// Stored state that cannot be read or written, with who must act.
package struct StateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Who must act.
    package enum Domain: String, Sendable {
        /// Who started the job.
        case user
        /// The disk or the service that keeps the state.
        case external
    }
    /// Who must act.
    package var domain: Domain
    /// Stable code, for example `stateInUse`, `newerFormat`, `storageFailed`, `fenced`.
    package var code: String
    /// What happened, where, and what to do.
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
