import SluiceColumns

/// Kernels of the six comparisons over operands of one lane.
enum ComparisonKernels {
    /// The kernel of `left op right`; both have the type `operand` (nested types may differ and compare by value).
    static func make(_ operation: ComparisonOperator, _ operand: LogicalType, _ type: DataType) -> ScalarKernel {
        switch operand.lane {
        case .bool: fixed(operation, UInt8.self, type)
        case .int8: fixed(operation, Int8.self, type)
        case .int16: fixed(operation, Int16.self, type)
        case .int32: fixed(operation, Int32.self, type)
        case .int64: fixed(operation, Int64.self, type)
        case .int128: fixed(operation, Int128.self, type)
        case .float: fixed(operation, Float.self, type)
        case .double: fixed(operation, Double.self, type)
        case .view: text(operation, type)
        case .list, .map, .row, .null: nested(operation, type)
        }
    }

    private static func fixed<Value: Comparable & BitwiseCopyable>(
        _ operation: ComparisonOperator,
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        switch operation {
        case .equal:
            { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 == $1 ? 1 as UInt8 : 0 }
            }
        case .notEqual:
            { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 != $1 ? 1 as UInt8 : 0 }
            }
        case .less:
            { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 < $1 ? 1 as UInt8 : 0 }
            }
        case .lessOrEqual:
            { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 <= $1 ? 1 as UInt8 : 0 }
            }
        case .greater:
            { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 > $1 ? 1 as UInt8 : 0 }
            }
        case .greaterOrEqual:
            { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 >= $1 ? 1 as UInt8 : 0 }
            }
        }
    }

    private static func text(_ operation: ComparisonOperator, _ type: DataType) -> ScalarKernel {
        if operation == .equal || operation == .notEqual {
            let equalValue: UInt8 = operation == .equal ? 1 : 0
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, StringView.self, StringView.self) {
                    StringView.equal($0, $1) ? equalValue : 1 &- equalValue
                }
            }
        }
        return { arguments, rowCount in orderedText(operation, arguments[0], arguments[1], rowCount, type) }
    }

    private static func orderedText(
        _ operation: ComparisonOperator,
        _ left: Column,
        _ right: Column,
        _ rowCount: Int,
        _ type: DataType
    ) -> Column {
        if Loops.isNullConstant(left) || Loops.isNullConstant(right) { return .allNull(type, count: rowCount) }
        let isConstant = left.isConstant && right.isConstant
        let slotCount = isConstant ? 1 : rowCount
        let leftMask = left.isConstant ? 0 : ~0
        let rightMask = right.isConstant ? 0 : ~0
        var lane = MutableLane<UInt8>(count: slotCount)
        do {
            var target = lane.span
            let leftViews = left.views
            let rightViews = right.views
            let leftText = left.strings
            let rightText = right.strings
            for slot in 0..<slotCount {
                let order = BytewiseOrder.compare(
                    leftViews,
                    leftText,
                    slot & leftMask,
                    rightViews,
                    rightText,
                    slot & rightMask
                )
                target[slot] = operation.holds(order) ? 1 : 0
            }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: Loops.validity(left, right),
            isConstant: isConstant
        )
    }

    /// Arrays, maps and rows compare by value, NULL elements being equal to each other; only equality exists.
    private static func nested(_ operation: ComparisonOperator, _ type: DataType) -> ScalarKernel {
        let wantsEqual = operation == .equal
        return { arguments, rowCount in
            let values = (0..<rowCount).map { row -> Value in
                let left = arguments[0].value(row)
                let right = arguments[1].value(row)
                if left.isNull || right.isNull { return .null }
                return .boolean(NestedEquality.equal(left, right) == wantsEqual)
            }
            return Column.of(values, type)
        }
    }
}

/// Equality of nested values: maps compare without order.
enum NestedEquality {
    /// Whether two values are equal; NULL equals NULL inside of a collection.
    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.array(let lhs), .array(let rhs)), (.row(let lhs), .row(let rhs)):
            return lhs.count == rhs.count && zip(lhs, rhs).allSatisfy { equal($0, $1) }
        case (.map(let lhsKeys, let lhsValues), .map(let rhsKeys, let rhsValues)):
            guard lhsKeys.count == rhsKeys.count else { return false }
            return lhsKeys.indices.allSatisfy { index in
                guard let found = rhsKeys.firstIndex(where: { equal(lhsKeys[index], $0) }) else { return false }
                return equal(lhsValues[index], rhsValues[found])
            }
        default:
            if let lhs = left.integerValue, let rhs = right.integerValue { return lhs == rhs }
            return left == right
        }
    }
}
