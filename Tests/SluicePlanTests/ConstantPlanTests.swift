import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceSQL
import Synchronization
import Testing

/// What planning does with constants: how often it computes them, where they go, how they are shown.
@Suite struct ConstantPlanTests {
    /// Kernels that were made of a function.
    private final class Count: Sendable {
        let made = Atomic<Int>(0)
    }

    /// How often planning `query`, which may call COUNTED(INT), compiles that call.
    private func compilations(of query: String) throws -> Int {
        let count = Count()
        var functions = PaperFunctions.catalogue
        functions.register(
            ScalarFunction(
                "COUNTED",
                category: "test",
                signature: "COUNTED(int)",
                summary: "Its argument.",
                resolve: { ResolvedSignature($0.map(\.type), $0[0].type) },
                makeKernel: { _ in
                    count.made.add(1, ordering: .relaxed)
                    return { arguments, _ in arguments[0] }
                }
            )
        )
        var session = PlanningSession()
        session.planner = Planner(connectors: PaperConnectors.registry, functions: functions)
        try session.run(query)
        return count.made.load(ordering: .relaxed)
    }

    @Test(arguments: [("ARRAY[", "]"), ("ROW(", ")"), ("MAP['k', ", "]")])
    func nestedConstructorsAreFoldedOnce(open: String, close: String) throws {
        func query(_ depth: Int) -> String {
            "SELECT " + String(repeating: open, count: depth) + "COUNTED(1)" + String(repeating: close, count: depth)
        }
        let flat = try compilations(of: query(1))
        #expect(flat >= 1)
        #expect(try compilations(of: query(12)) == flat)
    }

    private func plan(_ query: String) throws -> PhysicalPlan {
        var session = PlanningSession()
        try session.run("CREATE TABLE t (a INT, s STRING) WITH ('connector' = 'paper')")
        guard case .query(let plan, _) = try session.run(query) else { throw FunctionError("no query: \(query)") }
        return plan
    }

    private func joins(_ plan: PhysicalPlan) -> Int {
        plan.nodes.filter { if case .join = $0.operation { true } else { false } }.count
    }

    @Test(arguments: [1, 2, 3, 20])
    func constantSubqueriesBecomeLiterals(depth: Int) throws {
        let nested = String(repeating: "(SELECT ", count: depth) + "1 + 1" + String(repeating: ")", count: depth)
        let alone = try plan("SELECT \(nested) AS x")
        // Constant rows and what collects them, as for SELECT 2.
        #expect(alone.nodes.count == 2)
        #expect(try plan("SELECT 2 AS x").nodes.count == 2)
        let selected = try plan("SELECT a, \(nested) AS x FROM t")
        #expect(PlanTree.render(selected).contains("Calc(select=[a, 2 AS x])"))
        let filtered = try plan("SELECT a FROM t WHERE a = \(nested)")
        #expect(joins(alone) + joins(selected) + joins(filtered) == 0)
    }

    @Test func valuesOfOneRowAreConstantToo() throws {
        let found = try plan("SELECT a + (SELECT y * 2 FROM (VALUES (3, 'x')) AS v (y, z)) AS x FROM t")
        #expect(PlanTree.render(found).contains("Calc(select=[(a + 6) AS x])"))
    }

    /// Outside of the subquery the value may be NULL, as for any other subquery.
    @Test func constantSubqueriesAreNullable() throws {
        var session = PlanningSession()
        #expect(try session.columns("SELECT (SELECT 1) AS x, (SELECT CAST(NULL AS INT)) AS y") == "x INT, y INT")
    }

    @Test(arguments: [
        "SELECT (SELECT 1 FROM t)", "SELECT (SELECT MAX(a) FROM t)",
        "SELECT (SELECT y FROM (VALUES (1), (2)) AS v (y))", "SELECT (SELECT RAND())",
    ])
    func otherSubqueriesAreJoined(query: String) throws {
        #expect(joins(try plan(query)) == 1)
    }

    /// A subquery is no literal where a function wants one, even when it is constant.
    @Test func constantSubqueriesAreNotWrittenLiterals() throws {
        #expect(throws: SQLError.self) { try plan("SELECT PERCENTILE(a, (SELECT 0.5)) FROM t") }
        #expect(throws: SQLError.self) { try plan("SELECT (SELECT 1, 2)") }
    }

    @Test(arguments: [
        "ARRAY[1, 2]", "ARRAY[ARRAY['a', 'b'], ARRAY['c', 'd']]", "MAP['k', 1.50, 'l', 2.25]", "ROW(1, 'x', TRUE)",
        "ARRAY[ROW(1, ARRAY[2]), ROW(3, ARRAY[4])]", "X'00FF'",
    ])
    func constantsAreShownAsTheyAreWritten(constant: String) throws {
        #expect(PlanTree.render(try plan("SELECT a, \(constant) AS x FROM t")).contains("[a, \(constant) AS x]"))
    }
}
