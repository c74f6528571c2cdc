import SluiceColumns

/// Equality and order of the slots of one flat column, as values of SQL.
///
/// The lane is looked at once; numbers are widened once, so that comparing two slots is comparing two numbers.
struct ElementComparer {
    private enum Kind { case numbers, reals, texts, boxed }

    private let kind: Kind
    /// The column alone, as `Array.strings(_:)` wants it.
    private let columns: [Column]
    private let numbers: [Int64]
    private let reals: [Double]
    /// Whether a slot is not NULL; empty where none is.
    private let present: [Bool]

    /// - Parameter column: flat.
    init(_ column: Column) {
        columns = [column]
        present = column.validity == nil ? [] : (0..<column.count).map { !column.isNull($0) }
        var (numbers, reals): ([Int64], [Double]) = ([], [])
        var kind = Kind.numbers
        switch column.type.lane {
        case .bool: numbers = Self.widened(columns, UInt8.self)
        case .int8: numbers = Self.widened(columns, Int8.self)
        case .int16: numbers = Self.widened(columns, Int16.self)
        case .int32: numbers = Self.widened(columns, Int32.self)
        case .int64: numbers = Self.widened(columns, Int64.self)
        case .float: (kind, reals) = (.reals, column.floats.count == 0 ? [] : Self.widened(column.floats))
        case .double: (kind, reals) = (.reals, Self.copied(column.doubles))
        case .view: kind = .texts
        // DECIMALs of more than 18 digits and nested elements are compared as boxed values: they are rare.
        case .int128, .list, .map, .row, .null: kind = .boxed
        }
        self.kind = kind
        self.numbers = numbers
        self.reals = reals
    }

    private static func widened<Slot: FixedWidthInteger & BitwiseCopyable>(
        _ columns: [Column],
        _ slot: Slot.Type
    ) -> [Int64] {
        let slots = columns.slots(0, of: slot)
        return (0..<slots.count).map { Int64(slots[$0]) }
    }

    private static func widened(_ slots: Span<Float>) -> [Double] { (0..<slots.count).map { Double(slots[$0]) } }

    private static func copied(_ slots: Span<Double>) -> [Double] { (0..<slots.count).map { slots[$0] } }

    /// Whether a slot is NULL.
    @inline(__always)
    func isNull(_ slot: Int) -> Bool { !present.isEmpty && !present[slot] }

    /// Whether two slots hold the same; NULL equals NULL, NaN equals nothing.
    func areEqual(_ left: Int, _ right: Int) -> Bool {
        if isNull(left) || isNull(right) { return isNull(left) && isNull(right) }
        switch kind {
        case .numbers: return numbers[left] == numbers[right]
        case .reals: return reals[left] == reals[right]
        case .texts:
            let views = columns.slots(0, of: StringView.self)
            return StringView.equal(views[left], views[right])
        case .boxed: return columns[0].value(left) == columns[0].value(right)
        }
    }

    /// Whether one slot comes before another, neither being NULL; NaN comes after all numbers.
    func precedes(_ left: Int, _ right: Int) -> Bool {
        if case .reals = kind { return reals[left] < reals[right] || (reals[right].isNaN && !reals[left].isNaN) }
        return isLess(left, right)
    }

    /// Whether one slot is less than another, neither being NULL: as the operators of Java see it, for which NaN is
    /// neither more nor less.
    func isLess(_ left: Int, _ right: Int) -> Bool {
        switch kind {
        case .numbers: return numbers[left] < numbers[right]
        case .reals: return reals[left] < reals[right]
        case .texts:
            let texts = columns.strings(0)
            return BytewiseOrder.compare(texts[left], texts[right]) < 0
        case .boxed:
            guard let left = columns[0].value(left).integerValue, let right = columns[0].value(right).integerValue
            else { return false }
            return left < right
        }
    }

    /// The value of a slot, for sets of many elements.
    func value(_ slot: Int) -> Value { columns[0].value(slot) }
}

/// Slots of one row that differ from each other, in the order in which they came.
struct DistinctSlots {
    /// Up to so many slots are compared one by one; more go through a hash table of boxed values.
    private static let scannedCountMax = 32

    /// The slots.
    private(set) var slots: [Int] = []
    private var places: [Value: Int] = [:]

    /// Forgets the slots.
    mutating func removeAll() {
        slots.removeAll(keepingCapacity: true)
        if !places.isEmpty { places.removeAll(keepingCapacity: true) }
    }

    /// The place among the slots of one that equals `slot`; nil where there is none.
    func place(of slot: Int, _ comparer: ElementComparer) -> Int? {
        if slots.count > Self.scannedCountMax { return places[comparer.value(slot)] }
        for place in 0..<slots.count where comparer.areEqual(slots[place], slot) { return place }
        return nil
    }

    /// Adds a slot where none equals it.
    ///
    /// - Returns: whether it was added.
    @discardableResult
    mutating func insert(_ slot: Int, _ comparer: ElementComparer) -> Bool {
        if place(of: slot, comparer) != nil { return false }
        slots.append(slot)
        if slots.count == Self.scannedCountMax + 1 {
            for (place, slot) in slots.enumerated() { places[comparer.value(slot)] = place }
        } else if slots.count > Self.scannedCountMax {
            places[comparer.value(slot)] = slots.count - 1
        }
        return true
    }
}
