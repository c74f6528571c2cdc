import SluiceColumns

extension AggregateFunctions {
    /// `PERCENTILE(value, share [, frequency])`.
    static let percentile = AggregateFunction(
        "PERCENTILE",
        signature: "PERCENTILE([ALL | DISTINCT] value, percentage | array [, frequency])",
        summary:
            "The number at a share (0 to 1) of the ordered values that are not NULL, or an array with one for each "
            + "share; between two values it is interpolated. A frequency says how often a value counts.",
        example: ("SELECT PERCENTILE(x, 0.5) FROM (VALUES (1), (2), (4)) AS t(x)", "2.0"),
        resolve: { arguments, _ in
            guard arguments.count == 2 || arguments.count == 3 else {
                throw FunctionError("PERCENTILE takes two or three arguments")
            }
            try requireNumber(arguments, 0)
            if arguments.count == 3 { try requireWhole(arguments, 2) }
            let givesArray = if case .array = arguments[1].type.logical { true } else { false }
            guard shares(arguments[1].type, arguments[1].literal) != nil else {
                throw FunctionError(
                    "PERCENTILE takes a constant between 0 and 1, or an array of such",
                    hint: "write for example 0.5 or ARRAY[0.25, 0.75]",
                    argument: 1
                )
            }
            let result: LogicalType = givesArray ? .array(DataType(.double)) : .double
            return ResolvedSignature(arguments.map(\.type), DataType(result))
        },
        makeAccumulator: { setup in
            let isArray = if case .array = setup.argumentTypes[1].logical { true } else { false }
            return PercentileAccumulator(
                setup.resultType,
                shares: shares(setup.argumentTypes[1], setup.literals[1]) ?? [],
                givesArray: isArray
            )
        }
    )

    private static func requireNumber(_ arguments: [ArgumentInfo], _ index: Int) throws {
        guard !arguments[index].type.logical.isNumeric else { return }
        throw FunctionError(
            "cannot apply PERCENTILE to \(arguments[index].type.logical)",
            hint: "a number is expected",
            argument: index
        )
    }

    private static func requireWhole(_ arguments: [ArgumentInfo], _ index: Int) throws {
        switch arguments[index].type.logical {
        case .tinyint, .smallint, .int, .bigint: return
        default: throw FunctionError("the frequency of PERCENTILE is a whole number", argument: index)
        }
    }

    /// The shares that a literal means, nil where it is none, or one is not between 0 and 1.
    private static func shares(_ type: DataType, _ literal: Value?) -> [Double]? {
        guard let literal else { return nil }
        guard case .array(let element) = type.logical else { return share(type, literal).map { [$0] } }
        guard case .array(let values) = literal, !values.isEmpty else { return nil }
        let shares = values.compactMap { share(element, $0) }
        return shares.count == values.count ? shares : nil
    }

    private static func share(_ type: DataType, _ value: Value) -> Double? {
        let share: Double
        switch value {
        case .double(let number): share = number
        case .float(let number): share = Double(number)
        default:
            guard type.logical.isNumeric, let unscaled = value.integerValue else { return nil }
            var divisor = 1.0
            if case .decimal(_, let scale) = type.logical { for _ in 0..<scale { divisor *= 10 } }
            share = Double(unscaled) / divisor
        }
        return (0...1).contains(share) ? share : nil
    }
}
