import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluiceState

/// Why a job failed, and who can do something about it.
package struct FailureReport: Sendable {
    /// Who must act.
    package enum Actor: Sendable, Hashable {
        /// The author of the SQL or its options.
        case author
        /// The author of the query, or of its data: an expression had no value.
        case query
        /// Whoever runs the machine, its disks and its network.
        case operations
        /// The makers of the engine.
        case makers
    }
    /// `code: message`.
    package var text: String
    /// Who must act.
    package var actor: Actor
    /// Whether nothing went wrong but the reader of standard output has gone.
    package var isOutputClosed = false

    /// Sorts an error that a session threw; one of an unknown kind is a defect of the engine.
    package init(_ error: any Error) {
        text = "\(error)"
        switch error {
        case let error as ConnectorError:
            isOutputClosed = error.code == "brokenPipe"
            switch error.domain {
            case .user: actor = .author
            case .external: actor = .operations
            case .internal: actor = .makers
            }
        case let error as RuntimeError:
            switch error.domain {
            case .user: actor = .author
            case .external: actor = .operations
            case .internal: actor = .makers
            }
        case let error as StateError: actor = error.domain == .user ? .author : .operations
        case is EvaluationError: actor = .query
        default: actor = .makers
        }
    }
}
