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
            if rowCount == 0 { return Column.of([], type) }
            if arguments.contains(where: { Loops.isNullConstant($0) }) { return .allNull(type, count: rowCount) }
            let equality = NestedEquality(arguments[0], arguments[1])
            let (leftMask, rightMask) = (arguments[0].isConstant ? 0 : -1, arguments[1].isConstant ? 0 : -1)
            var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                result.set(row, equality.areEqual(row & leftMask, row & rightMask) == wantsEqual ? 1 : 0)
            }
            return try result.finish(type)
        }
    }
}
