/// `CREATE [OR REPLACE] [TEMPORARY] TABLE ...`.
package struct CreateTable: Sendable, Hashable {
    package var name: ObjectName
    package var isReplace: Bool
    package var isTemporary: Bool
    package var ifNotExists: Bool
    package var columns: [ColumnDefinition]
    /// At most one.
    package var watermark: WatermarkDefinition?
    /// Constraints written as elements of their own; those of a column are in the column.
    package var constraints: [TableConstraint]
    package var comment: StringText?
    package var distribution: Distribution?
    package var partitionedBy: [Identifier]
    package var options: [OptionEntry]
    package var like: LikeClause?
    /// CREATE TABLE AS; a column of kind `.nameOnly` then reorders the query's columns.
    package var query: Query?
    package var span: SourceSpan
}

/// One column of a table.
package struct ColumnDefinition: Sendable, Hashable {
    /// What a column is.
    package enum Kind: Sendable, Hashable {
        case physical(TypeName, constraint: TableConstraint?)
        /// `type METADATA [FROM 'key'] [VIRTUAL]`.
        case metadata(TypeName, key: StringText?, isVirtual: Bool)
        /// `AS expression`.
        case computed(Expression)
        /// A name alone, in CREATE TABLE (a, b) AS SELECT.
        case nameOnly
    }

    package var name: Identifier
    package var kind: Kind
    package var comment: StringText?
    package var span: SourceSpan
}

/// `WATERMARK FOR column AS expression`.
package struct WatermarkDefinition: Sendable, Hashable {
    /// May be dotted.
    package var column: ObjectName
    package var expression: Expression
    package var span: SourceSpan
}

/// `[CONSTRAINT name] PRIMARY KEY | UNIQUE [(columns)] [[NOT] ENFORCED]`.
package struct TableConstraint: Sendable, Hashable {
    /// What is unique.
    package enum Kind: String, Sendable, Hashable {
        case primaryKey = "PRIMARY KEY"
        case unique = "UNIQUE"
    }

    package var name: Identifier?
    package var kind: Kind
    /// For a constraint on a column, that column.
    package var columns: [Identifier]
    /// Nil if not written.
    package var isEnforced: Bool?
    package var span: SourceSpan
}

/// `DISTRIBUTED [BY [HASH | RANGE] (columns)] [INTO n BUCKETS]`.
package struct Distribution: Sendable, Hashable {
    /// How rows are spread.
    package enum Kind: String, Sendable, Hashable {
        case hash = "HASH"
        case range = "RANGE"
    }

    /// Nil if not written.
    package var kind: Kind?
    package var columns: [Identifier]
    package var bucketCount: Int?
    package var span: SourceSpan
}

/// `LIKE table [(options)]`.
package struct LikeClause: Sendable, Hashable {
    /// How a feature of the source is merged.
    package enum Strategy: String, Sendable, Hashable, CaseIterable {
        case including = "INCLUDING"
        case excluding = "EXCLUDING"
        case overwriting = "OVERWRITING"
    }

    /// What is merged.
    package enum Feature: String, Sendable, Hashable, CaseIterable {
        case all = "ALL"
        case constraints = "CONSTRAINTS"
        case distribution = "DISTRIBUTION"
        case generated = "GENERATED"
        case metadata = "METADATA"
        case options = "OPTIONS"
        case partitions = "PARTITIONS"
        case watermarks = "WATERMARKS"
    }

    /// `INCLUDING ALL` and so on.
    package struct Option: Sendable, Hashable {
        package var strategy: Strategy
        package var feature: Feature
        package var span: SourceSpan
    }

    package var source: ObjectName
    package var options: [Option]
    package var span: SourceSpan
}

/// `CREATE [OR ALTER] MATERIALIZED TABLE name ... [FRESHNESS = INTERVAL ...] [REFRESH_MODE = ...] AS query`.
package struct CreateMaterializedTable: Sendable, Hashable {
    /// How the table is kept fresh.
    package enum RefreshMode: String, Sendable, Hashable {
        case full = "FULL"
        case continuous = "CONTINUOUS"
    }

    package var name: ObjectName
    package var isOrAlter: Bool
    package var columns: [ColumnDefinition]
    package var watermark: WatermarkDefinition?
    package var constraints: [TableConstraint]
    package var comment: StringText?
    package var distribution: Distribution?
    package var partitionedBy: [Identifier]
    package var options: [OptionEntry]
    /// An interval literal.
    package var freshness: Expression?
    package var refreshMode: RefreshMode?
    package var query: Query
    package var span: SourceSpan
}
