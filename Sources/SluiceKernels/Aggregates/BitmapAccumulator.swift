import SluiceColumns

/// BITMAP_BUILD_AGG, BITMAP_OR_AGG, BITMAP_AND_AGG and BITMAP_XOR_AGG: per group how many rows have each member.
///
/// The counts make all of them retractable in one way: a member of some row, of every row, or of an odd number of rows
/// is one whose count says so. A member costs 12 bytes, where the bitmap itself may be smaller by far.
final class BitmapAccumulator: GroupedAccumulator {
    /// Which members the result has, told by the number of rows that have each.
    enum Choice: Sendable {
        /// Those of at least one row.
        case some
        /// Those of every row.
        case every
        /// Those of an odd number of rows.
        case odd
    }

    private var groups: [OrderedMultiset<UInt32>] = []
    /// Per group the rows that are not NULL, those taken back taken off.
    private var rowCounts = GroupLane<Int64>(0)
    private var keptCount = 0
    private var accountedByteCount = 0
    private var log = ElementLog<UInt32>()
    private let type: DataType
    private let choice: Choice
    /// Whether a row is a bitmap, not a member.
    private let takesBitmaps: Bool

    /// - Parameter type: BITMAP, or BIGINT where only the number of members is asked for.
    init(_ type: DataType, _ choice: Choice, takesBitmaps: Bool) {
        self.type = type
        self.choice = choice
        self.takesBitmaps = takesBitmaps
    }

    deinit { MemoryLedger.add(-accountedByteCount, for: .tables) }

    func reserve(groupCount: Int) {
        while groups.count < groupCount { groups.append(OrderedMultiset()) }
        rowCounts.reserve(groupCount)
    }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) throws {
        let column = arguments[0]
        if takesBitmaps {
            let bitmaps = arguments.text(0)
            for row in 0..<groups.count where !column.isNull(row) {
                let members = try RoaringBitmap(reading: bitmaps[row]).values
                let count = Self.sign(retractions, row)
                for member in members { add(member, count, to: Int(groups[row])) }
            }
        } else if !Loops.isNullConstant(column) {
            let mask = column.isConstant ? 0 : ~0
            for row in 0..<groups.count where !column.isNull(row) {
                let member = UInt32(bitPattern: column.int32s[row & mask])
                add(member, Self.sign(retractions, row), to: Int(groups[row]))
            }
        }
        rowCounts.update(groups, column, retractions) { count, _, sign in count &+= sign }
        account()
    }

    private static func sign(_ retractions: Span<UInt8>?, _ row: Int) -> Int64 {
        guard let retractions else { return 1 }
        return 1 - 2 * Int64(retractions[row])
    }

    private func add(_ member: UInt32, _ count: Int64, to group: Int) {
        change(group) { $0.add(member, count: count) }
        log.note(group, member)
    }

    private func change(_ group: Int, _ body: (inout OrderedMultiset<UInt32>) -> Void) {
        let before = groups[group].distinctCount
        body(&groups[group])
        keptCount += groups[group].distinctCount - before
    }

    private func account() {
        let now = memberByteCount
        MemoryLedger.add(now - accountedByteCount, for: .tables)
        accountedByteCount = now
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? BitmapAccumulator else { throw AggregateErrors.mismatch() }
        for index in sources.indices {
            let source = other.groups[Int(sources[index])]
            change(Int(targets[index])) { $0.formUnion(source) }
            if log.isTracking { source.forEach { member, _ in log.note(Int(targets[index]), member) } }
        }
        rowCounts.combine(other.rowCounts, sources, targets) { $0 &+= $1 }
        account()
    }

    func reset(groups: Span<UInt32>) {
        for index in groups.indices { change(Int(groups[index])) { $0 = OrderedMultiset() } }
        rowCounts.reset(groups)
        account()
    }

    func results(groups: Span<UInt32>) -> Column {
        var builder = ColumnBuilder(type, capacity: groups.count)
        var buffer = TextBuffer()
        for row in 0..<groups.count {
            let group = Int(groups[row])
            if rowCounts[group] <= 0 {
                builder.append(.null)
                continue
            }
            let members = members(of: group)
            if type.logical == .bitmap {
                buffer.removeAll()
                RoaringBitmap(ascending: members).append(to: &buffer)
                builder.append(.bytes(buffer.byteArray))
            } else {
                builder.append(.integer(Int64(members.count)))
            }
        }
        return builder.finish()
    }

    /// The members of the result in ascending order.
    private func members(of group: Int) -> [UInt32] {
        var members: [UInt32] = []
        members.reserveCapacity(groups[group].distinctCount)
        let rowCount = rowCounts[group]
        groups[group].forEach { member, count in
            let isMember =
                switch choice {
                case .some: count > 0
                case .every: count == rowCount
                case .odd: count & 1 == 1
                }
            if isMember { members.append(member) }
        }
        return members
    }

    private var memberByteCount: Int { groups.count * 16 + keptCount * 12 + log.byteCount }

    var byteCount: Int { memberByteCount + rowCounts.byteCount }

    var stateTypes: [DataType] { [.notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        [rowCounts.results(groups, .notNull(.bigint), zero: Int64(0)) { $0 }]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let stored = state[0].flattened()
        let values = stored.int64s
        rowCounts.update(groups, stored, nil) { count, row, _ in count = values[row] }
    }

    var elements: (any GroupElements)? { self }
}

extension BitmapAccumulator: GroupElements {
    var elementKeyTypes: [DataType] { [.notNull(.int)] }
    var elementValueTypes: [DataType] { [.notNull(.bigint)] }

    func startTracking() { log.start() }

    func takeChanges() -> ElementChanges {
        log.takeCounts(of: groups, elementKeyTypes[0]) { .integer(Int64(Int32(bitPattern: $0))) }
    }

    func restore(groups: Span<UInt32>, keys: [Column], values: [Column]) {
        let (stored, number) = (keys[0].flattened(), values[0].flattened())
        let members = stored.int32s
        let counts = number.int64s
        for row in 0..<groups.count {
            change(Int(groups[row])) { $0.add(UInt32(bitPattern: members[row]), count: counts[row]) }
        }
        account()
    }
}
