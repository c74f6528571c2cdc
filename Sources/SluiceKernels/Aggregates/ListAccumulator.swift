import SluiceColumns

/// Aggregates that keep every value of a group in the order of arrival: ARRAY_AGG, COLLECT, LISTAGG, SINGLE_VALUE, and
/// FIRST_VALUE and LAST_VALUE of rows that may be taken back.
final class ListAccumulator: GroupedAccumulator {
    /// What is made of the values.
    enum Form: Sendable {
        /// An array, NULLs included; NULL of no values.
        case array
        /// A multiset of the values that are not NULL.
        case multiset
        /// The texts that are not NULL, joined; NULL of no values.
        case joined(separator: [UInt8])
        /// The texts that are not NULL, which are JSON, as a JSON array.
        case jsonArray
        /// The first value that is not NULL.
        case first
        /// The last value that is not NULL.
        case last
        /// The only value; more than one fails.
        case single

        /// Whether NULLs are kept.
        var keepsNulls: Bool {
            switch self {
            case .array, .single: true
            case .multiset, .joined, .jsonArray, .first, .last: false
            }
        }
    }

    private static let valueByteCount = 24

    private var lists: [[Value]] = []
    /// Per group numbers of its values, ascending, under which they are stored; kept once changes are noted.
    private var numbers: [[Int64]] = []
    /// Per group what was taken back without having been there: it is in a group that this one is merged with.
    ///
    /// A row that is late for the first of its windows takes back a value of an earlier slice. Such values are stored
    /// under the numbers -1, -2, -3 ...
    private var debts: [Int: [Value]] = [:]
    private var log = ElementLog<Int64>()
    private var heldByteCount = 0
    private var accountedByteCount = 0
    private let type: DataType
    private let form: Form
    private let keepsAll: Bool

    /// - Parameter keepsAll: whether rows may be taken back, so that FIRST_VALUE and LAST_VALUE need more than one.
    init(_ type: DataType, _ form: Form, keepsAll: Bool) {
        self.type = type
        self.form = form
        self.keepsAll = keepsAll
    }

    deinit { MemoryLedger.add(-accountedByteCount, for: .tables) }

    func reserve(groupCount: Int) {
        while lists.count < groupCount { lists.append([]) }
        if log.isTracking { while numbers.count < groupCount { numbers.append([]) } }
    }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        for row in 0..<groups.count {
            let value = column.value(row)
            if value.isNull && !form.keepsNulls { continue }
            let group = Int(groups[row])
            if let retractions, retractions[row] != 0 {
                if !remove(value, from: group) { owe([value], in: group) }
            } else {
                append(value, to: group)
            }
        }
        account()
    }

    private func append(_ value: Value, to group: Int) {
        if !keepsAll, let held = lists[group].first {
            if case .first = form { return }
            heldByteCount -= Self.byteCount(of: held)
            lists[group].removeAll(keepingCapacity: true)
            forgetNumber(at: 0, of: group)
        }
        heldByteCount += Self.byteCount(of: value)
        lists[group].append(value)
        guard log.isTracking else { return }
        let number = (numbers[group].last ?? -1) + 1
        numbers[group].append(number)
        log.note(group, number)
    }

    private func forgetNumber(at index: Int, of group: Int) {
        guard log.isTracking else { return }
        let number = numbers[group].remove(at: index)
        log.note(group, number)
    }

    /// Takes a value out, the first of equal ones or the last.
    ///
    /// - Returns: whether it was there.
    private func remove(_ value: Value, from group: Int, last: Bool = false) -> Bool {
        let isSame = { (held: Value) in Self.areSame(held, value) }
        guard let index = last ? lists[group].lastIndex(where: isSame) : lists[group].firstIndex(where: isSame) else {
            return false
        }
        heldByteCount -= Self.byteCount(of: value)
        lists[group].remove(at: index)
        forgetNumber(at: index, of: group)
        return true
    }

    private func owe(_ values: [Value], in group: Int) {
        guard keepsAll else { return }
        for value in values {
            heldByteCount += Self.byteCount(of: value)
            debts[group, default: []].append(value)
            log.note(group, Int64(-(debts[group]?.count ?? 0)))
        }
    }

    /// Takes out what the group owes.
    private func takeDebts(of group: Int) -> [Value] {
        guard let taken = debts.removeValue(forKey: group) else { return [] }
        for (index, value) in taken.enumerated() {
            heldByteCount -= Self.byteCount(of: value)
            log.note(group, Int64(-1 - index))
        }
        return taken
    }

    /// Equality in which NaN is equal to itself: it can be taken back.
    private static func areSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.float(let left), .float(let right)): left == right || left.isNaN && right.isNaN
        case (.double(let left), .double(let right)): left == right || left.isNaN && right.isNaN
        default: left == right
        }
    }

    private static func byteCount(of value: Value) -> Int {
        switch value {
        case .bytes(let bytes): valueByteCount + 32 + bytes.count
        case .array(let values), .row(let values): values.reduce(valueByteCount + 32) { $0 + byteCount(of: $1) }
        case .map(let keys, let values): (keys + values).reduce(valueByteCount + 64) { $0 + byteCount(of: $1) }
        default: valueByteCount
        }
    }

    private func account() {
        MemoryLedger.add(byteCount - accountedByteCount, for: .tables)
        accountedByteCount = byteCount
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? ListAccumulator else { throw AggregateErrors.mismatch() }
        for index in sources.indices {
            let (source, target) = (Int(sources[index]), Int(targets[index]))
            for value in other.lists[source] { append(value, to: target) }
            let owed = takeDebts(of: target) + other.debts[source, default: []]
            // The value came with the slice before, so it is the last one.
            owe(owed.filter { !remove($0, from: target, last: true) }, in: target)
        }
        account()
    }

    func reset(groups: Span<UInt32>) {
        for index in groups.indices {
            let group = Int(groups[index])
            for value in lists[group] { heldByteCount -= Self.byteCount(of: value) }
            lists[group] = []
            for value in debts.removeValue(forKey: group) ?? [] { heldByteCount -= Self.byteCount(of: value) }
            if log.isTracking { numbers[group] = [] }
        }
        account()
    }

    func results(groups: Span<UInt32>) throws -> Column {
        var builder = ColumnBuilder(type, capacity: groups.count)
        for row in 0..<groups.count { builder.append(try result(lists[Int(groups[row])])) }
        return builder.finish()
    }

    private func result(_ values: [Value]) throws -> Value {
        switch form {
        case .array: return values.isEmpty ? .null : .array(values)
        case .multiset: return Self.multiset(values)
        case .joined(let separator): return Self.joined(values, separator)
        case .jsonArray:
            guard case .bytes(let elements) = Self.joined(values, [UInt8(ascii: ",")]) else { return .string("[]") }
            return .bytes([UInt8(ascii: "[")] + elements + [UInt8(ascii: "]")])
        case .first: return values.first ?? .null
        case .last: return values.last ?? .null
        case .single:
            guard values.count <= 1 else {
                throw EvaluationError("cardinality", "a scalar subquery returned more than one row")
            }
            return values.first ?? .null
        }
    }

    private static func multiset(_ values: [Value]) -> Value {
        var positions: [Value: Int] = [:]
        var elements: [Value] = []
        var counts: [Int64] = []
        for value in values {
            if let position = positions[value] {
                counts[position] += 1
            } else {
                positions[value] = elements.count
                elements.append(value)
                counts.append(1)
            }
        }
        return .map(keys: elements, values: counts.map { .integer($0) })
    }

    private static func joined(_ values: [Value], _ separator: [UInt8]) -> Value {
        if values.isEmpty { return .null }
        var result: [UInt8] = []
        for (index, value) in values.enumerated() {
            if index > 0 { result += separator }
            if case .bytes(let bytes) = value { result += bytes }
        }
        return .bytes(result)
    }

    var mergesInOrder: Bool {
        switch form {
        case .first, .last, .jsonArray: true
        case .array, .multiset, .joined, .single: false
        }
    }

    var byteCount: Int { lists.count * 8 + heldByteCount + (log.isTracking ? numbers.count * 16 + log.byteCount : 0) }

    var stateTypes: [DataType] { [] }
    func state(of groups: Span<UInt32>) -> [Column] { [] }
    func restore(_ state: [Column], groups: Span<UInt32>) {}
    var elements: (any GroupElements)? { self }
}

/// A value is stored under a number of its own, so that a list that grows is not written again and again.
extension ListAccumulator: GroupElements {
    var elementKeyTypes: [DataType] { [.notNull(.bigint)] }

    var elementValueTypes: [DataType] {
        switch (form, type.logical) {
        case (.array, .array(let element)), (.multiset, .multiset(let element)): [element.nullable(true)]
        case (.joined, _), (.jsonArray, _): [DataType(.string)]
        default: [type.nullable(true)]
        }
    }

    func startTracking() {
        log.start()
        numbers = lists.map { Array(0..<Int64($0.count)) }
    }

    func takeChanges() -> ElementChanges {
        var (groups, goneGroups): ([UInt32], [UInt32]) = ([], [])
        var (keys, goneKeys): ([Value], [Value]) = ([], [])
        var values: [Value] = []
        log.take { group, number in
            if let value = value(of: number, in: Int(group)) {
                groups.append(group)
                keys.append(.integer(number))
                values.append(value)
            } else {
                goneGroups.append(group)
                goneKeys.append(.integer(number))
            }
        }
        return ElementChanges(
            groups: groups,
            keys: [.of(keys, elementKeyTypes[0])],
            values: [.of(values, elementValueTypes[0])],
            goneGroups: goneGroups,
            goneKeys: [.of(goneKeys, elementKeyTypes[0])]
        )
    }

    private func value(of number: Int64, in group: Int) -> Value? {
        if number >= 0 { return index(of: number, in: group).map { lists[group][$0] } }
        let index = Int(-1 - number)
        guard let owed = debts[group], index < owed.count else { return nil }
        return owed[index]
    }

    private func index(of number: Int64, in group: Int) -> Int? {
        var low = 0
        var high = numbers[group].count
        while low < high {
            let middle = (low + high) / 2
            if numbers[group][middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers[group].count && numbers[group][low] == number ? low : nil
    }

    func restore(groups: Span<UInt32>, keys: [Column], values: [Column]) {
        let stored = keys[0].flattened()
        let order = stored.int64s
        for row in 0..<groups.count {
            let group = Int(groups[row])
            let value = values[0].value(row)
            heldByteCount += Self.byteCount(of: value)
            guard order[row] >= 0 else {
                let index = Int(-1 - order[row])
                let owed = debts[group, default: []]
                let missing = Swift.max(0, index + 1 - owed.count)
                debts[group] = owed + Array(repeating: .null, count: missing)
                debts[group]?[index] = value
                continue
            }
            lists[group].append(value)
            numbers[group].append(order[row])
        }
    }

    func endRestoring(groups: [UInt32]) {
        for group in groups.lazy.map(Int.init) where !Self.isAscending(numbers[group]) {
            let order = numbers[group].indices.sorted { numbers[group][$0] < numbers[group][$1] }
            lists[group] = order.map { lists[group][$0] }
            numbers[group].sort()
        }
        account()
    }

    private static func isAscending(_ numbers: [Int64]) -> Bool {
        zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    }
}
