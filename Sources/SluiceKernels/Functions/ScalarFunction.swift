import SluiceColumns

/// A kernel of one call: whole columns in, whole column out.
///
/// Owned by one shard; may cache what it compiled.
///
/// - Parameters:
///   - arguments: one per argument, each with `rowCount` rows, constants not materialised.
///   - rowCount: rows of the result.
package typealias ScalarKernel = (_ arguments: [Column], _ rowCount: Int) throws -> Column

/// All facts about one scalar function or operator: the only place where it is described.
///
/// To add a function: a descriptor in a file of its family under `Functions/`, its name in that family's list, and a
/// script that tests it.
package struct ScalarFunction: Sendable, Hashable {
    /// How often the value has to be computed.
    package enum Determinism: Sendable {
        /// The same arguments always give the same value; may be folded.
        case deterministic
        /// One value for the whole statement (bounded) or evaluated per row (streaming), as CURRENT_TIMESTAMP.
        case perQuery
        /// A new value for each row, as RAND.
        case perRow
    }

    /// The name in upper case, or the symbol of an operator (`+`, `=`, `LIKE`).
    package var name: String
    /// Other names in upper case.
    package var aliases: [String]
    /// Heading in the documentation: `string`, `temporal`, `arithmetic`...
    package var category: String
    /// For example `SUBSTRING(string FROM integer1 [FOR integer2])`.
    package var signature: String
    /// One or two sentences.
    package var summary: String
    /// An expression and its value as text; a test runs it.
    package var example: (expression: String, result: String)?
    /// How often the value has to be computed.
    package var determinism: Determinism
    /// Checks the arguments and says what they must be coerced to and what comes out.
    package var resolve: @Sendable ([ArgumentInfo]) throws -> ResolvedSignature
    /// Compiles one call for one shard.
    package var makeKernel: @Sendable (ResolvedCall) throws -> ScalarKernel

    /// Makes a descriptor.
    package init(
        _ name: String,
        aliases: [String] = [],
        category: String,
        signature: String,
        summary: String,
        example: (expression: String, result: String)? = nil,
        determinism: Determinism = .deterministic,
        resolve: @escaping @Sendable ([ArgumentInfo]) throws -> ResolvedSignature,
        makeKernel: @escaping @Sendable (ResolvedCall) throws -> ScalarKernel
    ) {
        self.name = name
        self.aliases = aliases
        self.category = category
        self.signature = signature
        self.summary = summary
        self.example = example
        self.determinism = determinism
        self.resolve = resolve
        self.makeKernel = makeKernel
    }

    package static func == (lhs: ScalarFunction, rhs: ScalarFunction) -> Bool { lhs.name == rhs.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What the binder knows about one argument.
package struct ArgumentInfo: Sendable {
    /// Its type; `.null` for a bare NULL.
    package var type: DataType
    /// Its value where it is a literal (or folds to one); computed when asked for, since few functions ask.
    package var literal: Value? { makeLiteral() }
    /// Whether it stands as a literal in the statement, at most inside a CAST, rather than being computed.
    package var isWritten: Bool
    private let makeLiteral: @Sendable () -> Value?
    /// Makes the facts of one argument.
    package init(_ type: DataType, literal: Value? = nil, isWritten: Bool = true) {
        self.init(type, isWritten: isWritten) { literal }
    }
    /// Makes the facts of one argument whose value takes computing.
    package init(_ type: DataType, isWritten: Bool, folding: @escaping @Sendable () -> Value?) {
        self.type = type
        self.isWritten = isWritten
        makeLiteral = folding
    }
}

/// What a function asks for and what it gives, for one call.
package struct ResolvedSignature: Sendable {
    /// The type each argument must be implicitly cast to; where it equals the argument's type nothing is inserted.
    package var arguments: [DataType]
    /// The type of the value.
    package var result: DataType
    /// Makes a signature.
    package init(_ arguments: [DataType], _ result: DataType) {
        self.arguments = arguments
        self.result = result
    }
}

/// A call that is about to be compiled.
package struct ResolvedCall: Sendable {
    /// Types of the arguments after coercion.
    package var argumentTypes: [DataType]
    /// Values of the arguments that are literals, nil for the others.
    package var literals: [Value?]
    /// The type of the value.
    package var type: DataType
    /// Session facts.
    package var context: EvaluationContext
    /// Makes a call.
    package init(argumentTypes: [DataType], literals: [Value?], type: DataType, context: EvaluationContext) {
        self.argumentTypes = argumentTypes
        self.literals = literals
        self.type = type
        self.context = context
    }
}

/// Why a call cannot be resolved: wrong number or types of arguments, a literal out of range.
///
/// The binder adds the place.
package struct FunctionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence for the user.
    package var message: String
    /// What to write instead.
    package var hint: String?
    /// Index of the argument at fault.
    package var argument: Int?
    /// Makes an error.
    package init(_ message: String, hint: String? = nil, argument: Int? = nil) {
        self.message = message
        self.hint = hint
        self.argument = argument
    }
    /// The message.
    package var description: String { message }
}
