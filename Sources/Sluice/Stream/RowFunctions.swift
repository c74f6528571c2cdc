import SluiceColumns
import SluiceKernels

/// Closures over rows as functions of the catalogue: this is how user code enters a plan.
///
/// A call gets whole columns; the closure runs once per row over boxed values. It costs about a microsecond a row, so
/// filter with expressions first.
enum RowFunctions {
    /// A BOOLEAN function of all `fields`: TRUE where `keep` is.
    static func filter(
        _ name: String,
        _ fields: [RowField],
        _ keep: @escaping @Sendable (Row) throws -> Bool
    ) -> ScalarFunction {
        function(name, fields, result: .notNull(.boolean)) { .boolean(try keep($0)) }
    }

    /// A function of all `fields` whose value is a ROW of `Output`'s columns.
    static func map<Output: StreamRow>(
        _ name: String,
        _ fields: [RowField],
        _ transform: @escaping @Sendable (Row) throws -> Output
    ) -> ScalarFunction {
        function(name, fields, result: Output.dataType) { try transform($0).columnValue }
    }

    /// A function of all `fields` whose value is an ARRAY of ROWs of `Output`'s columns.
    static func flatMap<Output: StreamRow>(
        _ name: String,
        _ fields: [RowField],
        _ transform: @escaping @Sendable (Row) throws -> [Output]
    ) -> ScalarFunction {
        function(name, fields, result: Output.listType) { Output.listValue(try transform($0)) }
    }

    private static func function(
        _ name: String,
        _ fields: [RowField],
        result: DataType,
        _ body: @escaping @Sendable (Row) throws -> Value
    ) -> ScalarFunction {
        let types = fields.map(\.type.withoutTimeAttribute)
        let names = fields.map(\.name)
        return ScalarFunction(
            name,
            category: "user",
            signature: "\(name)(\(names.joined(separator: ", ")))",
            summary: "A closure of the program.",
            resolve: { _ in ResolvedSignature(types, result) },
            makeKernel: { _ in
                { arguments, rowCount in
                    var builder = ColumnBuilder(result, capacity: rowCount)
                    for row in 0..<rowCount {
                        builder.append(try call(body, Row(names: names, values: arguments.map { $0.value(row) })))
                    }
                    return builder.finish()
                }
            }
        )
    }

    /// What the closure gives; whatever it throws fails the job as `closureFailed`.
    private static func call(_ body: (Row) throws -> Value, _ row: Row) throws -> Value {
        do {
            return try body(row)
        } catch {
            throw EvaluationError("closureFailed", "a closure of the program threw: \(error)")
        }
    }
}
