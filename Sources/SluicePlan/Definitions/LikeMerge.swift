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
        var base = source
        base.columns = source.columns.filter { column in
            switch column.kind {
            case .physical: true
            case .metadata: isTaken(.metadata)
            case .computed: isTaken(.generated)
            }
        }
        base.comment = nil
        if !isTaken(.watermarks) || create.watermark != nil { base.watermark = nil }
        if !isTaken(.constraints) { base.primaryKey = nil }
        if !isTaken(.partitions) { base.partitionKeys = [] }
        if !isTaken(.distribution) { base.distribution = nil }
        if !isTaken(.options) { base.options = [:] }
        try refuseCollisions(source, base, create, clause)
        return base
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
        if let watermark = create.watermark, source.watermark != nil,
            strategy(of: .watermarks, clause) == .including
        {
            try refuse("a watermark", watermark.span)
        }
        if let constraint = create.constraints.first, base.primaryKey != nil {
            try refuse("a primary key", constraint.span)
        }
        if !create.partitionedBy.isEmpty, !base.partitionKeys.isEmpty { try refuse("partition keys", create.span) }
        if strategy(of: .options, clause) == .including {
            for entry in create.options where base.options[entry.key.value] != nil {
                try refuse("the option '\(entry.key.value)'", entry.span)
            }
        }
    }
}
