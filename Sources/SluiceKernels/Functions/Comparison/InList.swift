import SluiceColumns

/// `value IN (a, b, ...)`: NULL where no element equals and the value or an element is NULL.
enum InList {
    /// Element counts up to this are compared one by one.
    private static let linearCountMax = 4

    static let function = ScalarFunction(
        "IN",
        category: "comparison",
        signature: "value IN (value1 [, value2]*)",
        summary: "Whether the value is one of a list; floating-point numbers must be identical.",
        example: ("2 IN (1, 2)", "TRUE"),
        resolve: { try resolve($0) },
        makeKernel: { makeKernel($0) }
    )

    private static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count >= 2 else { throw FunctionError("IN takes a value and a list of at least one value") }
        let result = DataType(.boolean, nullable: arguments.contains { $0.type.containsNullable })
        let texts = arguments.dropFirst().map(\.type.logical).filter { $0 != .null }.map(\.isCharacter)
        if Set(texts).count > 1 {
            throw FunctionError("the values of an IN list must be all text or none of them", hint: "write a CAST")
        }
        var operand = arguments[0].type.logical
        if ComparisonTypes.isNested(operand) { return try resolveNested(arguments, result) }
        // Numbers are cast to the type of the value that is looked for, as Calcite does: of an INT column with a 2,
        // `i IN (2.5)` is TRUE.
        let isNumber =
            operand.isNumeric
            && arguments.dropFirst().allSatisfy { $0.type.logical.isNumber || $0.type.logical == .null }
        for argument in arguments.dropFirst() where !isNumber {
            guard let common = ComparisonTypes.operandType(operand, argument.type.logical) else {
                throw FunctionError("cannot look for \(operand) among \(argument.type.logical)", hint: "write a CAST")
            }
            operand = common
        }
        return ResolvedSignature(arguments.map { DataType(operand, nullable: $0.type.isNullable) }, result)
    }

    private static func resolveNested(_ arguments: [ArgumentInfo], _ result: DataType) throws -> ResolvedSignature {
        for argument in arguments.dropFirst() {
            _ = try ComparisonTypes.resolve(.equal, [arguments[0], argument])
        }
        return ResolvedSignature(arguments.map(\.type), result)
    }

    private static func makeKernel(_ call: ResolvedCall) -> ScalarKernel {
        let elements = call.literals.dropFirst()
        let operand = call.argumentTypes[0]
        guard elements.count > linearCountMax || operand.logical.isApproximate, elements.allSatisfy({ $0 != nil })
        else {
            return linear(call)
        }
        let values = elements.compactMap { $0 }
        let hasNull = values.contains(.null)
        let list = Column.of(values.filter { !$0.isNull }, operand)
        let probe: (Column, Int) -> Column
        switch operand.lane {
        case .bool, .int8: probe = table(list, Int8.self)
        case .int16: probe = table(list, Int16.self)
        case .int32, .float: probe = table(list, Int32.self)
        case .int64, .double: probe = table(list, Int64.self)
        case .int128: probe = table(list, Int128.self)
        case .view: probe = textTable(list)
        default: return linear(call)
        }
        let type = call.type
        return { arguments, rowCount in
            let found = probe(arguments[0], rowCount)
            return hasNull ? nullingFalse(found, type) : found.retyped(type)
        }
    }

    /// One comparison an element, joined by OR.
    private static func linear(_ call: ResolvedCall) -> ScalarKernel {
        let type = DataType(.boolean)
        let equality = ComparisonKernels.make(.equal, call.argumentTypes[0].logical, type)
        let result = call.type
        return { arguments, rowCount in
            var found = try equality([arguments[0], arguments[1]], rowCount)
            for element in arguments.dropFirst(2) {
                found = LogicalEvaluation.combined(found, try equality([arguments[0], element], rowCount), 1, type)
            }
            return found.retyped(result)
        }
    }

    private static func table<Value: FixedWidthInteger & BitwiseCopyable>(
        _ list: Column,
        _ lane: Value.Type
    ) -> (Column, Int) -> Column {
        var slots: [Value] = []
        for row in 0..<list.count { slots.append(list.lane(lane)[row]) }
        let set = ProbeSet(slots)
        return { column, rowCount in
            Loops.map(column, rowCount, DataType(.boolean), lane) { set.contains($0) ? 1 as UInt8 : 0 }
        }
    }

    private static func textTable(_ list: Column) -> (Column, Int) -> Column {
        // Length and first four bytes choose the few elements that are compared in full.
        var candidates: [UInt64: [StringView]] = [:]
        for row in 0..<list.count { candidates[list.views[row].word0, default: []].append(list.views[row]) }
        let prefixes = ProbeSet(Array(candidates.keys))
        return { column, rowCount in
            // The list column is captured so that the bytes behind its views stay alive.
            withExtendedLifetime(list) {
                Loops.map(column, rowCount, DataType(.boolean), StringView.self) { view in
                    guard prefixes.contains(view.word0), let views = candidates[view.word0] else { return 0 as UInt8 }
                    return views.contains { StringView.equal($0, view) } ? 1 : 0
                }
            }
        }
    }

    private static func nullingFalse(_ found: Column, _ type: DataType) -> Column {
        var failed: [Int] = []
        for slot in 0..<found.slotCount where found.bools[slot] == 0 { failed.append(slot) }
        return found.withValidity(Loops.clearing(failed, in: found.validity, slotCount: found.slotCount)).retyped(type)
    }
}

/// A small immutable set of integers with open addressing.
struct ProbeSet<Value: FixedWidthInteger & BitwiseCopyable> {
    private var slots: [Value]
    private var isUsed: [Bool]
    private let mask: Int

    init(_ values: [Value]) {
        var capacity = 16
        while capacity < values.count * 4 { capacity *= 2 }
        mask = capacity - 1
        slots = Array(repeating: 0, count: capacity)
        isUsed = Array(repeating: false, count: capacity)
        for value in values {
            var slot = Self.start(value) & mask
            while isUsed[slot] && slots[slot] != value { slot = (slot + 1) & mask }
            slots[slot] = value
            isUsed[slot] = true
        }
    }

    @inline(__always)
    private static func start(_ value: Value) -> Int {
        let mixed = UInt64(truncatingIfNeeded: value) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40)
    }

    /// Whether `value` is in the set.
    @inline(__always)
    func contains(_ value: Value) -> Bool {
        var slot = Self.start(value) & mask
        while isUsed[slot] {
            if slots[slot] == value { return true }
            slot = (slot + 1) & mask
        }
        return false
    }
}
