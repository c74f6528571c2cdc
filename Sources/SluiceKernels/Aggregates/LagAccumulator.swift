import SluiceColumns

/// LAG: the value a number of rows before the last one, NULLs included.
///
/// Per group it keeps the last values, as many as it looks back and one more, in a ring.
final class LagAccumulator: GroupedAccumulator {
    private struct Ring: BitwiseCopyable {
        var count: Int
        var next: Int
    }

    private var rings = GroupLane(Ring(count: 0, next: 0))
    /// The rings of all groups, one behind the other.
    private var values: [Value] = []
    /// Per group the default that came with the last row.
    private var defaults: [Value] = []
    private let type: DataType
    private let width: Int
    private let hasDefault: Bool

    init(_ type: DataType, offset: Int, hasDefault: Bool) {
        self.type = type
        self.hasDefault = hasDefault
        width = offset + 1
    }

    func reserve(groupCount: Int) {
        rings.reserve(groupCount)
        guard values.count < groupCount * width else { return }
        values.append(contentsOf: repeatElement(.null, count: groupCount * width - values.count))
        if hasDefault { defaults.append(contentsOf: repeatElement(.null, count: groupCount - defaults.count)) }
    }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        for row in 0..<groups.count { add(Int(groups[row]), arguments, row) }
    }

    private func add(_ group: Int, _ arguments: [Column], _ row: Int) {
        var ring = rings[group]
        values[group * width + ring.next] = arguments[0].value(row)
        ring.next = ring.next + 1 == width ? 0 : ring.next + 1
        ring.count = min(ring.count + 1, width)
        rings[group] = ring
        if hasDefault { defaults[group] = arguments[2].value(row) }
    }

    private func result(_ group: Int) throws -> Value {
        let ring = rings[group]
        let value: Value
        if ring.count == width {
            value = values[group * width + ring.next]
        } else {
            value = hasDefault ? defaults[group] : .null
        }
        guard !value.isNull || type.isNullable else {
            throw EvaluationError(
                "nullLag",
                "LAG found a NULL, but a default that is never NULL makes its column NOT NULL: "
                    + "write COALESCE(LAG(value), default)"
            )
        }
        return value
    }

    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) throws -> Column {
        var builder = ColumnBuilder(type, capacity: resultCount)
        for step in 0..<groups.count {
            let group = Int(groups[step])
            if steps[step] & RunningStep.skips == 0 { add(group, arguments, step) }
            if steps[step] & RunningStep.gives != 0 { builder.append(try result(group)) }
        }
        return builder.finish()
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        throw EvaluationError("internal", "the rows that LAG looks back to are not merged")
    }

    func reset(groups: Span<UInt32>) {
        rings.reset(groups)
        for index in 0..<groups.count {
            let first = Int(groups[index]) * width
            for slot in first..<first + width { values[slot] = .null }
            if hasDefault { defaults[Int(groups[index])] = .null }
        }
    }

    func results(groups: Span<UInt32>) throws -> Column {
        var builder = ColumnBuilder(type, capacity: groups.count)
        for row in 0..<groups.count { builder.append(try result(Int(groups[row]))) }
        return builder.finish()
    }

    /// The values, the oldest first, and the default.
    var stateTypes: [DataType] {
        let kept = type.nullable(true)
        return [.notNull(.array(kept))] + (hasDefault ? [kept] : [])
    }

    func state(of groups: Span<UInt32>) -> [Column] {
        let types = stateTypes
        var kept: [Value] = []
        var others: [Value] = []
        for row in 0..<groups.count {
            let group = Int(groups[row])
            let ring = rings[group]
            let first = ring.count == width ? ring.next : 0
            kept.append(.array((0..<ring.count).map { values[group * width + (first + $0) % width] }))
            if hasDefault { others.append(defaults[group]) }
        }
        return [.of(kept, types[0])] + (hasDefault ? [.of(others, types[1])] : [])
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        for row in 0..<groups.count {
            let group = Int(groups[row])
            guard case .array(let kept) = state[0].value(row) else { continue }
            for (slot, value) in kept.prefix(width).enumerated() { values[group * width + slot] = value }
            rings[group] = Ring(count: min(kept.count, width), next: kept.count % width)
            if hasDefault { defaults[group] = state[1].value(row) }
        }
    }

    var byteCount: Int { rings.byteCount + (values.count + defaults.count) * MemoryLayout<Value>.stride }
}
