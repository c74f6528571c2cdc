import SluiceRuntime
import SluiceSQL

/// What became of one job of a session.
package struct JobRecord: Sendable {
    /// How it ended.
    package enum Outcome: String, Sendable {
        case finished
        case failed
        case cancelled
    }
    /// The statement, as parsed.
    package var statement: String
    /// Where it stands in the script.
    package var span: SourceSpan
    /// How it ended.
    package var outcome: Outcome
    /// What it counted; after a failure, what its shards counted until then.
    package var metrics: JobMetrics
    /// Makes a record.
    package init(statement: String, span: SourceSpan, outcome: Outcome, metrics: JobMetrics) {
        self.statement = statement
        self.span = span
        self.outcome = outcome
        self.metrics = metrics
    }
}
