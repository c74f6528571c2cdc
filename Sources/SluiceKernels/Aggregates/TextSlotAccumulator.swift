import SluiceColumns

/// MIN, MAX, FIRST_VALUE and LAST_VALUE of texts and bytes that are only added: one view per group into bytes of its own.
///
/// Bytes of values that were replaced stay until more than half of them are dead; then the live ones are copied.
final class TextSlotAccumulator: GroupedAccumulator {
    private static let chunkByteCount = 1 << 16

    private var states = GroupLane(SlotState(value: StringView.empty, isSet: false))
    private var arenas: [Arena] = []
    private var heldByteCount = 0
    private var deadByteCount = 0
    private let type: DataType
    private let choice: ValueChoice

    init(_ type: DataType, _ choice: ValueChoice) {
        self.type = type
        self.choice = choice
    }

    func reserve(groupCount: Int) {
        states.reserve(groupCount)
    }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        take(arguments[0], groups)
    }

    private func take(_ column: Column, _ groups: Span<UInt32>) {
        if Loops.isNullConstant(column) { return }
        let mask = column.isConstant ? 0 : ~0
        let source = column.views
        let texts = column.strings
        for row in 0..<groups.count where !column.isNull(row) {
            let group = Int(groups[row])
            let slot = row & mask
            if states[group].isSet, !wins(source, texts, slot, group) { continue }
            store(source[slot], texts[slot], group)
        }
        compactIfWorthwhile()
    }

    private func wins(
        _ source: borrowing Span<StringView>, _ texts: borrowing StringSpan, _ slot: Int, _ group: Int
    ) -> Bool {
        switch choice {
        case .first: return false
        case .last: return true
        case .least, .greatest: break
        }
        let lhs = UInt32(truncatingIfNeeded: source[slot].word0 >> 32).byteSwapped
        let rhs = UInt32(truncatingIfNeeded: states[group].value.word0 >> 32).byteSwapped
        if lhs != rhs { return (lhs < rhs) == (choice == .least) }
        let held = heldColumn(group)
        let order = BytewiseOrder.compare(texts[slot], held.strings[0])
        return choice == .least ? order < 0 : order > 0
    }

    /// The value of one group as a column; only where the first bytes did not decide.
    private func heldColumn(_ group: Int) -> Column {
        var lane = MutableLane<StringView>(count: 1)
        do {
            var span = lane.span
            span[0] = states[group].value
        }
        return Column(type: type, count: 1, values: lane.finish(), arenas: ArenaSet(arenas))
    }

    private func store(_ view: StringView, _ text: Span<UInt8>, _ group: Int) {
        let old = states[group].value
        if !old.isInline { deadByteCount += old.byteCount }
        var kept = view
        if !view.isInline {
            let arena = room(for: text.count)
            let offset = arena.byteCount
            arena.append(text.bytes)
            kept = arena.view(at: offset, byteCount: text.count)
            heldByteCount += text.count
        }
        states[group] = SlotState(value: kept, isSet: true)
    }

    private func room(for byteCount: Int) -> Arena {
        if let last = arenas.last, last.capacity - last.byteCount >= byteCount { return last }
        let arena = Arena(byteCount: max(byteCount, Self.chunkByteCount), purpose: .tables)
        arenas.append(arena)
        return arena
    }

    private func compactIfWorthwhile() {
        guard deadByteCount > Self.chunkByteCount, deadByteCount * 2 > heldByteCount else { return }
        let old = allViews()
        arenas = []
        heldByteCount = 0
        deadByteCount = 0
        let texts = old.strings
        for group in 0..<old.count {
            let view = old.views[group]
            if view.isInline { continue }
            let text = texts[group]
            let arena = room(for: text.count)
            let offset = arena.byteCount
            arena.append(text.bytes)
            heldByteCount += text.count
            states[group].value = arena.view(at: offset, byteCount: text.count)
        }
    }

    private func allViews() -> Column {
        var lane = MutableLane<StringView>(count: states.count)
        do {
            var target = lane.span
            for group in 0..<states.count { target[group] = states[group].value }
        }
        return Column(type: type, count: states.count, values: lane.finish(), arenas: ArenaSet(arenas))
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? TextSlotAccumulator else { throw AggregateErrors.mismatch() }
        take(other.results(groups: sources), targets)
    }

    func reset(groups: Span<UInt32>) {
        for index in groups.indices {
            let view = states[Int(groups[index])].value
            if !view.isInline { deadByteCount += view.byteCount }
        }
        states.reset(groups)
        compactIfWorthwhile()
    }

    func results(groups: Span<UInt32>) -> Column {
        var builder = StringBuilder(count: groups.count, sharing: ArenaSet(arenas))
        var valid = MutableBitmap(count: groups.count, repeating: true)
        for row in 0..<groups.count {
            let group = Int(groups[row])
            if !states[group].isSet {
                valid.clear(row)
            } else {
                builder.set(row, toView: states[group].value)
            }
        }
        return builder.finish(type, validity: valid.finishAsValidity())
    }

    var byteCount: Int { states.byteCount + arenas.reduce(0) { $0 + $1.capacity } }
}
