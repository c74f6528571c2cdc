import SluiceColumns

/// The type of a function's value, from the coerced types of its arguments.
struct ResultRule: Sendable {
    let type: @Sendable ([DataType]) -> DataType

    init(_ type: @escaping @Sendable ([DataType]) -> DataType) { self.type = type }

    /// NULL where an argument is.
    static func strict(_ logical: LogicalType) -> ResultRule {
        ResultRule { types in DataType(logical, nullable: types.contains(where: \.isNullable)) }
    }

    /// May always be NULL.
    static func nullable(_ logical: LogicalType) -> ResultRule { ResultRule { _ in DataType(logical) } }

    /// Never NULL.
    static func notNull(_ logical: LogicalType) -> ResultRule { ResultRule { _ in .notNull(logical) } }

    /// The type of the first argument; NULL where an argument is.
    static let asFirst = ResultRule { types in
        types[0].withoutTimeAttribute.nullable(types.contains(where: \.isNullable))
    }

    /// VARCHAR of the length of argument `index`; may always be NULL where `forced`, else where an argument is.
    static func varchar(lengthOf index: Int, forced: Bool) -> ResultRule {
        ResultRule { types in
            let isNullable = forced || types.contains(where: \.isNullable)
            return DataType(.varchar(types[index].logical.declaredLength), nullable: isNullable)
        }
    }
}

/// The arguments that a function takes, by position.
struct ArgumentList: Sendable {
    /// One per argument.
    let rules: [ArgumentRule]
    /// How many of the last may be left out.
    let optionalCount: Int
    /// Whether the last may come more than once.
    let repeatsLast: Bool

    init(_ rules: [ArgumentRule], optionalCount: Int = 0, repeatsLast: Bool = false) {
        self.rules = rules
        self.optionalCount = optionalCount
        self.repeatsLast = repeatsLast
    }

    /// The types to coerce `arguments` to.
    ///
    /// - Throws: `FunctionError` where their number or a type is wrong.
    func types(_ name: String, _ arguments: [ArgumentInfo]) throws -> [DataType] {
        try checkCount(name, arguments.count)
        var types: [DataType] = []
        for (index, argument) in arguments.enumerated() {
            let rule = rules[min(index, rules.count - 1)]
            guard let type = rule.coerce(argument.type) else {
                throw FunctionError.refused(name, index, rule.expectation, argument.type)
            }
            types.append(type)
        }
        return types
    }

    private func checkCount(_ name: String, _ count: Int) throws {
        let least = rules.count - optionalCount
        if count >= least, repeatsLast || count <= rules.count { return }
        let expected =
            repeatsLast ? "at least \(least)" : least == rules.count ? "\(least)" : "\(least) to \(rules.count)"
        throw FunctionError("\(name) takes \(expected) argument\(expected == "1" ? "" : "s"), not \(count)")
    }
}

extension FunctionError {
    /// Argument `index` (from 0) has a type that the function does not take.
    static func refused(_ name: String, _ index: Int, _ expectation: String, _ type: DataType) -> FunctionError {
        if type.logical == .null {
            return FunctionError(
                "argument \(index + 1) of \(name) is a NULL without a type",
                hint: "write CAST(NULL AS ...)",
                argument: index
            )
        }
        return FunctionError(
            "argument \(index + 1) of \(name) must be \(expectation), not \(type.nullable(true))",
            argument: index
        )
    }
}
