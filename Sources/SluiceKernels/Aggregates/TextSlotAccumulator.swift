import SluiceColumns

/// The text of a group and where its bytes are: in the view itself, or at `offset` of an arena.
struct TextState: BitwiseCopyable {
    var view: StringView
    var arena: UInt32
    var offset: UInt32
    var isSet: Bool

    /// Whether the bytes are in an arena.
    var hasBytes: Bool { isSet && !view.isInline }
}

/// MIN, MAX, FIRST_VALUE and LAST_VALUE of texts and bytes that are only added: one view per group into bytes of its
/// own.
///
/// Bytes of values that were replaced stay until more than half of them are dead; then the live ones among many dead
/// ones are copied.
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
        compact()
    }

    /// Frees the arenas of which a quarter and more is dead, one by one as their texts have moved: state that fills
    /// memory has no room to be there twice.
    private func compact() {
        var old = arenas.map(Optional.some)
        let live = liveByteCounts()
        let moves = old.indices.map { live[$0] * 4 <= arenas[$0].byteCount * 3 }
        let (moving, ends) = groupsByArena(moves)
        // The others keep their order and close ranks.
        var numbers = [UInt32](repeating: 0, count: old.count)
        arenas = []
        for (index, arena) in old.enumerated() where !moves[index] {
            numbers[index] = UInt32(truncatingIfNeeded: arenas.count)
            if let arena { arenas.append(arena) }
        }
        for group in 0..<states.count where states[group].hasBytes && !moves[Int(states[group].arena)] {
            states[group].arena = numbers[Int(states[group].arena)]
        }
        heldByteCount = arenas.reduce(0) { $0 + $1.byteCount }
        deadByteCount = old.indices.reduce(heldByteCount) { moves[$1] ? $0 : $0 - live[$1] }
        var next = 0
        for (index, end) in ends.enumerated() {
            guard moves[index], let arena = old[index] else { continue }
            while next < end {
                let group = Int(moving[next])
                let offset = Int(states[group].offset)
                states[group] = kept(arena.utf8.extracting(offset..<offset + states[group].view.byteCount))
                next += 1
            }
            old[index] = nil
        }
    }

    /// Bytes of each arena that belong to a group.
    private func liveByteCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: arenas.count)
        for group in 0..<states.count where states[group].hasBytes {
            counts[Int(states[group].arena)] += states[group].view.byteCount
        }
        return counts
    }

    /// The groups with bytes in arenas that move, arena by arena, and where in the list those of each arena end.
    private func groupsByArena(_ moves: [Bool]) -> (groups: [UInt32], ends: [Int]) {
        var ends = [Int](repeating: 0, count: moves.count)
        for group in 0..<states.count where states[group].hasBytes && moves[Int(states[group].arena)] {
            ends[Int(states[group].arena)] += 1
        }
        var total = 0
        for index in ends.indices {
            let count = ends[index]
            ends[index] = total
            total += count
        }
        var groups = [UInt32](repeating: 0, count: total)
        for group in 0..<states.count where states[group].hasBytes && moves[Int(states[group].arena)] {
            let arena = Int(states[group].arena)
            groups[ends[arena]] = UInt32(truncatingIfNeeded: group)
            ends[arena] += 1
        }
        return (groups, ends)
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

    func results(groups: Span<UInt32>) -> Column { results(groups: groups, sharing: ArenaSet(arenas)) }

    private func results(groups: Span<UInt32>, sharing arenas: ArenaSet) -> Column {
        var builder = StringBuilder(count: groups.count, sharing: arenas)
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

    /// Keeps no other arenas alive than those of these groups: what is stored waits for its commit.
    func state(of groups: Span<UInt32>) -> [Column] {
        var isUsed = [Bool](repeating: false, count: arenas.count)
        for row in groups.indices {
            let state = states[Int(groups[row])]
            if state.hasBytes { isUsed[Int(state.arena)] = true }
        }
        let used = ArenaSet(arenas.indices.filter { isUsed[$0] }.map { arenas[$0] })
        return [results(groups: groups, sharing: used)]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) { take(state[0].flattened(), groups) }
}
