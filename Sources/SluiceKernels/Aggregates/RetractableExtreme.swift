import SluiceColumns

/// MIN and MAX of rows that may be taken back: every value of a group is kept, in order.
final class RetractableExtreme<Key: Comparable>: GroupedAccumulator {
    private var groups: [OrderedMultiset<Key>] = []
    private var keptCount = 0
    private var accountedByteCount = 0
    private let type: DataType
    private let isGreatest: Bool
    private let key: (Column, Int) -> Key
    private let value: (Key) -> Value
    private var log = ElementLog<Key>()

    /// - Parameters:
    ///   - key: reads one slot of an argument.
    ///   - value: turns a key into a result.
    init(
        _ type: DataType,
        isGreatest: Bool,
        key: @escaping (Column, Int) -> Key,
        value: @escaping (Key) -> Value
    ) {
        self.type = type
        self.isGreatest = isGreatest
        self.key = key
        self.value = value
    }

    deinit { MemoryLedger.add(-accountedByteCount, for: .tables) }

    func reserve(groupCount: Int) {
        while groups.count < groupCount { groups.append(OrderedMultiset()) }
    }

    @specialized(where Key == Int64)
    @specialized(where Key == Int128)
    @specialized(where Key == ByteText)
    @specialized(where Key == TotalOrderNumber)
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        if Loops.isNullConstant(column) { return }
        for row in 0..<groups.count where !column.isNull(row) {
            var sign: Int64 = 1
            if let retractions, retractions[row] != 0 { sign = -1 }
            let group = Int(groups[row])
            let value = key(column, column.isConstant ? 0 : row)
            change(group) { $0.add(value, count: sign) }
            log.note(group, value)
        }
        account()
    }

    private func change(_ group: Int, _ body: (inout OrderedMultiset<Key>) -> Void) {
        let before = groups[group].distinctCount
        body(&groups[group])
        keptCount += groups[group].distinctCount - before
    }

    private func account() {
        let now = byteCount
        MemoryLedger.add(now - accountedByteCount, for: .tables)
        accountedByteCount = now
    }

    @specialized(where Key == Int64)
    @specialized(where Key == Int128)
    @specialized(where Key == ByteText)
    @specialized(where Key == TotalOrderNumber)
    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? RetractableExtreme<Key> else { throw AggregateErrors.mismatch() }
        for index in sources.indices {
            let source = other.groups[Int(sources[index])]
            change(Int(targets[index])) { $0.formUnion(source) }
            if log.isTracking { source.forEach { value, _ in log.note(Int(targets[index]), value) } }
        }
        account()
    }

    func reset(groups: Span<UInt32>) {
        for index in groups.indices { change(Int(groups[index])) { $0 = OrderedMultiset() } }
        account()
    }

    @specialized(where Key == Int64)
    @specialized(where Key == Int128)
    @specialized(where Key == ByteText)
    @specialized(where Key == TotalOrderNumber)
    func results(groups: Span<UInt32>) -> Column {
        var builder = ColumnBuilder(type, capacity: groups.count)
        for row in 0..<groups.count {
            let values = self.groups[Int(groups[row])]
            let extreme = isGreatest ? values.greatest : values.least
            builder.append(extreme.map { value($0) } ?? .null)
        }
        return builder.finish()
    }

    var byteCount: Int { groups.count * 16 + keptCount * (MemoryLayout<Key>.stride + 8) + log.byteCount }

    var stateTypes: [DataType] { [] }
    func state(of groups: Span<UInt32>) -> [Column] { [] }
    func restore(_ state: [Column], groups: Span<UInt32>) {}
    var elements: (any GroupElements)? { self }
}

extension RetractableExtreme: GroupElements {
    var elementKeyTypes: [DataType] { [type.nullable(false)] }
    var elementValueTypes: [DataType] { [.notNull(.bigint)] }

    func startTracking() { log.start() }

    func takeChanges() -> ElementChanges {
        log.takeCounts(of: groups, elementKeyTypes[0]) { value($0) }
    }

    func restore(groups: Span<UInt32>, keys: [Column], values: [Column]) {
        let (stored, number) = (keys[0].flattened(), values[0].flattened())
        let counts = number.int64s
        for row in 0..<groups.count {
            change(Int(groups[row])) { $0.add(key(stored, row), count: counts[row]) }
        }
        account()
    }
}
