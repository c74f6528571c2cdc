import SluiceColumns

/// Chooses row by row between two columns.
enum ColumnSelect {
    /// `whenTrue` where `condition` is TRUE, `otherwise` elsewhere; both have the type `type`, which is not nested.
    static func select(_ condition: Column, _ whenTrue: Column, _ otherwise: Column, _ type: DataType) -> Column {
        if condition.isConstant || condition.type.lane == .null {
            return !Loops.isNullConstant(condition) && condition.bools[0] != 0 ? whenTrue : otherwise
        }
        if type.lane == .null { return otherwise }
        let truth = condition.validity == nil ? condition : certain(condition)
        let values: RawBuffer =
            switch type.lane.stride {
            case 1: slots(truth, whenTrue, otherwise, UInt8.self)
            case 2: slots(truth, whenTrue, otherwise, UInt16.self)
            case 4: slots(truth, whenTrue, otherwise, UInt32.self)
            case 8: slots(truth, whenTrue, otherwise, UInt64.self)
            default: slots(truth, whenTrue, otherwise, StringView.self)
            }
        var arenas = whenTrue.arenas
        arenas.formUnion(otherwise.arenas)
        return Column(
            type: type,
            count: condition.count,
            values: values,
            validity: validity(truth, whenTrue, otherwise),
            arenas: arenas
        )
    }

    /// The condition with FALSE for NULL.
    private static func certain(_ condition: Column) -> Column {
        var lane = MutableLane<UInt8>(count: condition.count)
        do {
            var target = lane.span
            let values = condition.bools
            for row in 0..<values.count { target[row] = condition.isNull(row) ? 0 : values[row] }
        }
        return Column(type: .notNull(.boolean), count: condition.count, values: lane.finish())
    }

    @inline(__always)
    private static func slots<Slot: BitwiseCopyable>(
        _ condition: Column,
        _ whenTrue: Column,
        _ otherwise: Column,
        _ slot: Slot.Type
    ) -> RawBuffer {
        var lane = MutableLane<Slot>(count: condition.count)
        do {
            var target = lane.span
            let truth = condition.bools
            let first = whenTrue.lane(Slot.self)
            let second = otherwise.lane(Slot.self)
            switch (whenTrue.isConstant, otherwise.isConstant) {
            case (false, false):
                for row in 0..<truth.count { target[row] = truth[row] != 0 ? first[row] : second[row] }
            case (true, false):
                let value = first[0]
                for row in 0..<truth.count { target[row] = truth[row] != 0 ? value : second[row] }
            case (false, true):
                let value = second[0]
                for row in 0..<truth.count { target[row] = truth[row] != 0 ? first[row] : value }
            case (true, true):
                let value = first[0]
                let other = second[0]
                for row in 0..<truth.count { target[row] = truth[row] != 0 ? value : other }
            }
        }
        return lane.finish()
    }

    private static func validity(_ condition: Column, _ whenTrue: Column, _ otherwise: Column) -> Bitmap? {
        if whenTrue.validity == nil && otherwise.validity == nil { return nil }
        let count = condition.count
        var result = MutableBitmap(count: count, repeating: false)
        do {
            var words = result.words
            let truth = condition.bools
            for word in 0..<words.count {
                let first = Loops.validityWord(whenTrue, word)
                let second = Loops.validityWord(otherwise, word)
                var chosen: UInt64 = 0
                let base = word << 6
                for bit in 0..<min(64, count - base) { chosen |= UInt64(truth[base + bit] & 1) << UInt64(bit) }
                words[word] = (chosen & first) | (~chosen & second)
            }
        }
        return result.finishAsValidity()
    }
}
