extension Column {
    /// The rows of `columns` one after the other; all have the same type.
    ///
    /// - Complexity: copies every slot once; strings share their arenas.
    public static func concatenated(_ columns: [Column]) -> Column {
        precondition(!columns.isEmpty)
        if columns.count == 1 { return columns[0] }
        let parts = columns.map { $0.flattened() }
        let type = parts[0].type
        let count = parts.reduce(0) { $0 + $1.count }
        let validity = concatenatedValidity(parts, count)
        var arenas = ArenaSet()
        for part in parts { arenas.formUnion(part.arenas) }
        switch type.lane {
        case .null: return Column(type: type, count: count, values: nil)
        case .row:
            let children = parts[0].children.indices.map { field in concatenated(parts.map { $0.children[field] }) }
            return Column(type: type, count: count, values: nil, validity: validity, children: children)
        case .list, .map:
            let children = parts[0].children.indices.map { field in concatenated(parts.map { $0.children[field] }) }
            return Column(
                type: type,
                count: count,
                values: concatenatedOffsets(parts, count),
                validity: validity,
                children: children
            )
        default: break
        }
        let values: RawBuffer =
            switch type.lane.stride {
            case 1: concatenatedSlots(parts, count, UInt8.self)
            case 2: concatenatedSlots(parts, count, UInt16.self)
            case 4: concatenatedSlots(parts, count, UInt32.self)
            case 8: concatenatedSlots(parts, count, UInt64.self)
            default: concatenatedSlots(parts, count, StringView.self)
            }
        return Column(type: type, count: count, values: values, validity: validity, arenas: arenas)
    }

    private static func concatenatedSlots<Slot: BitwiseCopyable>(
        _ parts: [Column],
        _ count: Int,
        _ slot: Slot.Type
    ) -> RawBuffer {
        var lane = MutableLane<Slot>(count: count)
        do {
            var target = lane.span
            var row = 0
            for part in parts {
                let source = part.slots(slot)
                for index in 0..<source.count { target[row + index] = source[index] }
                row += source.count
            }
        }
        return lane.finish()
    }

    private static func concatenatedOffsets(_ parts: [Column], _ count: Int) -> RawBuffer {
        var lane = MutableLane<Int32>(count: count + 1)
        do {
            var target = lane.span
            target[0] = 0
            var row = 0
            var base: Int32 = 0
            for part in parts {
                let source = part.offsets
                for index in 0..<part.count { target[row + index + 1] = base + source[index + 1] }
                row += part.count
                base += source[part.count]
            }
        }
        return lane.finish()
    }

    private static func concatenatedValidity(_ parts: [Column], _ count: Int) -> Bitmap? {
        if parts.allSatisfy({ $0.validity == nil }) { return nil }
        var result = MutableBitmap(count: count, repeating: true)
        var row = 0
        for part in parts {
            if let validity = part.validity {
                for index in 0..<part.count where !validity[index] { result.clear(row + index) }
            }
            row += part.count
        }
        return result.finishAsValidity()
    }
}

extension Batch {
    /// The rows of `batches` one after the other; all belong to one edge.
    ///
    /// Row kinds appear where any batch has them; running watermarks only where all have them.
    public static func concatenated(_ batches: [Batch]) -> Batch {
        precondition(!batches.isEmpty)
        if batches.count == 1 { return batches[0] }
        let rowCount = batches.reduce(0) { $0 + $1.rowCount }
        let columns = batches[0].columns.indices.map { field in Column.concatenated(batches.map { $0.columns[field] }) }
        let watermarks = batches.compactMap(\.runningWatermarks)
        return Batch(
            columns: columns,
            rowCount: rowCount,
            rowKinds: concatenatedKinds(batches, rowCount),
            runningWatermarks: watermarks.count == batches.count ? Column.concatenated(watermarks) : nil
        )
    }

    private static func concatenatedKinds(_ batches: [Batch], _ rowCount: Int) -> RowKinds? {
        guard batches.contains(where: { $0.rowKinds != nil }) else { return nil }
        var lane = MutableLane<UInt8>(count: rowCount, zeroed: true)
        do {
            var target = lane.span
            var row = 0
            for batch in batches {
                if let kinds = batch.rowKinds {
                    let source = kinds.raw
                    for index in 0..<source.count { target[row + index] = source[index] }
                }
                row += batch.rowCount
            }
        }
        return RowKinds(lane)
    }
}
