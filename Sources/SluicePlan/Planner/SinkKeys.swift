import SluiceConnect
import SluiceSQL

/// What stands between a query and a sink with a PRIMARY KEY, so that the sink can apply changes by its key.
///
/// The rules are Flink's: changes that are unique by the sink's key, or by less, go there as they are. Others would
/// overwrite each other there in any order; the statement has to say that they are put in order (ON CONFLICT DO
/// DEDUPLICATE), which keeps them all.
struct SinkKeys {
    private let context: PlanningContext
    private let insert: InsertRequest
    private let table: CatalogTable
    private let sink: any SinkTable
    /// Written columns of the PRIMARY KEY; empty without one.
    private let keys: [Int]

    init(_ context: PlanningContext, _ insert: InsertRequest, _ table: CatalogTable, _ sink: any SinkTable) {
        self.context = context
        self.insert = insert
        self.table = table
        self.sink = sink
        let written = table.writtenColumns.map { table.columns[$0].name }
        keys = table.primaryKey?.columns.compactMap { written.firstIndex(of: $0) } ?? []
    }

    /// Refuses ON CONFLICT DO NOTHING and DO ERROR where a source has no watermark, as Flink does: only the watermark
    /// tells which changes belong together.
    func checkConflictClause(_ plan: LogicalPlan) throws {
        guard let strategy = insert.onConflict, strategy != .deduplicate else { return }
        if let source = plan.tableWithoutWatermark {
            throw problem(
                "ON CONFLICT DO \(strategy.rawValue) needs a watermark in every source, and '\(source)' has none",
                hint: "declare WATERMARK FOR ... in that table, or write ON CONFLICT DO DEDUPLICATE"
            )
        }
    }

    /// The node to write of `root`, which gives the rows of `plan`: itself, or behind what puts its changes in order.
    func prepare(_ root: Int, of plan: LogicalPlan, in builder: inout PlanBuilder) throws -> Int {
        var input = try ChangelogInference.traits(of: root, in: builder.nodes)
        // To Flink distinct rows are updates; here they only come, but a clause about them is taken at its word.
        if insert.onConflict != nil, plan.keepsDistinctRows { input.isUpdating = true }
        if insert.onConflict != nil, !input.isUpdating {
            throw problem(
                "ON CONFLICT is for queries that change rows, and this one only adds rows",
                hint: "leave ON CONFLICT out"
            )
        }
        guard !keys.isEmpty else { return root }
        if try materializes(input) {
            let conflict = try conflict(in: plan)
            let dealt = builder.exchange(root, .keys(keys))
            let changeKey = input.uniqueKeys.min { $0.count < $1.count } ?? []
            let operation = MaterializeOperation(keys: keys, changeKey: changeKey, conflict: conflict)
            return builder.add(.materialize(operation), [dealt], fields: builder.nodes[root].fields)
        }
        let isForced = context.configuration.text("table.exec.sink.keyed-shuffle")?.uppercased() == "FORCE"
        return isForced ? builder.exchange(root, .keys(keys)) : root
    }

    /// What becomes of a key with several rows.
    private func conflict(in plan: LogicalPlan) throws -> MaterializeOperation.Conflict {
        guard let strategy = insert.onConflict, strategy != .deduplicate else { return .deduplicate }
        guard plan.givesChangesInOrder else {
            throw problem(
                "ON CONFLICT DO \(strategy.rawValue) is not supported behind a join, a union or a set operation: which "
                    + "row of a key comes first there depends on how far each input has been read",
                hint: "write ON CONFLICT DO DEDUPLICATE, or group the query by (\(keyNames))"
            )
        }
        return strategy == .nothing ? .keepFirst : .fail
    }

    private func materializes(_ input: (isUpdating: Bool, uniqueKeys: [[Int]])) throws -> Bool {
        let setting = context.configuration.text("table.exec.sink.upsert-materialize")?.uppercased()
        guard setting != "NONE", sink.acceptedMode(for: .upsert) != .insertOnly else { return false }
        if setting == "FORCE" { return true }
        guard input.isUpdating, !input.uniqueKeys.contains(where: { Set(keys).isSuperset(of: $0) }) else {
            return false
        }
        guard insert.onConflict == nil, context.configuration.boolean("table.exec.sink.require-on-conflict") else {
            return true
        }
        throw problem(
            "the rows of this query are not unique by (\(keyNames)), the PRIMARY KEY of '\(insert.table.text)', so "
                + "several could be written under one key",
            hint: "group the query by (\(keyNames)), or write ON CONFLICT DO DEDUPLICATE to keep the latest row of "
                + "each key"
        )
    }

    private var keyNames: String { table.primaryKey?.columns.joined(separator: ", ") ?? "" }

    private func problem(_ message: String, hint: String) -> SQLError {
        SQLError(.unsupported, message, at: insert.table.span, hint: hint)
    }
}

extension LogicalPlan {
    /// The name of a table that it reads and that has no watermark; nil where all have one.
    fileprivate var tableWithoutWatermark: String? {
        if case .table(let table) = self {
            return table.source.table.watermark == nil ? table.source.table.path.description : nil
        }
        if case .scan(let scan) = self { return scan.table.path.description }
        for input in inputs { if let name = input.tableWithoutWatermark { return name } }
        return nil
    }

    /// Whether it gives each change by itself, in the order of the rows of one input, with the watermark before it.
    fileprivate var givesChangesInOrder: Bool {
        switch self {
        case .watermark, .values: true
        case .table(let table): table.plan.givesChangesInOrder
        case .calc, .unnest, .aggregate: inputs[0].givesChangesInOrder
        case .rank(let rank): rank.scope == .unbounded && rank.input.givesChangesInOrder
        case .over(let over): over.time == nil && over.input.givesChangesInOrder
        case .windowTable(let node):
            if case .session = node.window.shape { false } else { node.input.givesChangesInOrder }
        default: false
        }
    }

    /// Whether its rows come from SELECT DISTINCT, or a GROUP BY without aggregates.
    fileprivate var keepsDistinctRows: Bool {
        if case .aggregate(let node) = self { return node.aggregates.isEmpty }
        if case .calc(let calc) = self { return calc.input.keepsDistinctRows }
        return false
    }
}
