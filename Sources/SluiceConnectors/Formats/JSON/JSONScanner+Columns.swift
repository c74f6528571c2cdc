import SluiceColumns

extension JSONScanner {
    /// Makes rows `start ..< end` of a target and all below it NULL and forgets their elements.
    ///
    /// Only the last rows of a target may be cleared.
    mutating func clearRows(_ target: Int, from start: Int, to end: Int) {
        if start >= end { return }
        let lane = targets[target].lane
        if targets[target].element >= 0 { truncate(target, to: elementEnd(target, before: start)) }
        for row in start..<end { lanes.setNull(lane: lane, row: row) }
        while let noted = notedNulls[target].last, noted >= start { notedNulls[target].removeLast() }
        if targets[target].kind == .string || targets[target].kind == .bytes {
            for row in start..<end {
                lanes.store(StringView.empty, lane: lane, row: row)
                lanes.setNull(lane: lane, row: row)
            }
        }
        if targets[target].object >= 0 {
            for field in objects[targets[target].object].targets { clearRows(field, from: start, to: end) }
        }
    }

    /// Notes that row `row` of a target says NULL, where somebody wants to know.
    mutating func noteNull(_ target: Int, row: Int) {
        if targets[target].notesNulls { notedNulls[target].append(Int32(truncatingIfNeeded: row)) }
    }

    /// The rows of a target that say NULL, ascending; forgets them.
    mutating func takeNotedNulls(_ target: Int) -> [Int32] {
        let rows = notedNulls[target]
        notedNulls[target].removeAll(keepingCapacity: true)
        return rows
    }

    /// Forgets the elements of a list or map from `elementCount` on.
    mutating func truncate(_ target: Int, to elementCount: Int) {
        let end = elementCounts[target]
        if targets[target].key >= 0 { clearRows(targets[target].key, from: elementCount, to: end) }
        clearRows(targets[target].element, from: elementCount, to: end)
        elementCounts[target] = elementCount
    }

    /// Where the elements of the rows before `row` end.
    private func elementEnd(_ target: Int, before row: Int) -> Int {
        var index = row - 1
        while index >= 0, !lanes.isValid(lane: targets[target].lane, row: index) { index -= 1 }
        if index < 0 { return 0 }
        return Int(lanes.load(Int32.self, lane: targets[target].offsetLane, row: index))
    }

    /// Takes back what a record that failed has left in row `row`.
    mutating func rollBack(row: Int) {
        for target in columns { clearRows(target, from: row, to: row + 1) }
    }

    /// The first `rowCount` rows as columns; the lanes start afresh.
    mutating func takeColumns(rowCount: Int, blocks: [Arena]) -> [Column] {
        let arenas = ArenaSet(scratch.takeUsed() + (usesBlock ? blocks : []))
        usesBlock = false
        return columns.map { column($0, rowCount: rowCount, arenas) }
    }

    private mutating func column(_ index: Int, rowCount: Int, _ arenas: ArenaSet) -> Column {
        let target = targets[index]
        let capacity = target.isElement ? max(64, rowCount) : Self.rowCapacity
        let taken = lanes.take(lane: target.lane, rowCount: rowCount, rowCapacity: capacity)
        switch target.kind {
        case .null: return Column(type: target.type, count: rowCount, values: nil)
        case .row:
            let fields = objects[target.object].targets.map { column($0, rowCount: rowCount, arenas) }
            return Column(
                type: target.type,
                count: rowCount,
                values: nil,
                validity: taken.validity,
                children: fields
            )
        case .list, .map:
            let ends = lanes.take(lane: target.offsetLane, rowCount: rowCount, rowCapacity: capacity)
            let offsets = Self.offsets(ends: ends.values, validity: taken.validity, rowCount: rowCount)
            let elementCount = elementCounts[index]
            elementCounts[index] = 0
            var children: [Column] = []
            if target.key >= 0 { children.append(column(target.key, rowCount: elementCount, arenas)) }
            children.append(column(target.element, rowCount: elementCount, arenas))
            return Column(
                type: target.type,
                count: rowCount,
                values: offsets,
                validity: taken.validity,
                children: children
            )
        default:
            return Column(
                type: target.type,
                count: rowCount,
                values: taken.values,
                validity: taken.validity,
                arenas: target.type.lane == .view ? arenas : ArenaSet()
            )
        }
    }

    /// Offsets of a list column from the end of each row that is not NULL.
    private static func offsets(ends: RawBuffer, validity: Bitmap?, rowCount: Int) -> RawBuffer {
        var lane = MutableLane<Int32>(count: rowCount + 1)
        do {
            var offsets = lane.span
            let ends = ends.span(of: Int32.self, count: rowCount)
            offsets[0] = 0
            for row in 0..<rowCount {
                let isValid = validity?[row] ?? true
                offsets[row + 1] = isValid ? ends[row] : offsets[row]
            }
        }
        return lane.finish()
    }
}
