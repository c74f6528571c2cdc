import SluiceColumns

/// NOT and the tests of a truth value.
///
/// AND and OR are expressions of their own, because they are lazy.
package enum LogicalFunctions {
    /// Every descriptor of the family.
    package static let all = [
        not,
        test("IS TRUE", "Whether the value is TRUE.", ofTrue: true, ofFalse: false, ofNull: false),
        test("IS NOT TRUE", "Whether the value is FALSE or unknown.", ofTrue: false, ofFalse: true, ofNull: true),
        test("IS FALSE", "Whether the value is FALSE.", ofTrue: false, ofFalse: true, ofNull: false),
        test("IS NOT FALSE", "Whether the value is TRUE or unknown.", ofTrue: true, ofFalse: false, ofNull: true),
        test("IS UNKNOWN", "Whether the value is NULL.", ofTrue: false, ofFalse: false, ofNull: true),
        test("IS NOT UNKNOWN", "Whether the value is TRUE or FALSE.", ofTrue: true, ofFalse: true, ofNull: false),
    ]

    /// `NOT x`.
    package static let not = ScalarFunction(
        "NOT",
        category: "logical",
        signature: "NOT condition",
        summary: "The negation; NULL of NULL.",
        example: ("NOT TRUE", "FALSE"),
        resolve: { arguments in
            let operand = try condition("NOT", arguments)
            return ResolvedSignature([operand], operand)
        },
        makeKernel: { call in
            { arguments, rowCount in Loops.map(arguments[0], rowCount, call.type, UInt8.self) { $0 ^ 1 } }
        }
    )

    private static func condition(_ name: String, _ arguments: [ArgumentInfo]) throws -> DataType {
        guard arguments.count == 1 else { throw FunctionError("'\(name)' takes one operand") }
        let type = arguments[0].type
        guard type.logical == .boolean || type.logical == .null else {
            throw FunctionError("cannot apply '\(name)' to \(type.logical)", hint: "a BOOLEAN is expected")
        }
        return DataType(.boolean, nullable: type.isNullable)
    }

    private static func test(
        _ name: String,
        _ summary: String,
        ofTrue: Bool,
        ofFalse: Bool,
        ofNull: Bool
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "logical",
            signature: "condition \(name)",
            summary: summary,
            example: ("TRUE \(name)", ofTrue ? "TRUE" : "FALSE"),
            resolve: { ResolvedSignature([try condition(name, $0)], .notNull(.boolean)) },
            makeKernel: { call in
                { arguments, rowCount in
                    truth(arguments[0], rowCount, call.type, UInt8(ofTrue ? 1 : 0), ofFalse ? 1 : 0, ofNull ? 1 : 0)
                }
            }
        )
    }

    private static func truth(
        _ column: Column,
        _ rowCount: Int,
        _ type: DataType,
        _ ofTrue: UInt8,
        _ ofFalse: UInt8,
        _ ofNull: UInt8
    ) -> Column {
        if Loops.isNullConstant(column) { return .constant(.boolean(ofNull == 1), type, count: rowCount) }
        let plain = Loops.map(column, rowCount, type, UInt8.self) { $0 != 0 ? ofTrue : ofFalse }
        guard let validity = column.validity, !column.isConstant else { return plain.withValidity(nil) }
        var lane = MutableLane<UInt8>(count: rowCount)
        do {
            var target = lane.span
            let values = plain.bools
            for row in 0..<rowCount { target[row] = validity[row] ? values[row] : ofNull }
        }
        return Column(type: type, count: rowCount, values: lane.finish())
    }
}
