import SluiceColumns

/// JSON_ARRAYAGG: the values of each group as JSON, in the order of arrival.
final class JSONArrayAccumulator: GroupedAccumulator {
    private let list: ListAccumulator
    private let keepsNulls: Bool

    /// - Parameter keepsNulls: whether NULL is an element (NULL ON NULL) or left out (ABSENT ON NULL).
    init(_ type: DataType, keepsNulls: Bool) {
        list = ListAccumulator(type, .jsonArray, keepsAll: true)
        self.keepsNulls = keepsNulls
    }

    func reserve(groupCount: Int) { list.reserve(groupCount: groupCount) }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) throws {
        let column = arguments[1]
        var builder = ColumnBuilder(DataType(.string), capacity: groups.count)
        var buffer = TextBuffer()
        for row in 0..<groups.count {
            if column.isNull(row) && !keepsNulls {
                builder.append(.null)
                continue
            }
            buffer.removeAll()
            try JSONValueWriter.append(column, row, to: &buffer)
            builder.append(.bytes(buffer.byteArray))
        }
        list.accumulate(groups: groups, arguments: [builder.finish()], retractions: retractions)
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? JSONArrayAccumulator else { throw AggregateErrors.mismatch() }
        try list.merge(other.list, sources: sources, into: targets)
    }

    func reset(groups: Span<UInt32>) { list.reset(groups: groups) }
    func results(groups: Span<UInt32>) throws -> Column { try list.results(groups: groups) }
    var mergesInOrder: Bool { true }
    var byteCount: Int { list.byteCount }

    var stateTypes: [DataType] { list.stateTypes }
    func state(of groups: Span<UInt32>) -> [Column] { list.state(of: groups) }
    func restore(_ state: [Column], groups: Span<UInt32>) { list.restore(state, groups: groups) }
    var elements: (any GroupElements)? { list }
}

/// JSON_OBJECTAGG: the members of each group by key; a key may stand there once.
final class JSONObjectAccumulator: GroupedAccumulator {
    private static let memberByteCount = 96

    /// Per group the values as JSON, by key.
    private var objects: [[[UInt8]: [UInt8]]] = []
    private var heldByteCount = 0
    private var accountedByteCount = 0
    private let type: DataType
    private let keepsNulls: Bool
    private var log = ElementLog<ByteText>()

    /// - Parameter keepsNulls: whether a key with NULL is a member (NULL ON NULL) or left out (ABSENT ON NULL).
    init(_ type: DataType, keepsNulls: Bool) {
        self.type = type
        self.keepsNulls = keepsNulls
    }

    deinit { MemoryLedger.add(-accountedByteCount, for: .tables) }

    func reserve(groupCount: Int) {
        while objects.count < groupCount { objects.append([:]) }
    }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) throws {
        var buffer = TextBuffer()
        for row in 0..<groups.count {
            let group = Int(groups[row])
            guard case .bytes(let key) = arguments[1].value(row) else {
                throw EvaluationError("jsonKey", "a key of JSON_OBJECTAGG is NULL")
            }
            if arguments[2].isNull(row) && !keepsNulls { continue }
            if let retractions, retractions[row] != 0 {
                remove(key, from: group)
                continue
            }
            buffer.removeAll()
            try JSONValueWriter.append(arguments[2], row, to: &buffer)
            try insert(key, buffer.byteArray, into: group)
        }
        account()
    }

    private func insert(_ key: [UInt8], _ value: [UInt8], into group: Int) throws {
        guard objects[group].updateValue(value, forKey: key) == nil else {
            throw EvaluationError(
                "jsonKey",
                "the key '\(String(decoding: key, as: UTF8.self))' comes twice in JSON_OBJECTAGG"
            )
        }
        heldByteCount += Self.memberByteCount + key.count + value.count
        log.note(group, ByteText(bytes: key))
    }

    private func remove(_ key: [UInt8], from group: Int) {
        guard let value = objects[group].removeValue(forKey: key) else { return }
        heldByteCount -= Self.memberByteCount + key.count + value.count
        log.note(group, ByteText(bytes: key))
    }

    private func account() {
        MemoryLedger.add(byteCount - accountedByteCount, for: .tables)
        accountedByteCount = byteCount
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? JSONObjectAccumulator else { throw AggregateErrors.mismatch() }
        for index in sources.indices {
            for (key, value) in other.objects[Int(sources[index])] {
                try insert(key, value, into: Int(targets[index]))
            }
        }
        account()
    }

    func reset(groups: Span<UInt32>) {
        for index in groups.indices {
            let group = Int(groups[index])
            for (key, value) in objects[group] { heldByteCount -= Self.memberByteCount + key.count + value.count }
            objects[group] = [:]
        }
        account()
    }

    func results(groups: Span<UInt32>) -> Column {
        var builder = ColumnBuilder(type, capacity: groups.count)
        var buffer = TextBuffer()
        for row in 0..<groups.count {
            buffer.removeAll()
            buffer.append(UInt8(ascii: "{"))
            let members = objects[Int(groups[row])].sorted { $0.key.lexicographicallyPrecedes($1.key) }
            for (place, member) in members.enumerated() {
                if place > 0 { buffer.append(UInt8(ascii: ",")) }
                JSONEscapes.appendQuoted(member.key.span, to: &buffer)
                buffer.append(UInt8(ascii: ":"))
                buffer.append(member.value.span)
            }
            buffer.append(UInt8(ascii: "}"))
            builder.append(.bytes(buffer.byteArray))
        }
        return builder.finish()
    }

    var mergesInOrder: Bool { true }
    var byteCount: Int { objects.count * 8 + heldByteCount + log.byteCount }

    var stateTypes: [DataType] { [] }
    func state(of groups: Span<UInt32>) -> [Column] { [] }
    func restore(_ state: [Column], groups: Span<UInt32>) {}
    var elements: (any GroupElements)? { self }
}

extension JSONObjectAccumulator: GroupElements {
    var elementKeyTypes: [DataType] { [.notNull(.string)] }
    var elementValueTypes: [DataType] { [.notNull(.string)] }

    func startTracking() { log.start() }

    func takeChanges() -> ElementChanges {
        var (groups, goneGroups): ([UInt32], [UInt32]) = ([], [])
        var (keys, goneKeys): ([Value], [Value]) = ([], [])
        var values: [Value] = []
        log.take { group, key in
            if let value = objects[Int(group)][key.bytes] {
                groups.append(group)
                keys.append(.bytes(key.bytes))
                values.append(.bytes(value))
            } else {
                goneGroups.append(group)
                goneKeys.append(.bytes(key.bytes))
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

    func restore(groups: Span<UInt32>, keys: [Column], values: [Column]) {
        for row in 0..<groups.count {
            guard case .bytes(let key) = keys[0].value(row), case .bytes(let value) = values[0].value(row) else {
                continue
            }
            objects[Int(groups[row])][key] = value
            heldByteCount += Self.memberByteCount + key.count + value.count
        }
        account()
    }
}
