import SluiceColumns
import SluiceKernels
import SluiceSQL

extension QueryBinder {
    /// `TABLE(TUMBLE(...))` and the other window table-valued functions.
    func bindTableFunction(_ call: FunctionCall) throws -> BoundTable {
        let name = call.name.text.uppercased()
        guard let parameters = Self.windowParameters[name] else {
            throw SQLError(
                .unsupported,
                "the table function '\(call.name.text)' is not supported",
                at: call.name.span,
                hint: NearestName.hint(for: name, in: Self.windowParameters.keys.sorted())
            )
        }
        let arguments = try ordered(call, parameters, name)
        let table = try bindTableArgument(arguments[0], name)
        let time = try timeColumn(arguments[1], table.scope, name)
        let binder = expressionBinder(table.scope)
        let millis = try arguments.dropFirst(2).map { argument in
            try WindowArguments.millis(try binder.bind(argument.value), binder, at: argument.value.span)
        }
        let sizes = parameters.count - 3
        let shape = try WindowArguments.shape(name, Array(millis.prefix(max(1, sizes))), at: call.span)
        let offset = name != "SESSION" && millis.count > sizes ? millis[sizes] : 0
        try checkOffset(offset, millis[0], name, call.span)
        let keys = try partitionKeys(arguments[0].value, name, binder)
        let type = table.plan.fields[time].type
        let node = try WindowArguments.windowTable(
            table.plan,
            shape: shape,
            offsetMillis: offset,
            timeColumn: time,
            time: type,
            context: context,
            timeType: WindowArguments.windowTimeType(type),
            partitionKeys: keys,
            at: call.span
        )
        return BoundTable(plan: .windowTable(node), scope: Scope(name: nil, fields: node.fields))
    }

    /// Names of the parameters in order; the last is optional, but for SESSION.
    static let windowParameters: [String: [String]] = [
        "TUMBLE": ["DATA", "TIMECOL", "SIZE", "OFFSET"],
        "HOP": ["DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"],
        "CUMULATE": ["DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"],
        "SESSION": ["DATA", "TIMECOL", "GAP"],
    ]

    private func ordered(
        _ call: FunctionCall,
        _ parameters: [String],
        _ name: String
    ) throws -> [FunctionArgument] {
        let required = name == "SESSION" ? 3 : parameters.count - 1
        guard call.arguments.contains(where: { $0.name != nil }) else {
            guard (required...parameters.count).contains(call.arguments.count) else {
                throw SQLError(
                    .typeMismatch,
                    "\(name) takes \(parameters.joined(separator: ", "))",
                    at: call.span
                )
            }
            return call.arguments
        }
        var byName: [String: FunctionArgument] = [:]
        for argument in call.arguments {
            guard let key = argument.name?.text.uppercased(), parameters.contains(key) else {
                throw SQLError(
                    .typeMismatch,
                    "\(name) has no such argument",
                    at: argument.span,
                    hint: "its arguments are \(parameters.joined(separator: ", "))"
                )
            }
            byName[key] = argument
        }
        guard call.arguments.first?.name?.text.uppercased() == "DATA" else {
            throw SQLError(.typeMismatch, "DATA must be the first argument of \(name)", at: call.span)
        }
        if let missing = parameters.prefix(required).first(where: { byName[$0] == nil }) {
            throw SQLError(.typeMismatch, "\(name) needs the argument \(missing)", at: call.span)
        }
        return parameters.compactMap { byName[$0] }
    }

    private func bindTableArgument(_ argument: FunctionArgument, _ name: String) throws -> BoundTable {
        switch argument.value.kind {
        case .tableArgument(let table):
            guard table.orderBy.isEmpty else {
                throw SQLError(.unsupported, "ORDER BY in \(name)", at: table.span)
            }
            switch table.source {
            case .table(let object): return try bindTable(object)
            case .query(let query):
                let plan = try bind(query)
                return BoundTable(plan: plan, scope: Scope(name: nil, fields: plan.fields))
            }
        case .subquery(let query):
            let plan = try bind(query)
            return BoundTable(plan: plan, scope: Scope(name: nil, fields: plan.fields))
        default:
            throw SQLError(
                .typeMismatch,
                "the first argument of \(name) must be a table",
                at: argument.span,
                hint: "write TABLE name"
            )
        }
    }

    private func timeColumn(_ argument: FunctionArgument, _ scope: Scope, _ name: String) throws -> Int {
        guard case .descriptor(let columns) = argument.value.kind, !columns.isEmpty else {
            throw SQLError(
                .typeMismatch,
                "the second argument of \(name) must be DESCRIPTOR(column)",
                at: argument.span
            )
        }
        let column = columns[0]
        guard let index = scope.fields.firstIndex(where: { $0.name == column.text }) else {
            throw SQLError(
                .unknownColumn,
                "no column '\(column.text)'",
                at: column.span,
                hint: NearestName.hint(for: column.text, in: scope.fields.map(\.name))
            )
        }
        guard scope.fields[index].type.timeAttribute != nil else {
            throw WindowArguments.notTimeAttribute(name, scope.fields[index].type, at: column.span)
        }
        return index
    }

    private func partitionKeys(_ table: Expression, _ name: String, _ binder: ExpressionBinder) throws -> [Int] {
        guard case .tableArgument(let argument) = table.kind, !argument.partitionBy.isEmpty else { return [] }
        guard name == "SESSION" else {
            throw SQLError(
                .unsupported,
                "only SESSION takes PARTITION BY",
                at: argument.partitionBy[0].span,
                hint: "name the columns in GROUP BY"
            )
        }
        return try argument.partitionBy.map { expression in
            guard let column = try binder.bind(expression).columnIndex else {
                throw SQLError(.unsupported, "PARTITION BY takes columns here", at: expression.span)
            }
            return column
        }
    }

    private func checkOffset(_ offset: Int64, _ size: Int64, _ name: String, _ span: SourceSpan) throws {
        guard offset.magnitude < size.magnitude else {
            throw SQLError(
                .invalidDefinition,
                "the offset of \(name) must be smaller than \(size) ms, it is \(offset) ms",
                at: span
            )
        }
    }
}
