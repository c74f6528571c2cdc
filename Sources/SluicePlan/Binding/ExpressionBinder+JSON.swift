import SluiceColumns
import SluiceKernels
import SluiceSQL

extension ExpressionBinder {
    /// The arguments of a call with the clauses of JSON functions as constants, in the places that their family
    /// documents.
    func withJSONClauses(
        _ arguments: [BoundArgument],
        _ function: FunctionCall,
        _ name: String
    ) throws -> [BoundArgument] {
        switch name {
        case "JSON_OBJECT", "JSON_ARRAY":
            let fallback: JSONClauses.OnNull = name == "JSON_OBJECT" ? .null : .absent
            let onNull = function.json?.onNull ?? fallback
            let values = try zip(arguments, function.arguments).map { try inserted($0, $1.value) }
            return [BoundArgument(Self.text(onNull.keyword), function.span)] + values
        default:
            guard let json = function.json else { return arguments }
            return arguments + (try clauses(json, name, function.span))
        }
    }

    /// The arguments of an aggregate; those that make JSON get their ON NULL clause in front.
    func withJSONClauses(
        ofAggregate name: String,
        _ function: FunctionCall,
        _ arguments: [ScalarExpression]
    ) throws -> [ScalarExpression] {
        guard name == "JSON_ARRAYAGG" || name == "JSON_OBJECTAGG" else { return arguments }
        let onNull = function.json?.onNull ?? (name == "JSON_OBJECTAGG" ? .null : .absent)
        let values = try zip(arguments, function.arguments).map {
            try inserted(BoundArgument($0, $1.span), $1.value).expression
        }
        return [Self.text(onNull.keyword)] + values
    }

    /// A call of JSON_OBJECT or JSON_ARRAY inside another is JSON, not a text.
    private func inserted(_ argument: BoundArgument, _ syntax: Expression) throws -> BoundArgument {
        guard case .call(let call) = syntax.kind, ["JSON_OBJECT", "JSON_ARRAY"].contains(call.name.text.uppercased())
        else { return argument }
        return BoundArgument(try self.call("JSON", [argument.expression], at: argument.span), argument.span)
    }

    private func clauses(_ json: JSONClauses, _ name: String, _ span: SourceSpan) throws -> [BoundArgument] {
        func constant(_ text: String) -> BoundArgument { BoundArgument(Self.text(text), span) }
        let returning = try json.returning.map { try TypeBinder.bindCastTarget($0).logical.description } ?? "STRING"
        switch name {
        case "JSON_VALUE":
            return [constant(returning)] + (try behaviour(json.onEmpty, span)) + (try behaviour(json.onError, span))
        case "JSON_QUERY":
            let wrapper: String =
                switch json.wrapper ?? .without {
                case .without: "WITHOUT"
                case .conditional: "CONDITIONAL"
                case .unconditional: "UNCONDITIONAL"
                }
            let kinds = [json.onEmpty, json.onError].map { constant($0?.keyword ?? "NULL") }
            return [constant(returning), constant(wrapper)] + kinds
        case "JSON_EXISTS": return [constant(json.onError?.keyword ?? "FALSE")]
        default: return []
        }
    }

    /// The kind of a clause and the value of its DEFAULT.
    private func behaviour(_ clause: JSONClauses.Behaviour?, _ span: SourceSpan) throws -> [BoundArgument] {
        let kind = BoundArgument(Self.text(clause?.keyword ?? "NULL"), span)
        guard case .default(let value)? = clause else {
            return [kind, BoundArgument(.literal(.null, DataType(.null)), span)]
        }
        return [kind, BoundArgument(try bind(value), value.span)]
    }
}

extension JSONClauses.Behaviour {
    /// The words in front of ON EMPTY or ON ERROR.
    var keyword: String {
        switch self {
        case .error: "ERROR"
        case .null: "NULL"
        case .default: "DEFAULT"
        case .emptyArray: "EMPTY ARRAY"
        case .emptyObject: "EMPTY OBJECT"
        case .true: "TRUE"
        case .false: "FALSE"
        case .unknown: "UNKNOWN"
        }
    }
}

extension JSONClauses.OnNull {
    /// NULL or ABSENT.
    var keyword: String { self == .null ? "NULL" : "ABSENT" }
}
