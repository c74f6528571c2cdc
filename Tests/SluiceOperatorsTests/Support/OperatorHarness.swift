import SluiceColumns
import SluiceKernels
import SluiceOperators
import SluicePlan

/// Collects what an operator emits.
final class Collector: Downstream {
    private(set) var batches: [Batch] = []
    private(set) var watermarks: [Watermark] = []

    func receive(_ batch: Batch) throws { batches.append(batch) }
    func advance(to watermark: Watermark) throws { watermarks.append(watermark) }

    /// All rows, in order.
    var rows: [ChangeRow] { batches.flatMap(\.changeRows) }
    /// The table that the rows stand for.
    var table: FoldedTable { FoldedTable(rows) }
    /// Forgets what came so far.
    func clear() {
        batches = []
        watermarks = []
    }
}

/// An operator in the middle of a chain.
final class Stage: Downstream {
    let stage: any Operator
    private let next: any Downstream
    private let late: (any Downstream)?

    init(_ stage: any Operator, next: any Downstream, late: (any Downstream)? = nil) {
        self.stage = stage
        self.next = next
        self.late = late
    }

    func receive(_ batch: Batch) throws { try receive(batch, from: 0) }

    func receive(_ batch: Batch, from input: Int) throws {
        try stage.process(batch, from: input, into: Output(main: next, late: late))
    }

    func advance(to watermark: Watermark) throws {
        try stage.advance(to: watermark, into: Output(main: next, late: late))
    }
}

enum Fixture {
    static let context = EvaluationContext(timeZone: "UTC")

    /// An aggregate call over input columns of `types`.
    static func call(
        _ name: String,
        _ arguments: [Int],
        _ types: [DataType],
        filter: Int? = nil,
        distinct: Bool = false
    ) throws -> AggregateCall {
        guard let function = FunctionCatalogue.builtins.aggregate(name) else { throw FunctionError("no \(name)") }
        let signature = try function.resolve(arguments.map { ArgumentInfo(types[$0]) }, false)
        return AggregateCall(
            function: function,
            arguments: arguments,
            argumentTypes: signature.arguments,
            filter: filter,
            isDistinct: distinct,
            resultType: signature.result
        )
    }

    static func scalar(_ name: String, _ arguments: ScalarExpression...) throws -> ScalarExpression {
        guard let function = FunctionCatalogue.builtins.scalar(name) else { throw FunctionError("no \(name)") }
        return try .calling(function, arguments)
    }

    static func fields(_ types: [DataType]) -> [RowField] {
        types.enumerated().map { RowField("c\($0.offset)", $0.element) }
    }
}

/// An aggregate as plain code over the values of its argument, in the order of the rows.
struct NaiveAggregate {
    let call: AggregateCall
    private let name: String

    init(_ call: AggregateCall) {
        self.call = call
        name = call.function.name
    }

    /// - Parameter rows: the rows of the group, retractions already taken off.
    func result(_ rows: [[Value]]) -> Value {
        var kept = rows
        if let filter = call.filter { kept = kept.filter { $0[filter] == .boolean(true) } }
        guard let argument = call.arguments.first else { return .integer(Int64(kept.count)) }
        var numbers = kept.compactMap { $0[argument].integerValue }.map { Int64($0) }
        if call.isDistinct { numbers = Array(Set(numbers)) }
        let sum = numbers.reduce(0, +)
        switch name {
        case "COUNT": return .integer(Int64(numbers.count))
        case "SUM": return numbers.isEmpty ? .null : .integer(sum)
        case "AVG": return numbers.isEmpty ? .null : .integer(sum / Int64(numbers.count))
        case "MIN": return numbers.min().map { .integer($0) } ?? .null
        case "MAX": return numbers.max().map { .integer($0) } ?? .null
        default: preconditionFailure("no model of \(name)")
        }
    }
}
