import SluiceKernels
import SluicePlan
import SluiceSQL
import Testing

/// What every plan must be, whatever the query.
@Suite struct PlanShapeTests {
    static let queries = PlanGoldenTests.names

    @Test(arguments: queries)
    func inputsStandBeforeTheirReaders(name: String) throws {
        var session = PlanningSession()
        let script = try #require(TextFile.read(PlanGoldenTests.folder + name + ".sql"))
        let plan: PhysicalPlan
        switch try session.run(script) {
        case .query(let found, _), .insert(let found): plan = found
        default:
            Issue.record("no plan")
            return
        }
        for (index, node) in plan.nodes.enumerated() {
            #expect(node.id == index)
            #expect(node.inputs.allSatisfy { $0.node < index })
            #expect(node.uniqueKeys.allSatisfy { $0.allSatisfy(node.fields.indices.contains) })
            try expectColumnsExist(node, in: plan)
        }
    }

    /// Every expression only reads columns that its input has, with the type they have there.
    private func expectColumnsExist(_ node: PhysicalNode, in plan: PhysicalPlan) throws {
        guard case .calc(let calc) = node.operation else { return }
        let fields = plan.fields(of: node.inputs[0])
        let width = fields.count + (calc.readsWatermark ? 1 : 0)
        for expression in (calc.projections ?? []) + (calc.predicate.map { [$0] } ?? []) {
            for column in expression.columnsRead { #expect((0..<width).contains(column)) }
        }
        #expect((calc.projections?.count ?? fields.count) == node.fields.count)
    }

    @Test func explainGivesTreeAndJSON() throws {
        var session = PlanningSession()
        try session.run("CREATE TABLE t (a INT) WITH ('connector' = 'paper')")
        let tree = try session.tree("EXPLAIN SELECT a FROM t WHERE a > 1")
        #expect(tree.hasPrefix("Collect(columns=[a]) [insert-only]\n└─ Calc(where=(a > 1)) [insert-only]\n"))
        let json = try session.tree("EXPLAIN JSON_EXECUTION_PLAN SELECT a FROM t WHERE a > 1")
        #expect(json.contains("\"type\": \"Scan\""))
        #expect(json.contains("\"mode\": \"insert-only\""))
    }

    /// LISTAGG over another aggregate sees its changes one by one, and all on one shard.
    @Test(arguments: [("LISTAGG(s)", true), ("MAX(s)", false)])
    func orderOfChangesIsKeptWhereItMatters(call: String, isKept: Bool) throws {
        var session = PlanningSession()
        try session.run("CREATE TABLE t (a INT, s STRING) WITH ('connector' = 'paper')")
        let query = "SELECT n, \(call) FROM (SELECT s, COUNT(*) AS n FROM t GROUP BY s) GROUP BY n"
        guard case .query(let plan, _) = try session.run(query) else {
            Issue.record("no query")
            return
        }
        var changes: [Bool] = []
        var isSingle: [Bool] = []
        for node in plan.nodes {
            if case .groupAggregate(let aggregate) = node.operation { changes.append(aggregate.emitsEveryChange) }
            if case .exchange(let exchange) = node.operation { isSingle.append(exchange.target == .single) }
        }
        #expect(changes == [isKept, false])
        // On one shard a second exchange would lead nowhere.
        #expect(isSingle == (isKept ? [true] : [false, false]))
    }

    @Test func manyRulesShareOneScan() throws {
        var session = PlanningSession()
        try session.run("CREATE TABLE t (a INT, s STRING) WITH ('connector' = 'paper')")
        let rules = (0..<100).map { "SELECT a, \($0) AS rule FROM t WHERE s LIKE '%word\($0)%'" }
        guard case .query(let plan, _) = try session.run(rules.joined(separator: " UNION ALL ")) else {
            Issue.record("no query")
            return
        }
        let scans = plan.nodes.filter { if case .scan = $0.operation { true } else { false } }
        #expect(scans.count == 1)
        let sets = plan.nodes.compactMap { node -> PatternSetOperation? in
            if case .patternSet(let set) = node.operation { set } else { nil }
        }
        #expect(sets.map(\.branches.count) == [100])
        #expect(plan.nodes.count == 2 + 100 + 2)
    }
}
