/// `CREATE [OR REPLACE] [TEMPORARY] VIEW [IF NOT EXISTS] name [(columns)] [COMMENT '...'] AS query`.
package struct CreateView: Sendable, Hashable {
    /// A column's name and its comment, which Flink does not know here.
    package struct Column: Sendable, Hashable {
        package var name: Identifier
        package var comment: StringText?
    }

    package var name: ObjectName
    package var isReplace: Bool
    package var isTemporary: Bool
    package var ifNotExists: Bool
    package var columns: [Column]
    package var comment: StringText?
    package var query: Query
    package var span: SourceSpan
}

/// `ALTER VIEW name action`.
package struct AlterView: Sendable, Hashable {
    /// What is altered.
    package enum Action: Sendable, Hashable {
        case rename(ObjectName)
        case asQuery(Query)
    }

    package var name: ObjectName
    package var action: Action
    package var span: SourceSpan
}

/// `CREATE DATABASE [IF NOT EXISTS] name [COMMENT '...'] [WITH (...)]`.
package struct CreateDatabase: Sendable, Hashable {
    package var name: ObjectName
    package var ifNotExists: Bool
    package var comment: StringText?
    package var options: [OptionEntry]
}

/// `CREATE CATALOG [IF NOT EXISTS] name [COMMENT '...'] [WITH (...)]`.
package struct CreateCatalog: Sendable, Hashable {
    package var name: Identifier
    package var ifNotExists: Bool
    package var comment: StringText?
    package var options: [OptionEntry]
}

/// What ALTER CATALOG does.
package enum AlterCatalogAction: Sendable, Hashable {
    case set([OptionEntry])
    case reset([StringText])
    case comment(StringText)
}

/// `CREATE [TEMPORARY [SYSTEM]] FUNCTION ... AS 'class' [LANGUAGE ...] [USING JAR '...', ...] [WITH (...)]`.
package struct CreateFunction: Sendable, Hashable {
    package var name: ObjectName
    package var isTemporary: Bool
    package var isSystem: Bool
    package var ifNotExists: Bool
    package var className: StringText
    package var language: FunctionLanguage?
    package var resources: [FunctionResource]
    package var options: [OptionEntry]
}

/// `ALTER [TEMPORARY [SYSTEM]] FUNCTION [IF EXISTS] name AS 'class' [LANGUAGE ...]`.
package struct AlterFunction: Sendable, Hashable {
    package var name: ObjectName
    package var isTemporary: Bool
    package var isSystem: Bool
    package var ifExists: Bool
    package var className: StringText
    package var language: FunctionLanguage?
}

/// The language a function is written in.
package enum FunctionLanguage: String, Sendable, Hashable, CaseIterable {
    case java = "JAVA"
    case scala = "SCALA"
    case sql = "SQL"
    case python = "PYTHON"
}

/// A file a function needs.
package struct FunctionResource: Sendable, Hashable {
    /// `JAR` or `ARTIFACT`.
    package var kind: String
    package var path: StringText
}

/// `CREATE [OR REPLACE] [TEMPORARY] MODEL name [INPUT (...) OUTPUT (...)] [COMMENT] [WITH (...)] [AS query]`.
package struct CreateModel: Sendable, Hashable {
    package var name: ObjectName
    package var isReplace: Bool
    package var isTemporary: Bool
    package var ifNotExists: Bool
    package var input: [ColumnDefinition]
    package var output: [ColumnDefinition]
    package var comment: StringText?
    package var options: [OptionEntry]
    package var query: Query?
}

/// `CREATE [TEMPORARY [SYSTEM]] CONNECTION [IF NOT EXISTS] name [COMMENT '...'] [WITH (...)]`.
package struct CreateConnection: Sendable, Hashable {
    package var name: ObjectName
    package var isTemporary: Bool
    package var isSystem: Bool
    package var ifNotExists: Bool
    package var comment: StringText?
    package var options: [OptionEntry]
}

/// `ALTER MODEL | CONNECTION [IF EXISTS] name action`.
package struct AlterModel: Sendable, Hashable {
    /// What is altered.
    package enum Action: Sendable, Hashable {
        case rename(ObjectName)
        case set([OptionEntry])
        case reset([StringText])
    }

    package var name: ObjectName
    package var ifExists: Bool
    package var action: Action
}

/// `DROP [TEMPORARY [SYSTEM]] kind [IF EXISTS] name [CASCADE | RESTRICT]`.
package struct Drop: Sendable, Hashable {
    /// What is dropped; the raw value is its SQL.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        case table = "TABLE"
        case materializedTable = "MATERIALIZED TABLE"
        case view = "VIEW"
        case database = "DATABASE"
        case catalog = "CATALOG"
        case function = "FUNCTION"
        case model = "MODEL"
        case connection = "CONNECTION"
    }

    package var subject: Subject
    package var name: ObjectName
    package var isTemporary: Bool
    package var isSystem: Bool
    package var ifExists: Bool
    /// CASCADE; RESTRICT is the default.
    package var isCascade: Bool
}
