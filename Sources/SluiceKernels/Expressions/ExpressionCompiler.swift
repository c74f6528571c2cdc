import SluiceColumns

/// Turns bound expressions into nodes, each distinct deterministic sub-expression once.
struct ExpressionCompiler {
    /// What a node computes of which nodes: equal expressions over the same nodes are one.
    ///
    /// Operands stand in it by number, so that a chain of operators is not compared as a whole at each of them.
    private struct Shape: Hashable {
        enum Operation: Hashable {
            case column(Int)
            case literal(Value)
            case field(Int)
            case cast(CastMode)
            case call(ScalarFunction)
            case and
            case or
            case caseWhen
        }

        var operation: Operation
        var type: DataType
        var operands: [Int]

        init(_ operation: Operation, _ type: DataType, _ operands: [ExpressionNode] = []) {
            self.operation = operation
            self.type = type
            self.operands = operands.map(\.id)
        }
    }

    private let context: EvaluationContext
    private var known: [Shape: ExpressionNode] = [:]
    private var knownRewrites: [ScalarCall: ExpressionNode] = [:]
    private(set) var nodeCount = 0

    init(context: EvaluationContext) { self.context = context }

    /// The node of `expression`.
    mutating func compile(_ expression: ScalarExpression) throws -> ExpressionNode {
        switch expression {
        case .column(let index, let type):
            return once(Shape(.column(index), type)) { $0.node(type, .column(index), isEager: true) }
        case .literal(let value, let type):
            return once(Shape(.literal(value), type)) { $0.node(type, .constant, isEager: true, constant: value) }
        case .field(let base, let index, let type):
            let base = try compile(base)
            return once(Shape(.field(index), type, [base])) {
                $0.node(type, .field(base, index), isEager: base.isEager)
            }
        case .cast(let base, let type, let mode):
            let base = try compile(base)
            return try once(Shape(.cast(mode), type, [base])) { try $0.makeCast(base, type, mode) }
        case .call(let call): return try compile(call)
        case .and(let operands):
            let nodes = try operands.map { try compile($0) }
            return once(Shape(.and, expression.type, nodes)) {
                $0.node(expression.type, .and(nodes), isEager: nodes.allSatisfy(\.isEager))
            }
        case .or(let operands):
            let nodes = try operands.map { try compile($0) }
            return once(Shape(.or, expression.type, nodes)) {
                $0.node(expression.type, .or(nodes), isEager: nodes.allSatisfy(\.isEager))
            }
        case .caseWhen(let branches, let otherwise, let type):
            let branches = try branches.map {
                ExpressionNode.Branch(condition: try compile($0.condition), value: try compile($0.value))
            }
            let rest = try compile(otherwise)
            return once(Shape(.caseWhen, type, branches.flatMap { [$0.condition, $0.value] } + [rest])) {
                $0.makeCase(branches, rest, type)
            }
        }
    }

    /// The node of a call; two calls with values of their own, as of RAND(), are never one.
    private mutating func compile(_ call: ScalarCall) throws -> ExpressionNode {
        if let rewritten = try ConditionalRewrites.lazyForm(of: call) { return try compile(call, as: rewritten) }
        let arguments = try call.arguments.map { try compile($0) }
        if call.function.determinism == .perRow { return try makeCall(call, arguments) }
        return try once(Shape(.call(call.function), call.type, arguments)) { try $0.makeCall(call, arguments) }
    }

    /// The node of what a call is rewritten to.
    ///
    /// An argument stands in it twice, so that calls within calls would be compiled as often as two to their depth.
    private mutating func compile(_ call: ScalarCall, as rewritten: ScalarExpression) throws -> ExpressionNode {
        if let node = knownRewrites[call] { return node }
        let node = try compile(rewritten)
        if rewritten.isDeterministic { knownRewrites[call] = node }
        return node
    }

    /// The node that has this shape, made where there is none.
    private mutating func once(
        _ shape: Shape,
        _ make: (inout ExpressionCompiler) throws -> ExpressionNode
    ) rethrows -> ExpressionNode {
        if let node = known[shape] { return node }
        let node = try make(&self)
        known[shape] = node
        return node
    }

    private mutating func node(
        _ type: DataType,
        _ kind: ExpressionNode.Kind,
        isEager: Bool,
        constant: Value? = nil
    ) -> ExpressionNode {
        defer { nodeCount += 1 }
        return ExpressionNode(id: nodeCount, type: type, kind: kind, isEager: isEager, constant: constant)
    }

    private mutating func makeCase(
        _ branches: [ExpressionNode.Branch],
        _ otherwise: ExpressionNode,
        _ type: DataType
    ) -> ExpressionNode {
        let isEager = otherwise.isEager && branches.allSatisfy { $0.condition.isEager && $0.value.isEager }
        return node(type, .caseWhen(branches, otherwise: otherwise), isEager: isEager)
    }

    private mutating func makeCast(_ base: ExpressionNode, _ type: DataType, _ mode: CastMode) throws -> ExpressionNode
    {
        let kernel = try CastKernels.make(from: base.type, to: type, mode: mode, context: context)
        if let constant = folded(kernel, [base], type, isDeterministic: true) { return constant }
        let isEager = base.isEager && CastRules.isCheapAndInfallible(from: base.type.logical, to: type.logical)
        return node(type, .call(kernel, [base]), isEager: isEager)
    }

    private mutating func makeCall(_ call: ScalarCall, _ arguments: [ExpressionNode]) throws -> ExpressionNode {
        let kernel = try call.function.makeKernel(
            ResolvedCall(
                argumentTypes: arguments.map(\.type),
                literals: arguments.map(\.constant),
                type: call.type,
                context: context
            )
        )
        let isDeterministic = call.function.determinism == .deterministic
        if let constant = folded(kernel, arguments, call.type, isDeterministic: isDeterministic) { return constant }
        let isEager = isDeterministic && arguments.allSatisfy(\.isEager) && Self.isCheapAndInfallible(call)
        if let operation = ComparisonOperator(rawValue: call.function.name), arguments.count == 2 {
            if arguments[0] === arguments[1], !ComparisonTypes.isNested(arguments[0].type.logical) {
                return selfComparison(operation, arguments[0], call.type)
            }
            return node(call.type, .comparison(operation, kernel, arguments[0], arguments[1]), isEager: isEager)
        }
        return node(call.type, .call(kernel, arguments), isEager: isEager)
    }

    /// `x = x`, which is TRUE for every x that is not NULL, even for NaN.
    private mutating func selfComparison(
        _ operation: ComparisonOperator,
        _ operand: ExpressionNode,
        _ type: DataType
    ) -> ExpressionNode {
        let value: UInt8 = operation.holdsForEqual ? 1 : 0
        let kernel: ScalarKernel = { arguments, rowCount in
            Loops.map(NullTests.presence(arguments[0], rowCount), rowCount, type, UInt8.self) { _ in value }
        }
        return node(type, .call(kernel, [operand]), isEager: operand.isEager)
    }

    /// The constant that a call of constants has; nil where it is none or fails, which then happens when it is reached.
    private mutating func folded(
        _ kernel: ScalarKernel,
        _ arguments: [ExpressionNode],
        _ type: DataType,
        isDeterministic: Bool
    ) -> ExpressionNode? {
        guard isDeterministic, arguments.allSatisfy({ $0.constant != nil }),
            let column = try? kernel(arguments.map { $0.constantColumn(rowCount: 1) }, 1)
        else { return nil }
        return node(type, .constant, isEager: true, constant: column.value(0))
    }

    private static let eagerFunctions: Set<String> = [
        "=", "<>", "<", "<=", ">", ">=", "IS NULL", "IS NOT NULL", "NOT", "IS TRUE", "IS NOT TRUE", "IS FALSE",
        "IS NOT FALSE", "IS UNKNOWN", "IS NOT UNKNOWN", "IS DISTINCT FROM", "IS NOT DISTINCT FROM",
    ]

    private static func isCheapAndInfallible(_ call: ScalarCall) -> Bool {
        if call.arguments.contains(where: { ComparisonTypes.isNested($0.type.logical) }) {
            return call.function.name.hasPrefix("IS ") && call.arguments.count == 1
        }
        if eagerFunctions.contains(call.function.name) { return true }
        guard ["+", "-", "*"].contains(call.function.name) else { return false }
        return call.type.logical.isInteger || call.type.logical.isApproximate || call.type.logical.isInterval
    }
}
