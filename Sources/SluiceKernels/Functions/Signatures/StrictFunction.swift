import SluiceColumns

/// The loop of a strict function: no argument column is a constant NULL; `rowCount` is at least 1.
///
/// Rows where an argument is NULL have to come out NULL; the makers of results (`TextResult`, `LaneResult`) see to it.
typealias StrictRows = @Sendable (_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column

extension ScalarFunction {
    /// Describes a function that is NULL where an argument is NULL.
    init(
        _ name: String,
        aliases: [String] = [],
        category: String,
        signature: String,
        summary: String,
        example: (String, String)? = nil,
        takes list: ArgumentList,
        gives result: ResultRule,
        rows: @escaping StrictRows
    ) {
        self.init(
            name,
            aliases: aliases,
            category: category,
            signature: signature,
            summary: summary,
            example: example,
            takes: list,
            gives: result,
            compile: { call in
                StrictKernel.make(call) { arguments, rowCount in try rows(call, arguments, rowCount) }
            }
        )
    }

    /// Describes a function by its argument list, result and compiler of calls.
    init(
        _ name: String,
        aliases: [String] = [],
        category: String,
        signature: String,
        summary: String,
        example: (String, String)? = nil,
        determinism: Determinism = .deterministic,
        takes list: ArgumentList,
        gives result: ResultRule,
        compile: @escaping @Sendable (ResolvedCall) throws -> ScalarKernel
    ) {
        self.init(
            name,
            aliases: aliases,
            category: category,
            signature: signature,
            summary: summary,
            example: example.map { (expression: $0.0, result: $0.1) },
            determinism: determinism,
            resolve: { arguments in
                let types = try list.types(name, arguments)
                return ResolvedSignature(types, result.type(types))
            },
            makeKernel: compile
        )
    }
}

/// What all strict kernels share: constant arguments are computed once, a constant NULL gives NULL at once.
enum StrictKernel {
    /// Wraps the loop of one call.
    static func make(
        _ call: ResolvedCall,
        _ rows: @escaping (_ arguments: [Column], _ rowCount: Int) throws -> Column
    ) -> ScalarKernel {
        let type = call.type
        return { arguments, rowCount in
            if rowCount == 0 { return Column.of([], type) }
            if arguments.contains(where: { $0.isConstant && $0.isNull(0) }) {
                return .allNull(type, count: rowCount)
            }
            guard arguments.allSatisfy(\.isConstant) else { return try rows(arguments, rowCount) }
            let one = SelectionVector(repeating: 0, count: 1)
            let single = try rows(arguments.map { $0.gathered(one) }, 1)
            return .constant(single.value(0), type, count: rowCount)
        }
    }
}
