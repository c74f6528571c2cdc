import SluiceColumns

/// The aggregate functions that come with the engine.
package enum AggregateFunctions {
    /// Every descriptor.
    package static let all =
        [count, approximateCount, sum("SUM", .sum), sum("SUM0", .sumOrZero, aliases: ["$SUM0"]), sum("AVG", .average)]
        + [extreme("MIN", isGreatest: false), extreme("MAX", isGreatest: true)]
        + [edge("FIRST_VALUE", .first, .first), edge("LAST_VALUE", .last, .last)]
        + [listAgg, collect, arrayAgg, singleValue, percentile] + json + bitmap
        + [
            variance("STDDEV_POP", .populationDeviation),
            variance("STDDEV_SAMP", .sampleDeviation, aliases: ["STDDEV"]),
            variance("VAR_POP", .populationVariance), variance("VAR_SAMP", .sampleVariance, aliases: ["VARIANCE"]),
        ]

    /// `COUNT(*)`, `COUNT(a, ...)`.
    package static let count = AggregateFunction(
        "COUNT",
        signature: "COUNT(* | [DISTINCT] expression [, expression]*)",
        summary: "The number of rows, or of rows in which no argument is NULL.",
        example: ("SELECT COUNT(x) FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS t(x)", "2"),
        resolve: { arguments, _ in ResolvedSignature(arguments.map(\.type), .notNull(.bigint)) },
        makeAccumulator: { CountAccumulator($0.resultType) }
    )

    /// `APPROX_COUNT_DISTINCT(a)`: `COUNT(DISTINCT a)`.
    ///
    /// Flink estimates, in batch mode only, because a sketch cannot take rows back. The exact number is within any
    /// error, takes rows back, and shares its values with the other DISTINCT aggregates of the same argument.
    private static let approximateCount = AggregateFunction(
        "APPROX_COUNT_DISTINCT",
        signature: "APPROX_COUNT_DISTINCT(expression)",
        summary: "The number of different values that are not NULL; exact, as COUNT(DISTINCT expression).",
        example: ("SELECT APPROX_COUNT_DISTINCT(x) FROM (VALUES (1), (2), (1)) AS t(x)", "2"),
        countsEqualOnce: true,
        resolve: { arguments, _ in
            let type = try only("APPROX_COUNT_DISTINCT", arguments)
            switch type.logical {
            case .tinyint, .smallint, .int, .bigint, .float, .double, .decimal, .char, .varchar, .date, .time,
                .timestamp, .timestampLTZ:
                return ResolvedSignature([type], .notNull(.bigint))
            default:
                throw FunctionError(
                    "cannot apply APPROX_COUNT_DISTINCT to \(type.logical)",
                    hint: "write COUNT(DISTINCT ...)",
                    argument: 0
                )
            }
        },
        makeAccumulator: { CountAccumulator($0.resultType) }
    )

    private static func only(_ name: String, _ arguments: [ArgumentInfo]) throws -> DataType {
        guard arguments.count == 1 else { throw FunctionError("\(name) takes one argument") }
        return arguments[0].type
    }

    private static func number(_ name: String, _ arguments: [ArgumentInfo]) throws -> DataType {
        let type = try only(name, arguments)
        guard type.logical.isNumeric else {
            throw FunctionError("cannot apply \(name) to \(type.logical)", hint: "a number is expected", argument: 0)
        }
        return type
    }

    // MARK: Sums

    private static func sum(_ name: String, _ kind: SumKind, aliases: [String] = []) -> AggregateFunction {
        AggregateFunction(
            name,
            aliases: aliases,
            signature: "\(name)([ALL | DISTINCT] expression)",
            summary: kind == .average
                ? "The mean of the values that are not NULL; whole numbers are cut towards zero."
                : "The sum of the values that are not NULL, in the type of the values; integers wrap.",
            example: ("SELECT \(name)(x) FROM (VALUES (1), (2), (4)) AS t(x)", kind == .average ? "2" : "7"),
            resolve: { arguments, isGlobal in
                let type = try number(name, arguments)
                let isNullable = kind != .sumOrZero && (isGlobal || type.isNullable)
                var result = type.logical
                if case .decimal(let precision, let scale) = type.logical {
                    let shape = DecimalShape(precision, scale)
                    let wide =
                        kind == .average
                        ? DecimalTypeRules.aggregateAverage(shape) : DecimalTypeRules.aggregateSum(shape)
                    result = .decimal(precision: wide.precision, scale: wide.scale)
                }
                return ResolvedSignature([type], DataType(result, nullable: isNullable))
            },
            makeAccumulator: { makeSum($0, kind) }
        )
    }

    private static func makeSum(_ setup: AggregateSetup, _ kind: SumKind) -> any GroupedAccumulator {
        let type = setup.resultType
        if case .decimal(let precision, let scale) = setup.argumentTypes[0].logical,
            case .decimal(let resultPrecision, let resultScale) = type.logical
        {
            let shape = DecimalShape(resultPrecision, resultScale)
            return precision <= 18
                ? DecimalSumAccumulator(Int64.self, scale: scale, shape, type, kind)
                : DecimalSumAccumulator(Int128.self, scale: scale, shape, type, kind)
        }
        switch setup.argumentTypes[0].lane {
        case .int8: return IntegerSumAccumulator(Int8.self, type, kind)
        case .int16: return IntegerSumAccumulator(Int16.self, type, kind)
        case .int32: return IntegerSumAccumulator(Int32.self, type, kind)
        case .float: return FloatSumAccumulator(Float.self, type, kind)
        case .double: return FloatSumAccumulator(Double.self, type, kind)
        default: return IntegerSumAccumulator(Int64.self, type, kind)
        }
    }

    // MARK: Extremes

    private static func extreme(_ name: String, isGreatest: Bool) -> AggregateFunction {
        AggregateFunction(
            name,
            signature: "\(name)([ALL | DISTINCT] expression)",
            summary: "The \(isGreatest ? "greatest" : "least") of the values that are not NULL.",
            example: ("SELECT \(name)(x) FROM (VALUES (1), (2), (4)) AS t(x)", isGreatest ? "4" : "1"),
            resolve: { arguments, isGlobal in
                let type = try only(name, arguments)
                guard !ComparisonTypes.isNested(type.logical), type.logical != .null else {
                    throw FunctionError("\(name) does not take \(type.logical)", argument: 0)
                }
                return ResolvedSignature([type], type.nullable(type.isNullable || isGlobal))
            },
            makeAccumulator: { setup in
                if let sliding = sliding(setup, isGreatest) { return sliding }
                return setup.isRetractable
                    ? retractable(setup.resultType, isGreatest)
                    : slot(setup.resultType, isGreatest ? .greatest : .least)
            }
        )
    }

    private static func sliding(_ setup: AggregateSetup, _ isGreatest: Bool) -> (any GroupedAccumulator)? {
        guard setup.isRetractable, setup.isSliding else { return nil }
        let type = setup.resultType
        switch type.lane {
        case .int8: return SlidingExtreme(Int8.self, type, isGreatest: isGreatest)
        case .int16: return SlidingExtreme(Int16.self, type, isGreatest: isGreatest)
        case .int32: return SlidingExtreme(Int32.self, type, isGreatest: isGreatest)
        case .int64: return SlidingExtreme(Int64.self, type, isGreatest: isGreatest)
        case .int128: return SlidingExtreme(Int128.self, type, isGreatest: isGreatest)
        case .bool, .float, .double, .view, .list, .map, .row, .null: return nil
        }
    }

    private static func retractable(_ type: DataType, _ isGreatest: Bool) -> any GroupedAccumulator {
        switch type.lane {
        case .view:
            return RetractableExtreme<ByteText>(
                type,
                isGreatest: isGreatest,
                key: { ByteText(bytes: bytes($0, $1)) },
                value: { .bytes($0.bytes) }
            )
        case .float:
            return RetractableExtreme<TotalOrderNumber>(
                type,
                isGreatest: isGreatest,
                key: { TotalOrderNumber(value: Double($0.floats[$1])) },
                value: { .float(Float($0.value)) }
            )
        case .double:
            return RetractableExtreme<TotalOrderNumber>(
                type,
                isGreatest: isGreatest,
                key: { TotalOrderNumber(value: $0.doubles[$1]) },
                value: { .double($0.value) }
            )
        case .int128:
            return RetractableExtreme<Int128>(
                type,
                isGreatest: isGreatest,
                key: { $0.int128s[$1] },
                value: { .wide($0) }
            )
        case .bool:
            return RetractableExtreme<Int64>(
                type,
                isGreatest: isGreatest,
                key: { Int64($0.bools[$1]) },
                value: { .boolean($0 != 0) }
            )
        case .int8: return retractableInteger(type, isGreatest) { Int64($0.int8s[$1]) }
        case .int16: return retractableInteger(type, isGreatest) { Int64($0.int16s[$1]) }
        case .int32: return retractableInteger(type, isGreatest) { Int64($0.int32s[$1]) }
        default: return retractableInteger(type, isGreatest) { $0.int64s[$1] }
        }
    }

    private static func retractableInteger(
        _ type: DataType,
        _ isGreatest: Bool,
        _ key: @escaping (Column, Int) -> Int64
    ) -> any GroupedAccumulator {
        RetractableExtreme<Int64>(type, isGreatest: isGreatest, key: key, value: { .integer($0) })
    }

    private static func bytes(_ column: Column, _ slot: Int) -> [UInt8] {
        let text = column.strings[slot]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for index in 0..<text.count { bytes.append(text[index]) }
        return bytes
    }

    private static func slot(_ type: DataType, _ choice: ValueChoice) -> any GroupedAccumulator {
        switch type.lane {
        case .bool: SlotAccumulator<UInt8>(type, choice, zero: 0)
        case .int8: SlotAccumulator<Int8>(type, choice, zero: 0)
        case .int16: SlotAccumulator<Int16>(type, choice, zero: 0)
        case .int32: SlotAccumulator<Int32>(type, choice, zero: 0)
        case .int64: SlotAccumulator<Int64>(type, choice, zero: 0)
        case .int128: SlotAccumulator<Int128>(type, choice, zero: 0)
        case .float: SlotAccumulator<Float>(type, choice, zero: 0)
        case .double: SlotAccumulator<Double>(type, choice, zero: 0)
        case .view: TextSlotAccumulator(type, choice)
        case .list, .map, .row, .null: nestedSlot(type, choice)
        }
    }

    private static func nestedSlot(_ type: DataType, _ choice: ValueChoice) -> any GroupedAccumulator {
        ListAccumulator(type, choice == .first ? .first : .last, keepsAll: false)
    }

    // MARK: First and last

    private static func edge(
        _ name: String,
        _ choice: ValueChoice,
        _ form: ListAccumulator.Form
    ) -> AggregateFunction {
        AggregateFunction(
            name,
            signature: "\(name)(expression)",
            summary: "The \(choice == .first ? "first" : "last") value that is not NULL, in order of arrival.",
            example: ("SELECT \(name)(x) FROM (VALUES (1), (2), (4)) AS t(x)", choice == .first ? "1" : "4"),
            resolve: { arguments, isGlobal in
                let type = try only(name, arguments)
                return ResolvedSignature([type], type.nullable(type.isNullable || isGlobal))
            },
            makeAccumulator: { setup in
                setup.isRetractable
                    ? ListAccumulator(setup.resultType, form, keepsAll: true) : slot(setup.resultType, choice)
            }
        )
    }

    // MARK: Lists

    private static let listAgg = AggregateFunction(
        "LISTAGG",
        signature: "LISTAGG(expression [, separator])",
        summary: "The texts that are not NULL, joined by a separator, a comma by default.",
        example: ("SELECT LISTAGG(x, '-') FROM (VALUES ('a'), ('b')) AS t(x)", "a-b"),
        resolve: { arguments, isGlobal in
            guard arguments.count == 1 || arguments.count == 2 else {
                throw FunctionError("LISTAGG takes one or two arguments")
            }
            for (index, argument) in arguments.enumerated() where !argument.type.logical.isCharacter {
                throw FunctionError(
                    "cannot apply LISTAGG to \(argument.type.logical)",
                    hint: "cast to STRING",
                    argument: index
                )
            }
            if arguments.count == 2, arguments[1].literal == nil || arguments[1].literal == .null {
                throw FunctionError("the separator of LISTAGG must be a literal that is not NULL", argument: 1)
            }
            let isNullable = isGlobal || arguments[0].type.isNullable
            return ResolvedSignature(arguments.map(\.type), DataType(.string, nullable: isNullable))
        },
        makeAccumulator: { setup in
            var separator: [UInt8] = [UInt8(ascii: ",")]
            if setup.literals.count > 1, case .bytes(let bytes)? = setup.literals[1] { separator = bytes }
            return ListAccumulator(setup.resultType, .joined(separator: separator), keepsAll: true)
        }
    )

    private static let collect = AggregateFunction(
        "COLLECT",
        signature: "COLLECT([ALL | DISTINCT] expression)",
        summary: "A multiset of the values that are not NULL.",
        example: ("SELECT COLLECT(x) FROM (VALUES ('a'), ('a')) AS t(x)", "{a=2}"),
        resolve: { arguments, _ in
            let type = try only("COLLECT", arguments)
            return ResolvedSignature([type], .notNull(.multiset(type.withoutTimeAttribute)))
        },
        makeAccumulator: { ListAccumulator($0.resultType, .multiset, keepsAll: true) }
    )

    private static let arrayAgg = AggregateFunction(
        "ARRAY_AGG",
        signature: "ARRAY_AGG([ALL | DISTINCT] expression)",
        summary: "An array of the values in order of arrival, NULLs included; NULL of no values.",
        example: ("SELECT ARRAY_AGG(x) FROM (VALUES (2), (1)) AS t(x)", "[2, 1]"),
        resolve: { arguments, isGlobal in
            let type = try only("ARRAY_AGG", arguments)
            let result = LogicalType.array(type.withoutTimeAttribute)
            return ResolvedSignature([type], DataType(result, nullable: type.isNullable || isGlobal))
        },
        makeAccumulator: { ListAccumulator($0.resultType, .array, keepsAll: true) }
    )

    private static let singleValue = AggregateFunction(
        "SINGLE_VALUE",
        signature: "SINGLE_VALUE(expression)",
        summary: "The only value of a group; more than one fails. Made of scalar subqueries.",
        example: ("SELECT SINGLE_VALUE(x) FROM (VALUES (5)) AS t(x)", "5"),
        resolve: { arguments, _ in
            let type = try only("SINGLE_VALUE", arguments)
            return ResolvedSignature([type], type.nullable(true))
        },
        makeAccumulator: { ListAccumulator($0.resultType, .single, keepsAll: true) }
    )

    // MARK: Variance

    private static func variance(_ name: String, _ kind: VarianceKind, aliases: [String] = []) -> AggregateFunction {
        AggregateFunction(
            name,
            aliases: aliases,
            signature: "\(name)([ALL | DISTINCT] expression)",
            summary:
                kind.summary,
            example: ("SELECT \(name)(x) FROM (VALUES (1e0), (3e0)) AS t(x)", kind.exampleResult),
            resolve: { arguments, isGlobal in
                let type = try number(name, arguments)
                var result = type.logical
                if case .decimal(let precision, let scale) = type.logical {
                    let wide = DecimalTypeRules.aggregateAverage(DecimalShape(precision, scale))
                    result = .decimal(precision: wide.precision, scale: wide.scale)
                }
                return ResolvedSignature(
                    [type],
                    DataType(result, nullable: isGlobal || type.isNullable || kind.isSample)
                )
            },
            makeAccumulator: { setup in
                varianceAccumulator(setup, kind)
            }
        )
    }

    private static func varianceAccumulator(_ setup: AggregateSetup, _ kind: VarianceKind) -> any GroupedAccumulator {
        let result = setup.resultType
        var scale = 0
        // Squares of longer decimals do not fit in sums of 128 bits.
        var isShort = true
        switch setup.argumentTypes[0].logical {
        case .float where setup.isOver: return FloatVarianceAccumulator<Float>(result, kind)
        case .double where setup.isOver: return FloatVarianceAccumulator<Double>(result, kind)
        case .float, .double: return WelfordAccumulator(result, kind, scale: 0)
        case .decimal(let precision, let digits):
            scale = digits
            isShort = DecimalShape(precision, digits).isNarrow
        default: break
        }
        guard setup.isOver || setup.isRetractable && isShort else {
            return WelfordAccumulator(result, kind, scale: scale)
        }
        return ExactVarianceAccumulator(result, kind, scale: scale, isOver: setup.isOver)
    }
}
