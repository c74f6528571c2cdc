import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// Lowers logical plans to one graph of physical nodes; equal sub-plans become one node.
struct PlanBuilder {
    let context: PlanningContext
    private(set) var nodes: [PhysicalNode] = []
    /// How the rows of each node are dealt to shards, nil where unknown.
    private var distributions: [ExchangeOperation.Target?] = []
    private var known: [LogicalPlan: Int] = [:]
    private var exchanges: [ExchangeKey: Int] = [:]
    private let lateRows: LateRows?
    /// Nodes that give late rows with the columns of their table.
    private var lateNodes: [Int] = []

    private struct ExchangeKey: Hashable {
        var input: Int
        var target: ExchangeOperation.Target
    }

    init(_ context: PlanningContext, lateRows: LateRows? = nil) {
        self.context = context
        self.lateRows = lateRows
    }

    /// The node that gives the rows of `plan`.
    mutating func build(_ plan: LogicalPlan) throws -> Int {
        if let id = known[plan] { return id }
        let id: Int
        switch plan {
        case .table(let table): id = try build(table.plan)
        case .scan(let scan): id = try buildScan(scan)
        case .values(let values): id = add(.values(ValuesOperation(rows: values.rows)), [], plan, on: .single)
        case .calc(let calc): id = try buildCalc(calc, plan)
        case .watermark(let node):
            let operation = WatermarkOperation(
                timeColumn: node.timeColumn,
                expression: node.expression,
                idleTimeoutMillis: context.configuration.positiveDurationMillis("table.exec.source.idle-timeout")
            )
            id = add(.watermark(operation), [try build(node.input)], plan)
        case .windowTable(let node): id = try buildWindowTable(node, plan)
        case .aggregate(let node): id = try buildAggregate(node, plan)
        case .windowAggregate(let node): id = try buildWindowAggregate(node, plan)
        case .expand(let node):
            id = add(.expand(ExpandOperation(projections: node.projections)), [try build(node.input)], plan)
        case .join(let node): id = try buildJoin(node, plan)
        case .temporalJoin(let node): id = try buildTemporalJoin(node, plan)
        case .union(let node):
            let inputs = try node.inputs.map { try build($0) }
            id = add(.union, inputs, plan)
        case .replicate(let node): id = add(.replicate, [try build(node.input)], plan)
        case .unnest(let node): id = try buildUnnest(node, plan)
        case .rank(let node): id = try buildRank(node, plan)
        case .sort(let node):
            let input = exchange(try build(node.input), .single)
            id = add(.sort(SortOperation(order: node.order)), [input], plan, on: .single)
        case .over(let node): id = try buildOver(node, plan)
        case .match(let node): id = try buildMatch(node, plan)
        }
        known[plan] = id
        return id
    }

    /// Adds a node.
    mutating func add(
        _ operation: PhysicalOperation,
        _ inputs: [Int],
        _ plan: LogicalPlan,
        on target: ExchangeOperation.Target? = nil
    ) -> Int {
        add(operation, inputs, fields: plan.fields, on: target)
    }

    /// Adds a node with these columns.
    mutating func add(
        _ operation: PhysicalOperation,
        _ inputs: [Int],
        fields: [RowField],
        on target: ExchangeOperation.Target? = nil
    ) -> Int {
        let id = nodes.count
        nodes.append(
            PhysicalNode(
                id: id,
                inputs: inputs.map { PhysicalInput($0) },
                operation: operation,
                fields: fields,
                mode: .insertOnly
            )
        )
        distributions.append(target ?? inputs.first.flatMap { inputs.count == 1 ? distributions[$0] : nil })
        return id
    }

    /// The node `input`, behind an exchange unless its rows are dealt that way already.
    mutating func exchange(_ input: Int, _ target: ExchangeOperation.Target) -> Int {
        if distributions[input] == target { return input }
        let key = ExchangeKey(input: input, target: target)
        if let id = exchanges[key] { return id }
        let id = add(.exchange(ExchangeOperation(target)), [input], fields: nodes[input].fields, on: target)
        exchanges[key] = id
        return id
    }

    private mutating func buildScan(_ scan: LogicalScan) throws -> Int {
        let access = TableAccess(context, at: scan.span)
        let operation = try access.scan(scan)
        guard try access.needsNormalization(scan, operation) else {
            return add(.scan(operation), [], fields: scan.fields)
        }
        // The key is read even where nobody else wants it.
        let keyed = scan.withKey
        let wide = try access.scan(keyed)
        let source = add(.scan(wide), [], fields: keyed.fields)
        let dealt = exchange(source, target(wide.primaryKey))
        let ttl = context.configuration.positiveDurationMillis("table.exec.state.ttl")
        let normalize = NormalizeOperation(keys: wide.primaryKey, stateTTLMillis: ttl)
        let id = add(.normalize(normalize), [dealt], fields: keyed.fields)
        if keyed.columns.count == scan.columns.count { return id }
        let wanted = scan.fields.indices.map { ScalarExpression.column($0, scan.fields[$0].type) }
        let calc = add(.calc(CalcOperation(projections: wanted)), [id], fields: scan.fields)
        distributions[calc] = nil
        return calc
    }

    private mutating func buildCalc(_ calc: LogicalCalc, _ plan: LogicalPlan) throws -> Int {
        let input = try build(calc.input)
        // Readers go by place, so that a calc that only renames is nothing.
        if calc.predicate == nil && calc.isIdentity { return input }
        let operation = CalcOperation(
            predicate: calc.predicate,
            projections: calc.isIdentity ? nil : calc.projections
        )
        let id = add(.calc(operation), [input], plan)
        distributions[id] = nil
        switch distributions[input] {
        case .single?: distributions[id] = .single
        case .keys(let keys)?:
            let moved = keys.compactMap { key in calc.projections.firstIndex { $0.columnIndex == key } }
            if moved.count == keys.count { distributions[id] = .keys(moved) }
        case nil: break
        }
        return id
    }

    private mutating func buildUnnest(_ node: LogicalUnnest, _ plan: LogicalPlan) throws -> Int {
        let input = try build(node.input)
        let operation = UnnestOperation(
            collection: node.collection,
            kept: node.kept,
            parts: node.parts,
            keepsEmpty: node.keepsEmpty
        )
        let id = add(.unnest(operation), [input], plan)
        if case .keys(let keys)? = distributions[input] {
            let moved = keys.compactMap { node.kept.firstIndex(of: $0) }
            distributions[id] = moved.count == keys.count ? .keys(moved) : nil
        }
        return id
    }

    private mutating func buildMatch(_ node: LogicalMatch, _ plan: LogicalPlan) throws -> Int {
        let keys = node.specification.partitionKeys
        let input = exchange(try build(node.input), target(keys))
        return add(.match(MatchOperation(node.specification)), [input], plan, on: target(Array(keys.indices)))
    }

    private mutating func buildWindowTable(_ node: LogicalWindowTable, _ plan: LogicalPlan) throws -> Int {
        var input = try build(node.input)
        if case .session = node.window.shape { input = exchange(input, target(node.partitionKeys)) }
        return add(
            .windowTable(WindowTableOperation(window: node.window, partitionKeys: node.partitionKeys)),
            [input],
            plan
        )
    }

    private mutating func buildAggregate(_ node: LogicalAggregate, _ plan: LogicalPlan) throws -> Int {
        let input = exchange(try build(node.input), target(node.keys))
        let operation = GroupAggregateOperation(
            keys: node.keys,
            aggregates: node.aggregates,
            consumesRetractions: false,
            emitsUpdateBefore: false,
            stateTTLMillis: node.stateTTLMillis.map { $0 > 0 ? $0 : nil }
                ?? context.configuration.positiveDurationMillis("table.exec.state.ttl")
        )
        return add(.groupAggregate(operation), [input], plan, on: target(Array(node.keys.indices)))
    }

    private mutating func buildWindowAggregate(_ node: LogicalWindowAggregate, _ plan: LogicalPlan) throws -> Int {
        let input = exchange(try build(node.input), target(node.keys))
        let operation = WindowAggregateOperation(
            window: node.window,
            keys: node.keys,
            aggregates: node.aggregates,
            properties: node.properties
        )
        let id = add(.windowAggregate(operation), [input], plan, on: target(Array(node.keys.indices)))
        if let lateRows, !node.lateColumns.isEmpty {
            let projections = lateRows.projections(node.lateColumns, nodes[input].fields)
            let fields = zip(lateRows.columns, projections).map { RowField($0.name, $1.type) }
            lateNodes.append(add(.calc(CalcOperation(projections: projections)), [], fields: fields))
            nodes[lateNodes[lateNodes.count - 1]].inputs = [PhysicalInput(id, port: .late)]
        }
        return id
    }

    private mutating func buildOver(_ node: LogicalOver, _ plan: LogicalPlan) throws -> Int {
        let input = exchange(try build(node.input), target(node.partitionKeys))
        let order: OverOperation.Order =
            switch node.time {
            case .rowtime: .rowtime(column: node.order[0].column)
            case .proctime: .proctime
            case nil: .value(node.order[0])
            }
        var operation = OverOperation(
            partitionKeys: node.partitionKeys,
            order: order,
            frame: node.frame,
            calls: node.calls
        )
        operation.stateTTLMillis = context.configuration.positiveDurationMillis("table.exec.state.ttl")
        operation.span = node.span
        return add(.over(operation), [input], plan, on: target(node.partitionKeys))
    }

    /// Leads the late rows of all window aggregations so far into their table.
    mutating func addLateSink() throws {
        guard let lateRows, let first = lateNodes.first else { return }
        let fields = lateRows.columns.map { RowField($0.name, $0.type) }
        let rows = lateNodes.count == 1 ? first : add(.union, lateNodes, fields: fields)
        let nullable = fields.indices.map { column in
            lateNodes.contains { nodes[$0].fields[column].type.isNullable }
        }
        _ = add(.sink(try lateRows.sink(context, nullable: nullable)), [rows], fields: fields)
    }

    /// The exchange target of keys, one shard where there are none.
    func target(_ keys: [Int]) -> ExchangeOperation.Target { keys.isEmpty ? .single : .keys(keys) }

    private mutating func buildJoin(_ node: LogicalJoin, _ plan: LogicalPlan) throws -> Int {
        let keys = JoinKeys(node)
        let left = exchange(try build(node.left), target(keys.left))
        let right = exchange(try build(node.right), target(keys.right))
        var residual = keys.residual
        var scope = JoinOperation.Scope.unbounded
        if let match = WindowJoinMatch(node) {
            scope = .window(leftEnd: match.leftEnd, rightEnd: match.rightEnd, timeZone: match.timeZone)
        } else if let match = IntervalJoinMatch(node) {
            scope = .interval(match.interval)
            residual.removeAll { match.terms.contains($0) }
        }
        var operation = JoinOperation(
            kind: node.kind,
            scope: scope,
            leftKeys: keys.left,
            rightKeys: keys.right,
            nullSafe: keys.nullSafe,
            residual: .conjunction(residual),
            emitsUpdateBefore: false
        )
        let sessionTTL = context.configuration.positiveDurationMillis("table.exec.state.ttl")
        operation.ttlMillis = [node.stateTTL.left ?? sessionTTL, node.stateTTL.right ?? sessionTTL].map {
            $0 == 0 ? nil : $0
        }
        let keepsLeft = node.kind != .right && node.kind != .full
        return add(.join(operation), [left, right], plan, on: keepsLeft ? target(keys.left) : nil)
    }
}
