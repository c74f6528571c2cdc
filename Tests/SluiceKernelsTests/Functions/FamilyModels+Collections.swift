import SluiceColumns

extension FamilyModels {
    private static let place = RandomValues.int(-5...5)
    private static let needle = RandomValues.int(0...3)

    static let arrays: [FamilyCase] = [
        FamilyCase("collection", "ARRAY_APPEND", [.ints, needle], seesNulls: true) { row in
            whereArray(row) { .array($0 + [row[1]]) }
        },
        FamilyCase("collection", "ARRAY_PREPEND", [.texts, .text], seesNulls: true) { row in
            whereArray(row) { .array([row[1]] + $0) }
        },
        FamilyCase("collection", "ARRAY_CONTAINS", [.texts, .text], seesNulls: true) { row in
            whereArray(row) { .boolean($0.contains(row[1])) }
        },
        FamilyCase("collection", "ARRAY_REMOVE", [.ints, needle], seesNulls: true) { row in
            whereArray(row) { .array($0.filter { $0 != row[1] }) }
        },
        FamilyCase("collection", "ARRAY_POSITION", [.ints, needle]) { row in
            .integer(Int64((elements(row[0]).firstIndex(of: row[1]) ?? -1) + 1))
        },
        FamilyCase("collection", "ARRAY_CONCAT", [.ints, .ints, .ints]) { .array($0.flatMap { elements($0) }) },
        FamilyCase("collection", "ARRAY_REVERSE", [.texts]) { .array(elements($0[0]).reversed()) },
        FamilyCase("collection", "ARRAY_SLICE", [.ints, place]) { .array(slice(elements($0[0]), int($0[1]), -1)) },
        FamilyCase("collection", "ARRAY_SLICE", [.ints, place, place]) { row in
            .array(slice(elements(row[0]), int(row[1]), int(row[2])))
        },
        FamilyCase("collection", "ARRAY_DISTINCT", [.texts]) { .array(distinct(elements($0[0]))) },
        FamilyCase("collection", "ARRAY_DISTINCT", [.manyInts]) { .array(distinct(elements($0[0]))) },
        FamilyCase("collection", "ARRAY_UNION", [.ints, .ints]) { .array(distinct($0.flatMap { elements($0) })) },
        FamilyCase("collection", "ARRAY_EXCEPT", [.manyInts, .manyInts]) { row in
            .array(distinct(elements(row[0])).filter { !elements(row[1]).contains($0) })
        },
        FamilyCase("collection", "ARRAY_INTERSECT", [.ints, .ints]) { row in
            .array(distinct(elements(row[0])).filter { elements(row[1]).contains($0) })
        },
        FamilyCase("collection", "ARRAY_HAS_ANY", [.ints, .ints]) { row in
            .boolean(elements(row[1]).contains { elements(row[0]).contains($0) })
        },
        FamilyCase("collection", "ARRAY_HAS_ALL", [.ints, .ints]) { row in
            .boolean(elements(row[1]).allSatisfy { elements(row[0]).contains($0) })
        },
        FamilyCase("collection", "ARRAY_SORT", [.ints]) { .array(nulls($0[0]) + sorted($0[0])) },
        FamilyCase("collection", "ARRAY_SORT", [.manyInts, .boolean]) { row in
            row[1] == .boolean(true)
                ? .array(nulls(row[0]) + sorted(row[0])) : .array(sorted(row[0]).reversed() + nulls(row[0]))
        },
        FamilyCase("collection", "ARRAY_SORT", [.texts, .boolean, .boolean]) { row in
            let ordered = row[1] == .boolean(true) ? sorted(row[0]) : sorted(row[0]).reversed()
            return .array(row[2] == .boolean(true) ? nulls(row[0]) + ordered : ordered + nulls(row[0]))
        },
        FamilyCase("collection", "ARRAY_MIN", [.texts]) { sorted($0[0]).first ?? .null },
        FamilyCase("collection", "ARRAY_JOIN", [.texts, .text]) { row in
            .string(elements(row[0]).compactMap(\.stringValue).joined(separator: text(row[1])))
        },
        FamilyCase("collection", "ARRAY_JOIN", [.texts, .text, .text]) { row in
            .string(elements(row[0]).map { $0.stringValue ?? text(row[2]) }.joined(separator: text(row[1])))
        },
    ]

    static let maps: [FamilyCase] = [
        FamilyCase("collection", "MAP_KEYS", [.dictionary]) { .array(entries($0[0]).map(\.key)) },
        FamilyCase("collection", "MAP_VALUES", [.dictionary]) { .array(entries($0[0]).map(\.value)) },
        FamilyCase("collection", "MAP_UNION", [.dictionary, .dictionary]) { row in
            // The entries of the last map, then those of the first whose keys it has not.
            let last = entries(row[1])
            let merged = last + entries(row[0]).filter { entry in !last.contains { $0.key == entry.key } }
            return .map(keys: merged.map(\.key), values: merged.map(\.value))
        },
        FamilyCase("collection", "ITEM", [.dictionary, .int(0...4)]) { row in
            entries(row[0]).first { $0.key == row[1] }?.value ?? .null
        },
        FamilyCase("collection", "CARDINALITY", [.dictionary]) { .integer(Int64(entries($0[0]).count)) },
        FamilyCase("comparison", "=", [.dictionary, .dictionary]) { row in
            let (left, right) = (entries(row[0]), entries(row[1]))
            return .boolean(
                left.count == right.count
                    && left.allSatisfy { entry in right.contains { $0.key == entry.key && $0.value == entry.value } }
            )
        },
    ]

    static func elements(_ value: Value) -> [Value] { if case .array(let elements) = value { elements } else { [] } }

    private static func entries(_ value: Value) -> [(key: Value, value: Value)] {
        guard case .map(let keys, let values) = value else { return [] }
        return zip(keys, values).map { (key: $0, value: $1) }
    }

    private static func whereArray(_ row: [Value], _ value: ([Value]) -> Value) -> Value {
        row[0].isNull ? .null : value(elements(row[0]))
    }

    private static func distinct(_ values: [Value]) -> [Value] {
        values.enumerated().filter { !values[..<$0.offset].contains($0.element) }.map(\.element)
    }

    private static func nulls(_ array: Value) -> [Value] { elements(array).filter(\.isNull) }

    private static func sorted(_ array: Value) -> [Value] {
        elements(array).filter { !$0.isNull }.sorted { left, right in
            guard let first = left.stringValue, let second = right.stringValue else { return int(left) < int(right) }
            return Array(first.utf8).lexicographicallyPrecedes(Array(second.utf8))
        }
    }

    /// From a position to a position, from 1, or negative from the end; what is in front of the first is the first.
    private static func slice(_ values: [Value], _ start: Int64, _ end: Int64) -> [Value] {
        func place(_ position: Int64) -> Int64 { max(1, position < 0 ? Int64(values.count) + position + 1 : position) }
        return values.enumerated()
            .filter { Int64($0.offset) + 1 >= place(start) && Int64($0.offset) + 1 <= place(end) }
            .map(\.element)
    }
}
