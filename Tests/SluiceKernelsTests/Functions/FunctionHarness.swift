import SluiceColumns
import Testing

@testable import SluiceKernels

/// An argument of a call in a test: a literal with the type that SQL gives it.
struct Argument: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    var type: DataType
    var value: Value

    init(_ value: Value, _ type: LogicalType) {
        self.value = value
        self.type = DataType(type, nullable: value.isNull)
    }
    init(stringLiteral text: String) { self.init(.string(text), .char(max(1, text.utf16.count))) }
    init(integerLiteral number: Int) {
        self.init(.integer(Int64(number)), Int32(exactly: number) == nil ? .bigint : .int)
    }
    init(floatLiteral number: Double) { self.init(.double(number), .double) }
    init(booleanLiteral flag: Bool) { self.init(.boolean(flag), .boolean) }

    static func null(_ type: LogicalType) -> Argument { Argument(.null, type) }
    static let nullText = Argument.null(.string)
    static func bytes(_ bytes: [UInt8]) -> Argument { Argument(.bytes(bytes), .bytes) }
}

/// The value of a function for single arguments, computed in every shape that columns come in.
struct FunctionRun {
    var value: Value
    var type: DataType

    /// - Throws: what `resolve`, `makeKernel` or the kernel throws.
    init(_ function: ScalarFunction, _ arguments: [Argument], context: EvaluationContext = EvaluationContext()) throws {
        let signature = try function.resolve(arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        type = signature.result
        let values = zip(arguments, signature.arguments).map {
            FunctionRun.coerce($0.value, $0.type.logical, $1.logical)
        }
        let call = ResolvedCall(
            argumentTypes: signature.arguments,
            literals: arguments.map(\.value),
            type: signature.result,
            context: context
        )
        let constants = zip(values, signature.arguments).map { Column.constant($0, $1, count: 3) }
        let kernel = try function.makeKernel(call)
        let result = try kernel(constants, 3)
        value = result.value(2)
        #expect(result.count == 3)
        #expect(try kernel(constants.map { $0.gathered(SelectionVector([])) }, 0).count == 0)
        if arguments.isEmpty || function.determinism != .deterministic { return }
        try checkShapes(function, call, values)
    }

    /// Flat columns with a NULL row, and every mix of one flat and other constant columns, say the same.
    private func checkShapes(_ function: ScalarFunction, _ call: ResolvedCall, _ values: [Value]) throws {
        let nullable = call.argumentTypes.map { $0.nullable(true) }
        var relaxed = call
        relaxed.argumentTypes = nullable
        relaxed.type = call.type.nullable(true)
        if !needsLiterals(function) { relaxed.literals = call.literals.map { _ in nil } }
        let kernel = try function.makeKernel(relaxed)
        let flat = zip(values, nullable).map { Column.of([$0, .null, $0], $1) }
        let result = try kernel(flat, 3)
        #expect(same(result.value(0), value) && same(result.value(2), value), "\(function.name) of flat columns")
        for flatIndex in values.indices {
            let mixed = values.indices.map { index in
                index == flatIndex ? flat[index] : Column.constant(values[index], nullable[index], count: 3)
            }
            let result = try kernel(mixed, 3)
            #expect(same(result.value(0), value) && same(result.value(2), value), "\(function.name), flat \(flatIndex)")
        }
    }

    private func needsLiterals(_ function: ScalarFunction) -> Bool {
        [
            "EXTRACT", "TRIM", "TIMESTAMPADD", "TIMESTAMPDIFF", "FLOOR", "CEIL", "ROUND", "BROUND", "TRUNCATE",
            "JSON_VALUE",
            "TO_TIMESTAMP_LTZ", "SIMILAR TO",
        ]
        .contains(function.name)
            || ["JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY", "IS JSON"].contains(function.name)
    }

    /// What the implicit casts of the binder do to literals.
    private static func coerce(_ value: Value, _ from: LogicalType, _ to: LogicalType) -> Value {
        guard from != to else { return value }
        if case .decimal(_, let scale) = from, to == .double, let number = value.integerValue {
            return .double(Double(number) / (0..<scale).reduce(1.0) { power, _ in power * 10 })
        }
        switch (value, to) {
        case (.integer(let number), .double): return .double(Double(number))
        case (.float(let number), .double): return .double(Double(number))
        case (.integer(let number), .decimal(_, let scale)):
            let scaled = (0..<scale).reduce(Int128(number)) { power, _ in power * 10 }
            return to.lane == .int128 ? .wide(scaled) : .integer(Int64(scaled))
        default: return value
        }
    }
}

/// One call and what it gives.
struct Golden: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [Argument]
    var expected: Value

    init(_ name: String, _ arguments: [Argument], _ expected: Value) {
        self.name = name
        self.arguments = arguments
        self.expected = expected
    }
    init(_ name: String, _ arguments: [Argument], _ expected: String?) {
        self.init(name, arguments, expected.map { .string($0) } ?? .null)
    }
    init(_ name: String, _ arguments: [Argument], _ expected: Int) {
        self.init(name, arguments, .integer(Int64(expected)))
    }
    init(_ name: String, _ arguments: [Argument], _ expected: Bool) { self.init(name, arguments, .boolean(expected)) }
    init(_ name: String, _ arguments: [Argument], _ expected: Double) { self.init(name, arguments, .double(expected)) }

    var testDescription: String {
        "\(name)(" + arguments.map { Golden.text($0.value) }.joined(separator: ", ") + ") = \(Golden.text(expected))"
    }

    static func text(_ value: Value) -> String { value.stringValue.map { "'\($0)'" } ?? "\(value)" }

    func check(_ catalogue: FunctionCatalogue, context: EvaluationContext = EvaluationContext()) throws {
        let function = try #require(catalogue.scalar(name))
        let run = try FunctionRun(function, arguments, context: context)
        #expect(same(run.value, expected), "got \(Golden.text(run.value))")
    }
}

/// Equality that finds NaN the same as NaN.
private func same(_ lhs: Value, _ rhs: Value) -> Bool {
    if case .double(let left) = lhs, case .double(let right) = rhs, left.isNaN { return right.isNaN }
    return lhs == rhs
}
