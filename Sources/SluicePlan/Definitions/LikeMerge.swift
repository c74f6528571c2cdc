import SluiceSQL

/// What CREATE TABLE ...
///
/// LIKE takes over from its source.
enum LikeMerge {
    /// The strategy that the clause gives a feature, or Flink's default.
    static func strategy(of feature: LikeClause.Feature, _ clause: LikeClause) -> LikeClause.Strategy {
        if let option = clause.options.last(where: { $0.feature == feature }) { return option.strategy }
        if let all = clause.options.last(where: { $0.feature == .all }) { return all.strategy }
        return feature == .options ? .overwriting : .including
    }

    /// The source's table, reduced to what is taken over.
    static func base(_ source: CatalogTable, _ create: CreateTable, _ clause: LikeClause) throws -> CatalogTable {
        func isTaken(_ feature: LikeClause.Feature) -> Bool { strategy(of: feature, clause) != .excluding }
        try refuseRepeated(clause)
        var base = source
        base.columns = source.columns.filter { column in
            switch column.kind {
            case .physical: true
            case .metadata: isTaken(.metadata)
            case .computed: isTaken(.generated)
            }
        }
        base.comment = nil
        base.partitions = []
        if !isTaken(.watermarks) || create.watermark != nil { base.watermark = nil }
        if !isTaken(.constraints) { base.primaryKey = nil }
        // As in Flink, EXCLUDING makes room for partitions and a distribution of the statement's own, and no more.
        if !isTaken(.partitions), !create.partitionedBy.isEmpty { base.partitionKeys = [] }
        if !isTaken(.distribution), create.distribution != nil { base.distribution = nil }
        if !isTaken(.options) { base.options = [:] }
        try refuseCollisions(source, base, create, clause)
        return base
    }

    private static func refuseRepeated(_ clause: LikeClause) throws {
        var seen: Set<LikeClause.Feature> = []
        for option in clause.options where !seen.insert(option.feature).inserted {
            throw SQLError(
                .invalidDefinition,
                "\(option.feature.rawValue) is mentioned twice",
                at: option.span,
                hint: "say of each feature once what becomes of it"
            )
        }
    }

    private static func refuseCollisions(
        _ source: CatalogTable,
        _ base: CatalogTable,
        _ create: CreateTable,
        _ clause: LikeClause
    ) throws {
        func refuse(_ what: String, _ span: SourceSpan) throws {
            throw SQLError(
                .invalidDefinition,
                "the base table has \(what) already",
                at: span,
                hint: "write EXCLUDING or OVERWRITING"
            )
        }
        if let watermark = create.watermark, let inherited = source.watermark {
            let strategy = strategy(of: .watermarks, clause)
            let isOverwritten = strategy == .overwriting && watermark.column.text == inherited.column
            if strategy != .excluding, !isOverwritten {
                try refuse("a watermark, for '\(inherited.column)',", watermark.span)
            }
        }
        if let constraint = create.constraints.first, base.primaryKey != nil {
            try refuse("a primary key", constraint.span)
        }
        if !create.partitionedBy.isEmpty, !base.partitionKeys.isEmpty { try refuse("partition keys", create.span) }
        if let distribution = create.distribution, base.distribution != nil {
            try refuse("a distribution", distribution.span)
        }
        if strategy(of: .options, clause) == .including {
            for entry in create.options where base.options[entry.key.value] != nil {
                try refuse("the option '\(entry.key.value)'", entry.span)
            }
        }
    }
}
