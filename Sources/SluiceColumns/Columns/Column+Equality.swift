extension Column {
    /// Clears the bit of every row in which `lhs` and `rhs` differ; NULL equals NULL, floats compare by their bits.
    ///
    /// - Parameters:
    ///   - lhs: same type and count as `rhs`.
    ///   - rhs: see `lhs`.
    ///   - equal: a bit per row; bits of equal rows stay as they are.
    public static func clearWhereDifferent(_ lhs: Column, _ rhs: Column, in equal: inout MutableBitmap) {
        precondition(lhs.count == rhs.count)
        let left = lhs.flattened()
        let right = rhs.flattened()
        switch left.type.lane {
        case .null: return
        case .list, .map, .row:
            for row in 0..<left.count where left.value(row) != right.value(row) { equal.clear(row) }
        case .view:
            let leftViews = left.views
            let rightViews = right.views
            for row in 0..<left.count {
                if !sameNullness(left, right, row, &equal) { continue }
                if !StringView.equal(leftViews[row], rightViews[row]) { equal.clear(row) }
            }
        case .bool, .int8: compare(left, right, UInt8.self, &equal)
        case .int16: compare(left, right, UInt16.self, &equal)
        case .int32, .float: compare(left, right, UInt32.self, &equal)
        case .int64, .double: compare(left, right, UInt64.self, &equal)
        case .int128: compare(left, right, Int128.self, &equal)
        }
    }

    /// Whether both rows are present; where only one is, the rows differ.
    private static func sameNullness(
        _ left: Column,
        _ right: Column,
        _ row: Int,
        _ equal: inout MutableBitmap
    ) -> Bool {
        let isLeftNull = left.isNull(row)
        if isLeftNull != right.isNull(row) { equal.clear(row) }
        return !isLeftNull && !right.isNull(row)
    }

    private static func compare<Slot: BitwiseCopyable & Equatable>(
        _ left: Column,
        _ right: Column,
        _ slot: Slot.Type,
        _ equal: inout MutableBitmap
    ) {
        let leftSlots = left.lane(slot)
        let rightSlots = right.lane(slot)
        if left.validity == nil && right.validity == nil {
            for row in 0..<left.count where leftSlots[row] != rightSlots[row] { equal.clear(row) }
            return
        }
        for row in 0..<left.count {
            if !sameNullness(left, right, row, &equal) { continue }
            if leftSlots[row] != rightSlots[row] { equal.clear(row) }
        }
    }
}
