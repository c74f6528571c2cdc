import SluiceConnect
import SluiceKernels

/// Everything a statement is planned against, besides the catalog.
package struct PlanningContext: Sendable {
    /// The settings of the session.
    package var configuration: Configuration
    /// The connectors.
    package var connectors: ConnectorRegistry
    /// The functions.
    package var functions: FunctionCatalogue
    /// Session facts for constant folding.
    package var evaluation: EvaluationContext
    /// What CURRENT_DATABASE() gives.
    package var currentDatabase = Catalog.defaultDatabase
    /// The number of the text that the statement stands in; places in other texts cannot be shown.
    package var textNumber = 0

    /// Makes a context.
    package init(
        configuration: Configuration,
        connectors: ConnectorRegistry,
        functions: FunctionCatalogue,
        evaluation: EvaluationContext
    ) {
        self.configuration = configuration
        self.connectors = connectors
        self.functions = functions
        self.evaluation = evaluation
    }
}
