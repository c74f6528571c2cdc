import SluiceColumns

/// Comparisons, tests for NULL, IN lists and LIKE.
package enum ComparisonFunctions {
    /// Every descriptor of the family.
    package static let all =
        ComparisonOperator.allCases.map { comparison($0) }
        + [isNull, isNotNull, isDistinctFrom, isNotDistinctFrom, InList.function, LikeFunction.function]

    /// The descriptor of one of the six comparisons.
    package static func comparison(_ operation: ComparisonOperator) -> ScalarFunction {
        ScalarFunction(
            operation.rawValue,
            category: "comparison",
            signature: "a \(operation.rawValue) b",
            summary: "Compares two values of one kind; NULL where either is NULL. Text compares byte by byte.",
            example: ("1 \(operation.rawValue) 2", operation.holds(-1) ? "TRUE" : "FALSE"),
            resolve: { try ComparisonTypes.resolve(operation, $0) },
            makeKernel: { makeKernel(operation, $0) }
        )
    }

    /// `x IS NULL`.
    package static let isNull = ScalarFunction(
        "IS NULL",
        category: "comparison",
        signature: "value IS NULL",
        summary: "Whether the value is NULL.",
        example: ("1 IS NULL", "FALSE"),
        resolve: { try NullTests.resolve("IS NULL", $0) },
        makeKernel: { call in { arguments, rowCount in NullTests.isNull(arguments[0], rowCount, call.type) } }
    )

    /// `x IS NOT NULL`.
    package static let isNotNull = ScalarFunction(
        "IS NOT NULL",
        category: "comparison",
        signature: "value IS NOT NULL",
        summary: "Whether the value is not NULL.",
        example: ("1 IS NOT NULL", "TRUE"),
        resolve: { try NullTests.resolve("IS NOT NULL", $0) },
        makeKernel: { call in { arguments, rowCount in NullTests.isNotNull(arguments[0], rowCount, call.type) } }
    )

    /// `a IS DISTINCT FROM b`.
    package static let isDistinctFrom = ScalarFunction(
        "IS DISTINCT FROM",
        category: "comparison",
        signature: "a IS DISTINCT FROM b",
        summary: "Whether two values differ, NULL being equal to NULL.",
        example: ("1 IS DISTINCT FROM 2", "TRUE"),
        resolve: { try ComparisonTypes.resolveDistinct("IS DISTINCT FROM", $0) },
        makeKernel: { DistinctKernels.make($0, wantsDistinct: true) }
    )

    /// `a IS NOT DISTINCT FROM b`.
    package static let isNotDistinctFrom = ScalarFunction(
        "IS NOT DISTINCT FROM",
        category: "comparison",
        signature: "a IS NOT DISTINCT FROM b",
        summary: "Whether two values are the same, NULL being equal to NULL.",
        example: ("1 IS NOT DISTINCT FROM 2", "FALSE"),
        resolve: { try ComparisonTypes.resolveDistinct("IS NOT DISTINCT FROM", $0) },
        makeKernel: { DistinctKernels.make($0, wantsDistinct: false) }
    )

    private static func makeKernel(_ operation: ComparisonOperator, _ call: ResolvedCall) -> ScalarKernel {
        let left = call.argumentTypes[0].logical
        let right = call.argumentTypes[1].logical
        if left.lane == right.lane { return ComparisonKernels.make(operation, left, call.type) }
        // Kinds that are never equal: a BOOLEAN and a text.
        let value: UInt8 = operation == .notEqual ? 1 : 0
        let type = call.type
        return { arguments, rowCount in
            let left = NullTests.presence(arguments[0], rowCount)
            let right = NullTests.presence(arguments[1], rowCount)
            return Loops.zip(left, right, rowCount, type, UInt8.self, UInt8.self) { _, _ in value }
        }
    }
}
