import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Computes what is constant while planning.
enum ConstantFolding {
    /// The expression with every constant part computed; parts that fail are an error of the statement.
    static func fold(_ expression: ScalarExpression, _ context: EvaluationContext) throws -> ScalarExpression {
        try ConstantFolder.fold(expression, context: context)
    }
}
