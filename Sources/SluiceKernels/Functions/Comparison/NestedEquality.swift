import SluiceColumns

/// Equality of the slots of two columns by value: NULL equals NULL inside of a collection, maps compare without order,
/// whole numbers of different widths by their value.
///
/// What the columns hold is looked at once; then slots are compared without boxing them.
indirect enum NestedEquality {
    /// Bounds of the elements of each slot, and the elements.
    struct Lists {
        let left: [Int32]
        let right: [Int32]
        /// One for arrays; keys and values for maps.
        let children: [NestedEquality]
    }

    /// Whether the slots of a column are present; empty where all are.
    struct Presence {
        let left: [Bool]
        let right: [Bool]
    }

    case numbers(Presence, left: [Int64], right: [Int64])
    case reals(Presence, left: [Double], right: [Double])
    case texts(Presence, left: [Column], right: [Column])
    case rows(Presence, [NestedEquality])
    case lists(Presence, Lists)
    case maps(Presence, Lists)
    /// Other pairs, such as two DECIMALs of many digits.
    case boxed(Column, Column)

    /// Prepares the comparison of slots of two columns.
    init(_ left: Column, _ right: Column) {
        let presence = Presence(left: Self.presence(left), right: Self.presence(right))
        switch (left.type.lane, right.type.lane) {
        case (.float, .float), (.double, .double):
            self = .reals(presence, left: Self.reals(left), right: Self.reals(right))
        case (.bool, .bool):
            let lefts = (0..<left.slotCount).map { Int64(left.bools[$0]) }
            self = .numbers(presence, left: lefts, right: (0..<right.slotCount).map { Int64(right.bools[$0]) })
        case (.view, .view): self = .texts(presence, left: [left], right: [right])
        case (.row, .row) where left.children.count == right.children.count:
            self = .rows(
                presence,
                zip(left.children, right.children).map { NestedEquality(Self.flat($0), Self.flat($1)) }
            )
        case (.list, .list): self = .lists(presence, Self.lists(left, right))
        case (.map, .map): self = .maps(presence, Self.lists(left, right))
        default:
            guard let lefts = Self.numbers(left), let rights = Self.numbers(right) else {
                self = .boxed(left, right)
                return
            }
            self = .numbers(presence, left: lefts, right: rights)
        }
    }

    /// Whether a slot of the left column equals one of the right column.
    func areEqual(_ left: Int, _ right: Int) -> Bool {
        switch self {
        case .numbers(let presence, let lefts, let rights):
            return presence.decides(left, right) ?? (lefts[left] == rights[right])
        case .reals(let presence, let lefts, let rights):
            return presence.decides(left, right) ?? (lefts[left] == rights[right])
        case .texts(let presence, let lefts, let rights):
            if let decided = presence.decides(left, right) { return decided }
            return StringView.equal(
                lefts.slots(0, of: StringView.self)[left],
                rights.slots(0, of: StringView.self)[right]
            )
        case .rows(let presence, let fields):
            if let decided = presence.decides(left, right) { return decided }
            for field in fields where !field.areEqual(left, right) { return false }
            return true
        case .lists(let presence, let lists):
            return presence.decides(left, right) ?? Self.haveEqualElements(lists, left, right)
        case .maps(let presence, let lists):
            return presence.decides(left, right) ?? Self.haveEqualEntries(lists, left, right)
        case .boxed(let lefts, let rights):
            return Self.areSame(lefts.value(left), rights.value(right))
        }
    }

    private static func haveEqualElements(_ lists: Lists, _ left: Int, _ right: Int) -> Bool {
        let (lefts, rights) = (lists.left[left]..<lists.left[left + 1], lists.right[right]..<lists.right[right + 1])
        guard lefts.count == rights.count else { return false }
        for index in 0..<lefts.count {
            let (slot, other) = (Int(lefts.lowerBound) + index, Int(rights.lowerBound) + index)
            if !lists.children[0].areEqual(slot, other) { return false }
        }
        return true
    }

    private static func haveEqualEntries(_ lists: Lists, _ left: Int, _ right: Int) -> Bool {
        let (lefts, rights) = (lists.left[left]..<lists.left[left + 1], lists.right[right]..<lists.right[right + 1])
        guard lefts.count == rights.count else { return false }
        for slot in lefts {
            // A key may be there twice, as MAP_FROM_ARRAYS makes them.
            let isThere = rights.contains { other in
                lists.children[0].areEqual(Int(slot), Int(other)) && lists.children[1].areEqual(Int(slot), Int(other))
            }
            if !isThere { return false }
        }
        return true
    }

    private static func lists(_ left: Column, _ right: Column) -> Lists {
        Lists(
            left: (0...left.slotCount).map { left.offsets[$0] },
            right: (0...right.slotCount).map { right.offsets[$0] },
            children: zip(left.children, right.children).map { NestedEquality(flat($0), flat($1)) }
        )
    }

    /// The children of a column are read by slot.
    private static func flat(_ column: Column) -> Column { column.flattened() }

    private static func presence(_ column: Column) -> [Bool] {
        guard let validity = column.validity else { return [] }
        return (0..<validity.count).map { validity[$0] }
    }

    private static func numbers(_ column: Column) -> [Int64]? {
        switch column.type.lane {
        case .int8: (0..<column.slotCount).map { Int64(column.int8s[$0]) }
        case .int16: (0..<column.slotCount).map { Int64(column.int16s[$0]) }
        case .int32: (0..<column.slotCount).map { Int64(column.int32s[$0]) }
        case .int64: (0..<column.slotCount).map { column.int64s[$0] }
        default: nil
        }
    }

    private static func reals(_ column: Column) -> [Double] {
        if column.type.lane == .float { return (0..<column.slotCount).map { Double(column.floats[$0]) } }
        return (0..<column.slotCount).map { column.doubles[$0] }
    }

    private static func areSame(_ left: Value, _ right: Value) -> Bool {
        if let lhs = left.integerValue, let rhs = right.integerValue { return lhs == rhs }
        return left == right
    }
}

extension NestedEquality.Presence {
    /// What two slots come to where one of them is NULL; nil where neither is.
    @inline(__always)
    func decides(_ left: Int, _ right: Int) -> Bool? {
        let hasLeft = self.left.isEmpty || self.left[left]
        let hasRight = self.right.isEmpty || self.right[right]
        return hasLeft && hasRight ? nil : hasLeft == hasRight
    }
}
