import SluiceColumns

/// The functions that take log lines apart; Flink has none of them.
///
/// Each gives a row of named fields, NULL where the line has another form: in FROM, `LATERAL TABLE(...)` makes columns
/// of them.
package enum LineFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] = patternFunctions + formFunctions + keyFunctions

    /// The row of a form's fields.
    static func rowType(_ fields: [RowField]) -> DataType {
        DataType(.row(fields.map { RowField($0.name, $0.type.nullable(true)) }))
    }

    /// The kernel that reads its first argument as lines of a form, for its own fields and more of them.
    static func kernel(
        _ call: ResolvedCall,
        _ form: any LineForm,
        more: [RowField] = []
    ) throws -> ScalarKernel {
        let wanted = (form.fields + more).map { LineTable.Wanted($0.name, $0.type) }
        let table = try LineTable(form, wanted, context: call.context)
        let type = call.type
        return StrictKernel.make(call) { arguments, rowCount in
            let lines = arguments[0].flattened()
            let parsed = try table.parse(lines)
            let failed = parsed.failures.filter { $0.field == nil }.map(\.row)
            let children = zip(parsed.columns, type.logical.childTypes).map { $0.retyped($1) }
            return Column(
                type: type,
                count: rowCount,
                values: nil,
                validity: Loops.clearing(failed, in: lines.validity, slotCount: rowCount),
                children: children
            )
        }
    }

    /// The text of an argument that must be a literal.
    static func text(_ argument: ArgumentInfo, _ index: Int, _ what: String) throws -> String {
        guard let text = argument.literal?.stringValue else {
            throw FunctionError(
                "\(what) must be a literal",
                hint: "the columns of the result follow from it",
                argument: index
            )
        }
        return text
    }
}
