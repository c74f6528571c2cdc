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
        do {
            return try planned(statement)
        } catch let error as SQLError {
            throw Self.placed(error, statement.span)
        } catch let error as FunctionError {
            throw SQLError(.typeMismatch, error.message, at: statement.span, hint: error.hint)
        } catch let error as EvaluationError {
            throw SQLError(SQLError.Code(error.code), error.message, at: statement.span)
        } catch let error as ConnectorError {
            throw SQLError(.connector, error.message, at: statement.span)
        } catch {
            throw SQLError(.unsupported, "\(error)", at: statement.span)
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
        case .explain(let explain): return .explain(try Explainer(context, catalog).explain(explain))
        case .set, .reset: return try planSettings(statement)
        default: return try planDefinition(statement)
        }
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
