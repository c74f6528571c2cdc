import SluiceColumns

/// The text of a group and where its bytes are: in the view itself, or at `offset` of an arena.
struct TextState: BitwiseCopyable {
    var view: StringView
    var arena: UInt32
    var offset: UInt32
    var isSet: Bool
}

/// MIN, MAX, FIRST_VALUE and LAST_VALUE of texts and bytes that are only added: one view per group into bytes of its
/// own.
///
/// Bytes of values that were replaced stay until more than half of them are dead; then the live ones are copied.
final class TextSlotAccumulator: GroupedAccumulator {
    private static let chunkByteCount = 1 << 16

    private var states = GroupLane(TextState(view: .empty, arena: 0, offset: 0, isSet: false))
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
        _ source: borrowing Span<StringView>,
        _ texts: borrowing StringSpan,
        _ slot: Int,
        _ group: Int
    ) -> Bool {
        switch choice {
        case .first: return false
        case .last: return true
        case .least, .greatest: break
        }
        let held = states[group]
        let lhs = UInt32(truncatingIfNeeded: source[slot].word0 >> 32).byteSwapped
        let rhs = UInt32(truncatingIfNeeded: held.view.word0 >> 32).byteSwapped
        if lhs != rhs { return (lhs < rhs) == (choice == .least) }
        if StringView.equal(source[slot], held.view) { return false }
        let order = held.view.isInline ? Self.compare(texts[slot], inline: held.view) : compare(texts[slot], held)
        return choice == .least ? order < 0 : order > 0
    }

    private func compare(_ text: Span<UInt8>, _ held: TextState) -> Int {
        let arena = arenas[Int(held.arena)]
        let offset = Int(held.offset)
        return BytewiseOrder.compare(text, arena.utf8.extracting(offset..<offset + held.view.byteCount))
    }

    private static func compare(_ text: Span<UInt8>, inline view: StringView) -> Int {
        let count = min(text.count, view.byteCount)
        for index in 0..<count {
            let word = index < 4 ? view.word0 >> UInt64(32 + 8 * index) : view.word1 >> UInt64(8 * (index - 4))
            let byte = UInt8(truncatingIfNeeded: word)
            if text[index] != byte { return text[index] < byte ? -1 : 1 }
        }
        return text.count - view.byteCount
    }

    private func store(_ view: StringView, _ text: Span<UInt8>, _ group: Int) {
        let old = states[group].view
        if !old.isInline { deadByteCount += old.byteCount }
        states[group] =
            view.isInline ? TextState(view: view, arena: 0, offset: 0, isSet: true) : kept(text)
    }

    /// A copy of a long text in the newest arena.
    private func kept(_ text: Span<UInt8>) -> TextState {
        let arena = room(for: text.count)
        let offset = arena.byteCount
        arena.append(text.bytes)
        heldByteCount += text.count
        return TextState(
            view: arena.view(at: offset, byteCount: text.count),
            arena: UInt32(arenas.count - 1),
            offset: UInt32(offset),
            isSet: true
        )
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
            states[group] = kept(texts[group])
        }
    }

    private func allViews() -> Column {
        var lane = MutableLane<StringView>(count: states.count)
        do {
            var target = lane.span
            for group in 0..<states.count { target[group] = states[group].view }
        }
        return Column(type: type, count: states.count, values: lane.finish(), arenas: ArenaSet(arenas))
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? TextSlotAccumulator else { throw AggregateErrors.mismatch() }
        take(other.results(groups: sources), targets)
    }

    func reset(groups: Span<UInt32>) {
        for index in groups.indices {
            let view = states[Int(groups[index])].view
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
                builder.set(row, toView: states[group].view)
            }
        }
        return builder.finish(type, validity: valid.finishAsValidity())
    }

    var mergesInOrder: Bool { choice.isOrdered }

    var byteCount: Int { states.byteCount + arenas.reduce(0) { $0 + $1.capacity } }

    var stateTypes: [DataType] { [type.nullable(true)] }

    func state(of groups: Span<UInt32>) -> [Column] { [results(groups: groups)] }

    func restore(_ state: [Column], groups: Span<UInt32>) { take(state[0].flattened(), groups) }
}
