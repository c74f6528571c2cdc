import SluiceColumns
import SluiceKernels
import SluiceSQL

/// A table reference with `FOR SYSTEM_TIME AS OF`.
struct TemporalReference {
    /// The same reference without the clause.
    var table: TableReference
    /// The time of the version.
    var time: Expression

    /// Nil where the reference has no such clause.
    init?(_ reference: TableReference) {
        switch reference.kind {
        case .table(var named):
            guard let time = named.systemTime else { return nil }
            self.time = time
            named.systemTime = nil
            table = TableReference(.table(named), span: reference.span)
        case .aliased(let inner, let alias):
            guard let temporal = TemporalReference(inner) else { return nil }
            time = temporal.time
            table = TableReference(.aliased(temporal.table, alias), span: reference.span)
        default: return nil
        }
    }
}

extension QueryBinder {
    /// The logical join, or the temporal one where the right side stands under `FOR SYSTEM_TIME AS OF`.
    func joined(
        _ join: LogicalJoin,
        _ leftScope: Scope,
        _ rightScope: Scope,
        asOf temporal: TemporalReference?
    ) throws -> LogicalPlan {
        guard let temporal else { return .join(join) }
        guard join.kind == .inner || join.kind == .left else {
            throw SQLError(
                .unsupported,
                "\(join.kind.rawValue.uppercased()) JOIN with FOR SYSTEM_TIME AS OF is not supported",
                at: temporal.table.span,
                hint: "use JOIN or LEFT JOIN"
            )
        }
        var join = join
        let version: LogicalTemporalJoin.Version
        switch try timeColumn(temporal.time, leftScope) {
        case (let column, .rowtime): version = try eventTime(column, join, temporal)
        case (_, .proctime):
            join.right = join.right.withoutWatermarks
            try checkLookup(join.right, temporal)
            version = .lookup
        }
        var node = LogicalTemporalJoin(join, version: version, at: temporal.table.span)
        node.allowsScan = hints.allowsScan(of: rightScope)
        return .temporalJoin(node)
    }

    /// The time attribute of the left side that the clause names.
    private func timeColumn(_ time: Expression, _ scope: Scope) throws -> (column: Int, kind: TimeAttribute) {
        let bound = try expressionBinder(scope).bind(time)
        guard let column = bound.columnIndex, let kind = scope.fields[column].type.timeAttribute else {
            throw SQLError(
                .unsupported,
                "FOR SYSTEM_TIME AS OF takes a time attribute of the table to its left",
                at: time.span,
                hint: "name a column with a WATERMARK, or one that is declared AS PROCTIME()"
            )
        }
        return (column, kind)
    }

    private func eventTime(
        _ left: Int,
        _ join: LogicalJoin,
        _ temporal: TemporalReference
    ) throws -> LogicalTemporalJoin.Version {
        let span = temporal.table.span
        let fields = join.right.fields
        guard let right = VersionKeys.time(of: join.right) else {
            throw SQLError(
                .unsupported,
                "the versioned table has no event time",
                at: span,
                hint: "declare WATERMARK FOR its time column, or join AS OF a processing time"
            )
        }
        let types = (join.left.fields[left].type.logical, fields[right].type.logical)
        guard types.0.isInstant == types.1.isInstant else {
            throw SQLError(
                .typeMismatch,
                "the event times of both sides differ in type: \(types.0) and \(types.1)",
                at: span,
                hint: "declare both as TIMESTAMP or both as TIMESTAMP_LTZ"
            )
        }
        return .eventTime(left: left, right: right)
    }

    /// What is looked up row by row is a table, perhaps behind a view that filters and computes.
    private func checkLookup(_ plan: LogicalPlan, _ temporal: TemporalReference) throws {
        var plan = plan
        while case .calc(let calc) = plan { plan = calc.input }
        if case .scan = plan { return }
        throw SQLError(
            .unsupported,
            "a join AS OF processing time looks rows up in a table; this is a query",
            at: temporal.table.span,
            hint: "join a table, or join AS OF the event time"
        )
    }
}

extension LogicalType {
    /// Whether it is TIMESTAMP_LTZ.
    var isInstant: Bool {
        if case .timestampLTZ = self { return true }
        return false
    }
}

extension TableReference {
    /// The same reference with what stands behind `FOR SYSTEM_TIME AS OF` replaced.
    func mappingSystemTime(_ transform: (Expression) -> Expression) -> TableReference {
        var result = self
        switch kind {
        case .table(var named):
            named.systemTime = named.systemTime.map(transform)
            result.kind = .table(named)
        case .aliased(let inner, let alias): result.kind = .aliased(inner.mappingSystemTime(transform), alias)
        default: break
        }
        return result
    }
}
