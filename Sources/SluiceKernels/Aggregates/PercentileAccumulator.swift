import SluiceColumns

/// PERCENTILE: the numbers of each group with how often each counts, in order.
final class PercentileAccumulator: GroupedAccumulator {
    private var groups: [OrderedMultiset<TotalOrderNumber>] = []
    private var keptCount = 0
    private var accountedByteCount = 0
    private let type: DataType
    private var log = ElementLog<TotalOrderNumber>()
    /// Which shares are asked for, 0 to 1.
    private let shares: [Double]
    /// Whether the result is an array with a number for each share.
    private let givesArray: Bool

    /// - Parameter shares: at least one, unless `givesArray`.
    init(_ type: DataType, shares: [Double], givesArray: Bool) {
        self.type = type
        self.shares = shares
        self.givesArray = givesArray
    }

    deinit { MemoryLedger.add(-accountedByteCount, for: .tables) }

    func reserve(groupCount: Int) {
        while groups.count < groupCount { groups.append(OrderedMultiset()) }
    }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) throws {
        let numbers = try PercentileNumbers(arguments[0])
        let weights = arguments.count > 2 ? arguments[2] : nil
        for row in 0..<groups.count where !arguments[0].isNull(row) {
            var count: Int64 = 1
            if let weights {
                // A row that counts never, or less than never, is left out.
                guard let weight = weights.value(row).integerValue, weight > 0 else { continue }
                count = Int64(truncatingIfNeeded: weight)
            }
            if let retractions, retractions[row] != 0 { count = -count }
            let number = TotalOrderNumber(value: numbers.value(row))
            change(Int(groups[row])) { $0.add(number, count: count) }
            log.note(Int(groups[row]), number)
        }
        account()
    }

    private func change(_ group: Int, _ body: (inout OrderedMultiset<TotalOrderNumber>) -> Void) {
        let before = groups[group].distinctCount
        body(&groups[group])
        keptCount += groups[group].distinctCount - before
    }

    private func account() {
        let now = byteCount
        MemoryLedger.add(now - accountedByteCount, for: .tables)
        accountedByteCount = now
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? PercentileAccumulator else { throw AggregateErrors.mismatch() }
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

    func results(groups: Span<UInt32>) -> Column {
        var builder = ColumnBuilder(type, capacity: groups.count)
        for row in 0..<groups.count {
            let values = self.groups[Int(groups[row])]
            let total = values.totalCount
            if total <= 0 {
                builder.append(.null)
                continue
            }
            let found = shares.map { Value.double(Self.value(at: $0, of: total, in: values)) }
            builder.append(givesArray ? .array(found) : found.first ?? .null)
        }
        return builder.finish()
    }

    /// The value at a share of the ordered values, between two of them on the straight line that joins them.
    ///
    /// Ranks count from 1 and are computed in this very way, because Flink's results have the same rounding errors.
    private static func value(
        at share: Double,
        of total: Int64,
        in values: OrderedMultiset<TotalOrderNumber>
    ) -> Double {
        let rank = Double(total - 1) * share + 1
        let lower = rank.rounded(.down)
        let upper = rank.rounded(.up)
        let low = values.value(rank: Int64(lower))?.value ?? .nan
        if lower == upper { return low }
        let high = values.value(rank: Int64(upper))?.value ?? .nan
        return (upper - rank) * low + (rank - lower) * high
    }

    var byteCount: Int { groups.count * 16 + keptCount * 16 + log.byteCount }

    var stateTypes: [DataType] { [] }
    func state(of groups: Span<UInt32>) -> [Column] { [] }
    func restore(_ state: [Column], groups: Span<UInt32>) {}
    var elements: (any GroupElements)? { self }
}

extension PercentileAccumulator: GroupElements {
    var elementKeyTypes: [DataType] { [.notNull(.double)] }
    var elementValueTypes: [DataType] { [.notNull(.bigint)] }

    func startTracking() { log.start() }

    func takeChanges() -> ElementChanges {
        log.takeCounts(of: groups, elementKeyTypes[0]) { .double($0.value) }
    }

    func restore(groups: Span<UInt32>, keys: [Column], values: [Column]) {
        let (stored, number) = (keys[0].flattened(), values[0].flattened())
        let numbers = stored.doubles
        let counts = number.int64s
        for row in 0..<groups.count {
            change(Int(groups[row])) { $0.add(TotalOrderNumber(value: numbers[row]), count: counts[row]) }
        }
        account()
    }
}

/// The values of a numeric column as floating-point numbers.
private struct PercentileNumbers {
    private let column: Column
    private let divisor: Double

    init(_ column: Column) throws {
        self.column = column
        if case .decimal(_, let scale) = column.type.logical {
            var divisor = 1.0
            for _ in 0..<scale { divisor *= 10 }
            self.divisor = divisor
        } else {
            divisor = 1
        }
    }

    func value(_ row: Int) -> Double {
        switch column.value(row) {
        case .integer(let value): Double(value) / divisor
        case .wide(let value): Double(value) / divisor
        case .float(let value): Double(value)
        case .double(let value): value
        default: .nan
        }
    }
}
