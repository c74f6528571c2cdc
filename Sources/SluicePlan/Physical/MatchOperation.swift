import SluiceColumns
import SluiceKernels

/// Finds patterns in the ordered rows of each partition.
///
/// Output columns: the partition keys, then the measures; one row for each match. Consumes and gives new rows only.
package struct MatchOperation: Sendable {
    /// What is looked for and what comes out.
    package var specification: MatchSpecification
    /// Makes the operation.
    package init(_ specification: MatchSpecification) { self.specification = specification }
}

/// A MATCH_RECOGNIZE clause, bound to the columns of its input.
package struct MatchSpecification: Sendable, Hashable {
    /// What orders the rows of a partition first.
    package enum TimeSource: Sendable, Hashable {
        /// Input column `column` is the event time: rows wait for the watermark.
        case rowtime(column: Int)
        /// The wall clock: rows are taken in the order in which they come.
        case proctime
    }

    /// Where the search goes on after a match.
    package enum Skip: Sendable, Hashable {
        case toNextRow
        case pastLastRow
        /// To the first row of variable `index`; a match without one fails the job, and so does one that begins there.
        case toFirst(Int)
        /// To the last row of variable `index`, under the same rules.
        case toLast(Int)
    }

    /// Columns of PARTITION BY.
    package var partitionKeys: [Int]
    /// What orders the rows.
    package var time: TimeSource
    /// Orders rows of the same time; rows that are equal in it too keep the order in which they came.
    package var order: [SortField]
    /// The variables of the pattern, one behind the other.
    package var pattern: [PatternVariable]
    /// Where the search goes on after a match.
    package var skip: Skip
    /// WITHIN: from the first row to the last less than this; nil is no bound.
    package var withinMicros: Int64?
    /// The measures; their rows are those of the whole match.
    package var measures: MatchExpressions

    /// Makes a specification.
    package init(
        partitionKeys: [Int],
        time: TimeSource,
        order: [SortField] = [],
        pattern: [PatternVariable],
        skip: Skip = .toNextRow,
        withinMicros: Int64? = nil,
        measures: MatchExpressions
    ) {
        self.partitionKeys = partitionKeys
        self.time = time
        self.order = order
        self.pattern = pattern
        self.skip = skip
        self.withinMicros = withinMicros
        self.measures = measures
    }

    /// The most variables a pattern can have: what holds of a row is one bit for each.
    package static let variablesMax = 64
}

/// One variable of a pattern with its quantifier and its condition.
package struct PatternVariable: Sendable, Hashable {
    /// When a row can be taken for a variable.
    package enum Condition: Sendable, Hashable {
        /// Any row.
        case always
        /// Where input column `column`, a BOOLEAN, is TRUE: it depends on the row alone.
        case column(Int)
        /// Where it is TRUE, for the rows taken so far and the row in question as the last one of the variable.
        case expression(MatchExpressions)
    }

    /// As written; the case counts.
    package var name: String
    /// How often at least.
    package var minimum: Int
    /// How often at most; nil is any number.
    package var maximum: Int?
    /// Whether a row that fits the variable again is never given to what follows.
    package var isGreedy: Bool
    /// When a row can be taken for it.
    package var condition: Condition

    /// Makes a variable.
    package init(
        _ name: String,
        minimum: Int = 1,
        maximum: Int? = 1,
        isGreedy: Bool = false,
        condition: Condition = .always
    ) {
        self.name = name
        self.minimum = minimum
        self.maximum = maximum
        self.isGreedy = isGreedy
        self.condition = condition
    }
}

/// Expressions over the rows of a match: measures, or one condition of DEFINE.
///
/// Each is a plain expression over a row of `references.count + aggregates.count` columns, so that it is computed for
/// many matches at once.
package struct MatchExpressions: Sendable, Hashable {
    /// Which rows of a match are meant.
    package enum Rows: Sendable, Hashable {
        /// All of them.
        case all
        /// Those of variable `index`.
        case variable(Int)
        /// None: a name of SUBSET, or a variable that is defined but not in the pattern.
        case none
    }

    /// One value of a match.
    package enum Reference: Sendable, Hashable {
        /// A column of the row `offset` places behind the first, or before the last, of `rows`; NULL where none is.
        case value(of: Rows, fromFirst: Bool, offset: Int, column: Int, DataType)
        /// The event time of the match: that of the row that completed it, or the watermark that set it free.
        case rowtime(DataType)

        /// The type of the value.
        package var type: DataType {
            switch self {
            case .value(_, _, _, _, let type), .rowtime(let type): type
            }
        }
    }

    /// An aggregate over rows of a match; its arguments are input columns.
    package struct Aggregate: Sendable, Hashable {
        /// Which rows it sees.
        package var rows: Rows
        /// The function and its arguments.
        package var call: AggregateCall
        /// Makes an aggregate.
        package init(_ call: AggregateCall, of rows: Rows) {
            self.call = call
            self.rows = rows
        }
    }

    /// The expressions; columns are `references`, then `aggregates`.
    package var expressions: [ScalarExpression]
    /// Values that they read.
    package var references: [Reference]
    /// Aggregates that they read.
    package var aggregates: [Aggregate]

    /// Makes expressions.
    package init(_ expressions: [ScalarExpression], references: [Reference] = [], aggregates: [Aggregate] = []) {
        self.expressions = expressions
        self.references = references
        self.aggregates = aggregates
    }
}

// MARK: - Columns

extension MatchExpressions {
    /// Input columns that are read.
    package var columnsRead: Set<Int> {
        var columns: Set<Int> = []
        for case .value(_, _, _, let column, _) in references { columns.insert(column) }
        for aggregate in aggregates {
            columns.formUnion(aggregate.call.arguments)
            if let filter = aggregate.call.filter { columns.insert(filter) }
        }
        return columns
    }

    /// The same over an input whose columns stand elsewhere.
    package func mappingColumns(_ transform: (Int) -> Int) -> MatchExpressions {
        var result = self
        result.references = references.map { reference in
            guard case .value(let rows, let fromFirst, let offset, let column, let type) = reference else {
                return reference
            }
            return .value(of: rows, fromFirst: fromFirst, offset: offset, column: transform(column), type)
        }
        result.aggregates = aggregates.map { aggregate in
            var aggregate = aggregate
            aggregate.call.arguments = aggregate.call.arguments.map(transform)
            aggregate.call.filter = aggregate.call.filter.map(transform)
            return aggregate
        }
        return result
    }

    /// Only the expressions at `kept`, with what they read.
    package func keeping(_ kept: [Int]) -> MatchExpressions {
        let expressions = kept.map { self.expressions[$0] }
        let read = expressions.reduce(into: Set<Int>()) { $0.formUnion($1.columnsRead) }.sorted()
        let places = Dictionary(uniqueKeysWithValues: read.enumerated().map { ($0.element, $0.offset) })
        return MatchExpressions(
            expressions.map { $0.mappingColumns { places[$0] ?? $0 } },
            references: read.filter { $0 < references.count }.map { references[$0] },
            aggregates: read.filter { $0 >= references.count }.map { aggregates[$0 - references.count] }
        )
    }
}

extension MatchSpecification {
    /// Input columns that are read, whatever is needed of the measures.
    package var columnsRead: Set<Int> {
        var columns = Set(partitionKeys).union(order.map(\.column)).union(measures.columnsRead)
        if case .rowtime(let column) = time { columns.insert(column) }
        for variable in pattern {
            switch variable.condition {
            case .always: break
            case .column(let column): columns.insert(column)
            case .expression(let expressions): columns.formUnion(expressions.columnsRead)
            }
        }
        return columns
    }

    /// The same over an input whose columns stand elsewhere.
    package func mappingColumns(_ transform: (Int) -> Int) -> MatchSpecification {
        var result = self
        result.partitionKeys = partitionKeys.map(transform)
        if case .rowtime(let column) = time { result.time = .rowtime(column: transform(column)) }
        result.order = order.map { field in
            var field = field
            field.column = transform(field.column)
            return field
        }
        result.pattern = pattern.map { variable in
            var variable = variable
            switch variable.condition {
            case .always: break
            case .column(let column): variable.condition = .column(transform(column))
            case .expression(let expressions): variable.condition = .expression(expressions.mappingColumns(transform))
            }
            return variable
        }
        result.measures = measures.mappingColumns(transform)
        return result
    }
}

extension MatchSpecification {
    /// The same with every expression replaced by one of the same type over the same columns.
    package func mappingExpressions(
        _ transform: (ScalarExpression) throws -> ScalarExpression
    ) rethrows -> MatchSpecification {
        var result = self
        result.measures.expressions = try measures.expressions.map(transform)
        result.pattern = try pattern.map { variable in
            guard case .expression(var expressions) = variable.condition else { return variable }
            expressions.expressions = try expressions.expressions.map(transform)
            var variable = variable
            variable.condition = .expression(expressions)
            return variable
        }
        return result
    }
}
