import SluiceColumns

/// Loops over one or two operands, slot by slot; a constant operand is read once and never materialised.
///
/// Every function is generic and inlined into a concrete caller of this module, so that no loop runs unspecialised.
/// NULL slots are computed like the others (their values are initialised) and masked by the validity of the result.
enum Loops {
    /// `body` of every slot; NULL stays NULL.
    @inline(__always)
    static func map<Input: BitwiseCopyable, Output: BitwiseCopyable>(
        _ column: Column,
        _ rowCount: Int,
        _ type: DataType,
        _ input: Input.Type,
        _ body: (Input) -> Output
    ) -> Column {
        let slotCount = column.slotCount
        var lane = MutableLane<Output>(count: slotCount)
        do {
            var target = lane.span
            let source = column.lane(Input.self)
            for slot in 0..<slotCount { target[slot] = body(source[slot]) }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: column.validity,
            isConstant: column.isConstant
        )
    }

    /// `body` of every valid slot; nil makes the slot NULL.
    @inline(__always)
    static func mapOptional<Input: BitwiseCopyable, Output: BitwiseCopyable>(
        _ column: Column,
        _ rowCount: Int,
        _ type: DataType,
        _ input: Input.Type,
        zero: Output,
        _ body: (Input) -> Output?
    ) -> Column {
        let slotCount = column.slotCount
        var lane = MutableLane<Output>(count: slotCount)
        var failed: [Int] = []
        do {
            var target = lane.span
            let source = column.lane(Input.self)
            for slot in 0..<slotCount {
                if let value = body(source[slot]) {
                    target[slot] = value
                } else {
                    target[slot] = zero
                    failed.append(slot)
                }
            }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: clearing(failed, in: column.validity, slotCount: slotCount),
            isConstant: column.isConstant
        )
    }

    /// `body` of every pair of slots; NULL where either is.
    @inline(__always)
    static func zip<Left: BitwiseCopyable, Right: BitwiseCopyable, Output: BitwiseCopyable>(
        _ left: Column,
        _ right: Column,
        _ rowCount: Int,
        _ type: DataType,
        _ leftLane: Left.Type,
        _ rightLane: Right.Type,
        _ body: (Left, Right) -> Output
    ) -> Column {
        if isNullConstant(left) || isNullConstant(right) { return .allNull(type, count: rowCount) }
        let isConstant = left.isConstant && right.isConstant
        let slotCount = isConstant ? 1 : rowCount
        var lane = MutableLane<Output>(count: slotCount)
        do {
            var target = lane.span
            let lefts = left.lane(Left.self)
            let rights = right.lane(Right.self)
            if left.isConstant && !isConstant {
                let value = lefts[0]
                for slot in 0..<slotCount { target[slot] = body(value, rights[slot]) }
            } else if right.isConstant && !isConstant {
                let value = rights[0]
                for slot in 0..<slotCount { target[slot] = body(lefts[slot], value) }
            } else {
                for slot in 0..<slotCount { target[slot] = body(lefts[slot], rights[slot]) }
            }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: validity(left, right),
            isConstant: isConstant
        )
    }

    /// `body` of every pair of slots; NULL where either is or where `body` gives nil.
    @inline(__always)
    static func zipOptional<Left: BitwiseCopyable, Right: BitwiseCopyable, Output: BitwiseCopyable>(
        _ left: Column,
        _ right: Column,
        _ rowCount: Int,
        _ type: DataType,
        _ leftLane: Left.Type,
        _ rightLane: Right.Type,
        zero: Output,
        _ body: (Left, Right) -> Output?
    ) -> Column {
        if isNullConstant(left) || isNullConstant(right) { return .allNull(type, count: rowCount) }
        let isConstant = left.isConstant && right.isConstant
        let slotCount = isConstant ? 1 : rowCount
        var lane = MutableLane<Output>(count: slotCount)
        var failed: [Int] = []
        do {
            var target = lane.span
            let lefts = left.lane(Left.self)
            let rights = right.lane(Right.self)
            let leftMask = left.isConstant ? 0 : ~0
            let rightMask = right.isConstant ? 0 : ~0
            for slot in 0..<slotCount {
                if let value = body(lefts[slot & leftMask], rights[slot & rightMask]) {
                    target[slot] = value
                } else {
                    target[slot] = zero
                    failed.append(slot)
                }
            }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: clearing(failed, in: validity(left, right), slotCount: slotCount),
            isConstant: isConstant
        )
    }

    /// Whether `column` is a constant NULL.
    static func isNullConstant(_ column: Column) -> Bool {
        column.type.lane == .null || (column.isConstant && column.validity.map { !$0[0] } ?? false)
    }

    /// Validity per slot of a result over two operands; neither is a constant NULL.
    static func validity(_ left: Column, _ right: Column) -> Bitmap? {
        Bitmap.and(left.isConstant ? nil : left.validity, right.isConstant ? nil : right.validity)
    }

    /// 64 validity bits of a column, those of rows `64 * word ...`; all or none for a constant.
    @inline(__always)
    static func validityWord(_ column: Column, _ word: Int) -> UInt64 {
        guard let validity = column.validity else { return ~0 }
        if column.isConstant { return validity[0] ? ~0 : 0 }
        return validity.words[word]
    }

    /// `validity` with the bits of `slots` cleared.
    static func clearing(_ slots: [Int], in validity: Bitmap?, slotCount: Int) -> Bitmap? {
        if slots.isEmpty { return validity }
        var result = MutableBitmap(count: slotCount, repeating: true)
        if let validity {
            let source = validity.words
            var target = result.words
            for index in 0..<source.count { target[index] = source[index] }
        }
        for slot in slots { result.clear(slot) }
        return result.finishAsValidity()
    }

    /// The first slot that is valid and for which `isBad` holds.
    @inline(__always)
    static func firstValid<Value: BitwiseCopyable>(
        _ column: Column,
        validity: Bitmap?,
        rowCount: Int,
        _ lane: Value.Type,
        where isBad: (Value) -> Bool
    ) -> Int? {
        let values = column.lane(Value.self)
        if column.isConstant {
            guard isBad(values[0]) else { return nil }
            guard let validity else { return rowCount > 0 ? 0 : nil }
            for slot in 0..<validity.count where validity[slot] { return slot }
            return nil
        }
        var badCount = 0
        for slot in 0..<values.count { badCount &+= isBad(values[slot]) ? 1 : 0 }
        if badCount == 0 { return nil }
        for slot in 0..<values.count where isBad(values[slot]) && (validity.map { $0[slot] } ?? true) { return slot }
        return nil
    }
}
