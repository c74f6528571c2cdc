import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// Plans the statements of one session: changes its catalog and configuration, and turns queries into physical plans.
///
/// A value; a statement that fails changes nothing.
package struct Planner: Sendable {
    /// Tables, views and functions.
    package var catalog: Catalog
    /// Settings.
    package var configuration: Configuration
    /// The connectors.
    package var connectors: ConnectorRegistry
    /// The functions.
    package var functions: FunctionCatalogue
    /// Session facts; the time zone is taken from the configuration.
    package var evaluation: EvaluationContext
    /// Whether definitions in catalogs that are directories are written to their files; otherwise they last as long as
    /// the session, which is enough to check a script.
    package var writesDefinitions = true
    /// The number of the text whose statements are planned: to be counted up where a session takes another one.
    package var textNumber = 0

    /// Makes a planner.
    package init(
        catalog: Catalog = Catalog(),
        configuration: Configuration = Configuration(),
        connectors: ConnectorRegistry,
        functions: FunctionCatalogue,
        context: EvaluationContext = EvaluationContext()
    ) {
        self.catalog = catalog
        self.configuration = configuration.asInitial()
        self.connectors = connectors
        self.functions = functions
        evaluation = context
    }

    /// What names and constants mean right now.
    package var context: PlanningContext {
        var evaluation = evaluation
        evaluation.timeZone = configuration.timeZone
        evaluation.usesLegacyCasts = configuration.usesLegacyCasts
        var context = PlanningContext(
            configuration: configuration,
            connectors: connectors,
            functions: functions,
            evaluation: evaluation
        )
        context.currentDatabase = catalog.currentDatabase
        context.textNumber = textNumber
        return context
    }

    /// Plans `statement`.
    ///
    /// - Throws: `SQLError` with a span in the text that was parsed.
    package mutating func plan(_ statement: Statement) throws(SQLError) -> PlannedStatement {
        let before = catalog
        catalog.definitions = DefinitionReader(context)
        do {
            let planned = try planned(statement)
            if writesDefinitions { try catalog.commit() }
            return planned
        } catch {
            catalog = before
            throw Self.refusal(error, statement)
        }
    }

    /// What is thrown while a statement is planned, as an error with a place in its text.
    private static func refusal(_ error: any Error, _ statement: Statement) -> SQLError {
        switch error {
        case let error as SQLError:
            return placed(error, statement.span)
        case let error as FunctionError:
            return SQLError(.typeMismatch, error.message, at: statement.span, hint: error.hint)
        case let error as EvaluationError:
            return SQLError(SQLError.Code(error.code), error.message, at: statement.span)
        case let error as ConnectorError: return SQLError(.connector, error.message, at: statement.span)
        default: return SQLError(.unsupported, "\(error)", at: statement.span)
        }
    }

    private static func placed(_ error: SQLError, _ span: SourceSpan) -> SQLError {
        guard error.span.byteCount == 0 && error.span.lowerBound == 0 else { return error }
        var placed = error
        placed.span = span
        return placed
    }

    private mutating func planned(_ statement: Statement) throws -> PlannedStatement {
        switch statement.kind {
        case .query(let query):
            try configuration.validate(at: statement.span)
            let plan = try QueryPlanner(context, catalog).plan(query)
            return .query(plan.physical, columns: plan.columns)
        case .insert(let insert):
            try configuration.validate(at: statement.span)
            return .insert(try InsertPlanner(context, catalog).plan([InsertRequest(insert)]))
        case .statementSet(let inserts):
            try configuration.validate(at: statement.span)
            return .insert(try InsertPlanner(context, catalog).plan(inserts.map { InsertRequest($0) }))
        case .explain(let explain): return .explain(try explained(explain))
        case .set, .reset: return try planSettings(statement)
        default: return try planDefinition(statement)
        }
    }

    /// The answer to EXPLAIN; nothing that the statement defines stays.
    private func explained(_ explain: Explain) throws -> String {
        var attempt = self
        switch explain.statement.kind {
        case .query, .insert, .statementSet, .createTable:
            switch try attempt.planned(explain.statement) {
            case .query(let plan, _), .insert(let plan): return PlanReport.render(plan, details: explain.details)
            case .done, .text, .explain: break
            }
        default: break
        }
        throw SQLError(
            .unsupported,
            "only queries, INSERTs and CREATE TABLE ... AS can be explained",
            at: explain.statement.span
        )
    }

    private mutating func planSettings(_ statement: Statement) throws -> PlannedStatement {
        switch statement.kind {
        case .set(let entry?):
            try configuration.set(entry.key.value, to: entry.value.value, at: entry.key.span)
            return .done
        case .set(nil):
            return .text(configuration.settings.map { "'\($0.key)' = '\($0.value)'" })
        case .reset(let key):
            configuration.reset(key?.value)
            return .done
        default: return .done
        }
    }
}
