extension Column {
    /// The rows of `selection`, in its order, as a flat column (a constant stays constant).
    ///
    /// - Complexity: one pass over the selection per lane; strings share their arenas.
    public func gathered(_ selection: SelectionVector) -> Column {
        let rowCount = selection.count
        if isConstant || type.lane == .null {
            return Column(
                type: type,
                count: rowCount,
                values: values,
                validity: rowCount == 0 && !isConstant ? nil : validity,
                children: children,
                arenas: arenas,
                isConstant: isConstant
            )
        }
        let validity = self.validity.flatMap { $0.gathered(selection) }
        switch type.lane {
        case .list, .map: return gatheredCollections(selection, validity)
        case .row:
            return Column(
                type: type,
                count: rowCount,
                values: nil,
                validity: validity,
                children: children.map { $0.gathered(selection) }
            )
        default: break
        }
        let gathered: RawBuffer? =
            switch type.lane.stride {
            case 1: gatheredSlots(selection, UInt8.self)
            case 2: gatheredSlots(selection, UInt16.self)
            case 4: gatheredSlots(selection, UInt32.self)
            case 8: gatheredSlots(selection, UInt64.self)
            default: gatheredSlots(selection, StringView.self)
            }
        return Column(type: type, count: rowCount, values: gathered, validity: validity, arenas: arenas)
    }

    private func gatheredSlots<Slot: BitwiseCopyable>(_ selection: SelectionVector, _ slot: Slot.Type) -> RawBuffer {
        var lane = MutableLane<Slot>(count: selection.count)
        do {
            var target = lane.span
            let source = slots(slot)
            let rows = selection.rows
            // SAFETY: a selection only holds rows of its batch; the debug build checks it. Pointers, because a gather
            // over spans was measured at 2.7 times the cost.
            unsafe source.withUnsafeBufferPointer { source in
                unsafe target.withUnsafeMutableBufferPointer { target in
                    unsafe rows.withUnsafeBufferPointer { rows in
                        for index in 0..<rows.count {
                            let row = unsafe Int(rows.baseAddress.unsafelyUnwrapped[index])
                            assert(row < source.count)
                            unsafe target.baseAddress.unsafelyUnwrapped[index] =
                                source.baseAddress.unsafelyUnwrapped[row]
                        }
                    }
                }
            }
        }
        return lane.finish()
    }

    private func gatheredCollections(_ selection: SelectionVector, _ validity: Bitmap?) -> Column {
        var starts = MutableLane<Int32>(count: selection.count + 1)
        var elementRows: [Int32] = []
        do {
            var target = starts.span
            let source = offsets
            let rows = selection.rows
            target[0] = 0
            for index in 0..<rows.count {
                let row = Int(rows[index])
                for element in source[row]..<source[row + 1] { elementRows.append(element) }
                target[index + 1] = Int32(truncatingIfNeeded: elementRows.count)
            }
        }
        let elements = SelectionVector(elementRows)
        return Column(
            type: type,
            count: selection.count,
            values: starts.finish(),
            validity: validity,
            children: children.map { $0.gathered(elements) }
        )
    }
}

extension Bitmap {
    /// The bits of the selected rows; nil where all of them are set.
    public func gathered(_ selection: SelectionVector) -> Bitmap? {
        if let rowSet = selection.rowSet, contains(rowSet) { return nil }
        var result = MutableBitmap(count: selection.count, repeating: false)
        do {
            var words = result.words
            let source = self.words
            let rows = selection.rows
            // Each word is collected in a register: bits set one by one in memory wait for each other.
            for word in 0..<(rows.count + 63) >> 6 {
                let start = word << 6
                var bits: UInt64 = 0
                for index in start..<min(start + 64, rows.count) {
                    let row = Int(rows[index])
                    bits |= (source[row >> 6] &>> UInt64(row & 63) & 1) &<< UInt64(index & 63)
                }
                words[word] = bits
            }
        }
        return result.finishAsValidity()
    }

    /// Whether `other` has as many bits, and each one that is set there is set here.
    private func contains(_ other: Bitmap) -> Bool {
        if count != other.count { return false }
        let words = self.words
        let others = other.words
        for index in 0..<words.count where others[index] & ~words[index] != 0 { return false }
        return true
    }
}
