import SluiceColumns

/// Top-N, deduplication and sorting in one line.
enum RankingText {
    static func describe(_ operation: PhysicalOperation, _ name: (Int) -> String) -> String {
        switch operation {
        case .rank(let rank):
            let strategy =
                switch rank.strategy {
                case .append: ""
                case .retract: ", input=retract"
                case .update(let key): ", input=update by [\(list(key, name))]"
                }
            return "Rank(\(partition(rank.partitionKeys, name))\(order(rank.order, rank.ties, name)), "
                + "ranks=\(range(rank.range, name))\(output(rank.outputsRank))\(strategy))"
        case .windowRank(let rank):
            let range = RankRange(start: rank.start, end: .constant(rank.end))
            return "WindowRank(window end=\(name(rank.endColumn)), \(partition(rank.partitionKeys, name))"
                + "\(order(rank.order, rank.ties, name)), ranks=\(Self.range(range, name))\(output(rank.outputsRank)))"
        case .firstRow(let first): return "FirstRow(keys=[\(list(first.keys, name))], time=\(name(first.timeColumn)))"
        case .sort(let sort): return "Sort(\(order(sort.order, .firstArrived, name)))"
        default: return ""
        }
    }

    private static func list(_ columns: [Int], _ name: (Int) -> String) -> String {
        columns.map(name).joined(separator: ", ")
    }

    private static func partition(_ keys: [Int], _ name: (Int) -> String) -> String {
        keys.isEmpty ? "" : "partition=[\(list(keys, name))], "
    }

    private static func order(_ fields: [SortField], _ ties: RankTies, _ name: (Int) -> String) -> String {
        var parts = fields.map { field in
            let usual = field.nullsFirst == !field.isDescending
            return name(field.column) + (field.isDescending ? " DESC" : "")
                + (usual ? "" : field.nullsFirst ? " NULLS FIRST" : " NULLS LAST")
        }
        if fields.isEmpty { parts.append("arrival") }
        if ties == .lastArrived { parts.append(fields.isEmpty ? "last first" : "last arrival first") }
        return "order=[\(parts.joined(separator: ", "))]"
    }

    private static func range(_ range: RankRange, _ name: (Int) -> String) -> String {
        let end =
            switch range.end {
            case .constant(let value): value == .max ? "" : "\(value)"
            case .column(let column): name(column)
            }
        return range.isSingle ? end : "\(range.start)...\(end)"
    }

    private static func output(_ outputsRank: Bool) -> String { outputsRank ? ", with rank" : "" }
}
