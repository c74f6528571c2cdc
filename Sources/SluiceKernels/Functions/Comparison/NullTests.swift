import SluiceColumns

/// Kernels that look at validity alone.
enum NullTests {
    /// The signature of a test of one value of any type: BOOLEAN NOT NULL.
    static func resolve(_ name: String, _ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 1 else { throw FunctionError("'\(name)' takes one operand") }
        return ResolvedSignature([arguments[0].type], .notNull(.boolean))
    }

    /// TRUE where the row is NULL.
    static func isNull(_ column: Column, _ rowCount: Int, _ type: DataType) -> Column {
        test(column, rowCount, type, ofNull: 1)
    }

    /// TRUE where the row is not NULL.
    static func isNotNull(_ column: Column, _ rowCount: Int, _ type: DataType) -> Column {
        test(column, rowCount, type, ofNull: 0)
    }

    /// A column of ones that is NULL where `column` is; for kernels that only need to know which rows are there.
    static func presence(_ column: Column, _ rowCount: Int) -> Column {
        if column.type.lane == .null { return .allNull(DataType(.boolean), count: rowCount) }
        let lane = MutableLane<UInt8>(repeating: 1, count: column.slotCount)
        return Column(
            type: DataType(.boolean),
            count: rowCount,
            values: lane.finish(),
            validity: column.validity,
            isConstant: column.isConstant
        )
    }

    private static func test(_ column: Column, _ rowCount: Int, _ type: DataType, ofNull: UInt8) -> Column {
        guard let validity = column.validity, !column.isConstant else {
            let isNull = Loops.isNullConstant(column)
            return .constant(.boolean((ofNull == 1) == isNull), type, count: rowCount)
        }
        var lane = MutableLane<UInt8>(count: rowCount)
        do {
            var target = lane.span
            let words = validity.words
            let ofValid = 1 &- ofNull
            for row in 0..<rowCount {
                let isValid = UInt8(truncatingIfNeeded: words[row >> 6] >> UInt64(row & 63)) & 1
                target[row] = isValid == 1 ? ofValid : ofNull
            }
        }
        return Column(type: type, count: rowCount, values: lane.finish())
    }
}

/// Kernels of IS [NOT] DISTINCT FROM.
enum DistinctKernels {
    /// The kernel of one call.
    static func make(_ call: ResolvedCall, wantsDistinct: Bool) -> ScalarKernel {
        let equality = ComparisonKernels.make(.equal, call.argumentTypes[0].logical, DataType(.boolean))
        let type = call.type
        let ofEqual: UInt8 = wantsDistinct ? 0 : 1
        return { arguments, rowCount in
            let equal = try equality(arguments, rowCount)
            var lane = MutableLane<UInt8>(count: rowCount)
            do {
                var target = lane.span
                let values = equal.bools
                let mask = equal.isConstant ? 0 : ~0
                let hasNoNulls = equal.hasNoNulls
                for row in 0..<rowCount {
                    let same: Bool =
                        hasNoNulls || !equal.isNull(row)
                        ? values[row & mask] != 0 : arguments[0].isNull(row) && arguments[1].isNull(row)
                    target[row] = same ? ofEqual : 1 &- ofEqual
                }
            }
            return Column(type: type, count: rowCount, values: lane.finish())
        }
    }
}
