import SluiceColumns

/// AND and OR in three-valued logic, lazy where an operand could fail or cost much.
///
/// Both are the same computation around their dominant value: FALSE (0) decides an AND, TRUE (1) decides an OR.
enum LogicalEvaluation {
    /// The value of `operands` joined by the connective whose dominant value is `dominant`.
    static func value(
        _ operands: [ExpressionNode],
        dominant: UInt8,
        _ type: DataType,
        _ frame: EvaluationFrame
    ) throws -> Column {
        guard let first = operands.first else {
            return .constant(.boolean(dominant == 0), type, count: frame.rowCount)
        }
        var result = boolean(try frame.value(first), type)
        for operand in operands.dropFirst() {
            if isDecided(result, dominant) { break }
            if operand.isEager {
                result = combined(result, boolean(try frame.value(operand), type), dominant, type)
                continue
            }
            let rows = undecided(result, dominant)
            if let rows, rows.count == 0 { break }
            let value = boolean(try frame.narrowed(to: rows).value(operand), type)
            result =
                rows.map { scattered(result, value, $0, dominant, type) } ?? combined(result, value, dominant, type)
        }
        return result.type == type ? result : result.retyped(type)
    }

    private static func boolean(_ column: Column, _ type: DataType) -> Column {
        column.type.lane == .null ? .allNull(type, count: column.count) : column
    }

    private static func isDecided(_ column: Column, _ dominant: UInt8) -> Bool {
        column.isConstant && !Loops.isNullConstant(column) && column.bools[0] == dominant
    }

    /// Rows that are not yet the dominant value; nil where none is.
    private static func undecided(_ column: Column, _ dominant: UInt8) -> SelectionVector? {
        if column.isConstant { return nil }
        var lane = MutableLane<Int32>(count: column.count)
        var count = 0
        do {
            var rows = lane.span
            let values = column.bools
            if let validity = column.validity {
                for row in 0..<values.count {
                    rows[count] = Int32(truncatingIfNeeded: row)
                    count &+= values[row] != dominant || !validity[row] ? 1 : 0
                }
            } else {
                for row in 0..<values.count {
                    rows[count] = Int32(truncatingIfNeeded: row)
                    count &+= Int(values[row] ^ dominant)
                }
            }
        }
        return count == column.count ? nil : SelectionVector(lane, count: count)
    }

    /// Row by row the connective of two columns of the same rows.
    static func combined(_ left: Column, _ right: Column, _ dominant: UInt8, _ type: DataType) -> Column {
        if left.isConstant, !Loops.isNullConstant(left) { return left.bools[0] == dominant ? left : right }
        if right.isConstant, !Loops.isNullConstant(right) { return right.bools[0] == dominant ? right : left }
        if left.isConstant && right.isConstant { return .allNull(type, count: left.count) }
        let lhs = left.flattened()
        let rhs = right.flattened()
        if lhs.validity == nil && rhs.validity == nil {
            return dominant == 0
                ? Loops.zip(lhs, rhs, lhs.count, type, UInt8.self, UInt8.self) { $0 & $1 }
                : Loops.zip(lhs, rhs, lhs.count, type, UInt8.self, UInt8.self) { $0 | $1 }
        }
        return combinedWithNulls(lhs, rhs, dominant, type)
    }

    private static func combinedWithNulls(
        _ left: Column,
        _ right: Column,
        _ dominant: UInt8,
        _ type: DataType
    ) -> Column {
        let count = left.count
        var lane = MutableLane<UInt8>(count: count)
        var valid = MutableBitmap(count: count, repeating: false)
        do {
            var target = lane.span
            var words = valid.words
            let lefts = left.bools
            let rights = right.bools
            for word in 0..<words.count {
                let leftValid = Loops.validityWord(left, word)
                let rightValid = Loops.validityWord(right, word)
                let base = word << 6
                var bits: UInt64 = 0
                for bit in 0..<min(64, count - base) {
                    let leftThere = UInt8(truncatingIfNeeded: leftValid >> UInt64(bit)) & 1
                    let rightThere = UInt8(truncatingIfNeeded: rightValid >> UInt64(bit)) & 1
                    let decides =
                        (leftThere & (lefts[base + bit] ^ dominant ^ 1))
                        | (rightThere & (rights[base + bit] ^ dominant ^ 1))
                    target[base + bit] = decides ^ dominant ^ 1
                    bits |= UInt64(decides | (leftThere & rightThere)) << UInt64(bit)
                }
                words[word] = bits
            }
        }
        return Column(type: type, count: count, values: lane.finish(), validity: valid.finishAsValidity())
    }

    /// `base` joined with `values`, which stand for the rows `rows` of it; the other rows stay.
    private static func scattered(
        _ base: Column,
        _ values: Column,
        _ rows: SelectionVector,
        _ dominant: UInt8,
        _ type: DataType
    ) -> Column {
        let neutral = Column.constant(.boolean(dominant == 0), DataType(.boolean), count: base.count).flattened()
        var lane = MutableLane<UInt8>(count: base.count)
        var valid = MutableBitmap(count: base.count, repeating: true)
        do {
            var target = lane.span
            let start = neutral.bools
            for row in 0..<base.count { target[row] = start[row] }
            let source = values.bools
            let mask = values.isConstant ? 0 : ~0
            let positions = rows.rows
            for index in 0..<positions.count {
                let row = Int(positions[index])
                target[row] = source[index & mask]
                if values.isNull(index) { valid.clear(row) }
            }
        }
        let spread = Column(type: type, count: base.count, values: lane.finish(), validity: valid.finishAsValidity())
        return combined(base, spread, dominant, type)
    }
}
