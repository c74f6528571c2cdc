import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluiceSQL

/// A job that cannot be built or cannot go on.
public struct StreamError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable code, for example `unknownColumn` or `missingFile`.
    public let code: String
    /// What happened and what to do; for SQL with the place.
    public let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: SQLError, in text: String) {
        self.init("\(error.code)", Diagnostic(error, in: text).description)
    }

    init(_ error: any Error) {
        switch error {
        case let error as StreamError: self = error
        case let error as ConnectorError: self.init(error.code, error.message)
        case let error as RuntimeError: self.init(error.code, error.message)
        case let error as EvaluationError: self.init(error.code, error.message)
        default: self.init("failed", "\(error)")
        }
    }

    /// Reads `code: message`.
    public var description: String { "\(code): \(message)" }
}
