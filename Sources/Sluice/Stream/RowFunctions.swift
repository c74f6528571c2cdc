import SluiceColumns
import SluiceKernels

/// Closures over rows as functions of the catalogue: this is how user code enters a plan.
///
/// A call gets whole columns; the closure runs once per row over boxed values. It costs about a microsecond a row, so
/// filter with expressions first.
enum RowFunctions {
    /// A BOOLEAN function of all `fields`: TRUE where `keep` is.
    static func filter(
        _ name: String, _ fields: [RowField], _ keep: @escaping @Sendable (Row) throws -> Bool
    ) -> ScalarFunction {
        function(name, fields, result: .notNull(.boolean)) { .boolean(try keep($0)) }
    }

    /// A function of all `fields` whose value is a ROW of `Output`'s columns.
    static func map<Output: StreamRow>(
        _ name: String, _ fields: [RowField], _ transform: @escaping @Sendable (Row) throws -> Output
    ) -> ScalarFunction {
        function(name, fields, result: .notNull(rowType(Output.self))) { value(of: try transform($0)) }
    }

    /// A function of all `fields` whose value is an ARRAY of ROWs of `Output`'s columns.
    static func flatMap<Output: StreamRow>(
        _ name: String, _ fields: [RowField], _ transform: @escaping @Sendable (Row) throws -> [Output]
    ) -> ScalarFunction {
        let type = DataType.notNull(.array(.notNull(rowType(Output.self))))
        return function(name, fields, result: type) { .array(try transform($0).map { value(of: $0) }) }
    }

    private static func rowType<Output: StreamRow>(_ row: Output.Type) -> LogicalType {
        .row(Output.columns.map(\.field))
    }

    private static func value<Output: StreamRow>(of row: Output) -> Value {
        .row(Output.columns.map { $0.value(row) })
    }

    private static func function(
        _ name: String, _ fields: [RowField], result: DataType,
        _ body: @escaping @Sendable (Row) throws -> Value
    ) -> ScalarFunction {
        let types = fields.map(\.type.withoutTimeAttribute)
        let names = fields.map(\.name)
        return ScalarFunction(
            name, category: "user", signature: "\(name)(\(names.joined(separator: ", ")))",
            summary: "A closure of the program.",
            resolve: { _ in ResolvedSignature(types, result) },
            makeKernel: { _ in
                { arguments, rowCount in
                    var builder = ColumnBuilder(result, capacity: rowCount)
                    for row in 0..<rowCount {
                        builder.append(try body(Row(names: names, values: arguments.map { $0.value(row) })))
                    }
                    return builder.finish()
                }
            })
    }
}
