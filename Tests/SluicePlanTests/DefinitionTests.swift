import SluicePlan
import Testing

/// CREATE, ALTER, SHOW and DESCRIBE as Flink prints them.
@Suite struct DefinitionTests {
    @Test func showCreateTable() throws {
        var session = PlanningSession()
        let text = try session.tree(
            """
            CREATE TABLE t (id INT, nm VARCHAR(20) COMMENT 'name', ts TIMESTAMP(3), dbl AS id * 2,
              WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED)
            COMMENT 'demo table' PARTITIONED BY (nm) WITH ('connector' = 'paper', 'path' = '/tmp/none');
            SHOW CREATE TABLE t
            """
        )
        #expect(
            text == """
                CREATE TABLE `default_catalog`.`default_database`.`t` (
                  `id` INT NOT NULL,
                  `nm` VARCHAR(20) COMMENT 'name',
                  `ts` TIMESTAMP(3),
                  `dbl` AS `id` * 2,
                  WATERMARK FOR `ts` AS `ts` - INTERVAL '5' SECOND,
                  CONSTRAINT `PK_id` PRIMARY KEY (`id`) NOT ENFORCED
                )
                COMMENT 'demo table'
                PARTITIONED BY (`nm`)
                WITH (
                  'connector' = 'paper',
                  'path' = '/tmp/none'
                )

                """
        )
    }

    @Test func showCreateView() throws {
        var session = PlanningSession()
        let text = try session.tree(
            """
            CREATE TABLE t (id INT, nm STRING) WITH ('connector' = 'paper');
            CREATE VIEW v (a, b) COMMENT 'renamed' AS SELECT id, COALESCE(nm, 'x') AS u FROM t WHERE id > 1;
            SHOW CREATE VIEW v
            """
        )
        #expect(
            text == """
                CREATE VIEW `default_catalog`.`default_database`.`v` (
                  `a`,
                  `b`
                )
                COMMENT 'renamed'
                AS SELECT `t`.`id`, COALESCE(`t`.`nm`, 'x') AS `u`
                FROM `default_catalog`.`default_database`.`t` AS `t`
                WHERE `t`.`id` > 1

                """
        )
    }

    @Test func starOfAViewIsFixedWhenItIsMade() throws {
        var session = PlanningSession()
        try session.run(
            """
            CREATE TABLE t (a INT, b INT) WITH ('connector' = 'paper');
            CREATE VIEW v AS SELECT * FROM t;
            ALTER TABLE t ADD z INT FIRST;
            """
        )
        #expect(try session.columns("SELECT * FROM v") == "a INT, b INT")
        #expect(try session.columns("SELECT * FROM t") == "z INT, a INT, b INT")
    }

    @Test func describeFollowsAlterations() throws {
        var session = PlanningSession()
        let text = try session.tree(
            """
            CREATE TABLE t (id INT, nm STRING, ts TIMESTAMP(3)) WITH ('connector' = 'paper');
            ALTER TABLE t ADD (PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND);
            ALTER TABLE t ADD big AS id > 10 AFTER id;
            DESCRIBE t
            """
        )
        #expect(
            text == """
                id | INT | FALSE | PRI(id) | <NULL> | <NULL>
                big | BOOLEAN | FALSE | <NULL> | AS `id` > 10 | <NULL>
                nm | STRING | TRUE | <NULL> | <NULL> | <NULL>
                ts | TIMESTAMP(3) *ROWTIME* | TRUE | <NULL> | <NULL> | `ts` - INTERVAL '1' SECOND
                """
        )
    }

    @Test func temporaryTablesHidePermanentOnes() throws {
        var session = PlanningSession()
        try session.run(
            """
            CREATE TABLE t (x INT) WITH ('connector' = 'paper');
            CREATE TEMPORARY TABLE t (y STRING) WITH ('connector' = 'paper');
            """
        )
        #expect(try session.columns("SELECT * FROM t") == "y STRING")
        #expect(throws: (any Error).self) { try session.run("DROP TABLE t") }
        try session.run("DROP TEMPORARY TABLE t")
        #expect(try session.columns("SELECT * FROM t") == "x INT")
    }

    @Test(arguments: [("%eta", false, ["beta"]), ("%a", true, ["view_b"]), ("_lpha", false, ["alpha"])])
    func showTablesFilters(pattern: String, isNegated: Bool, names: [String]) throws {
        var session = PlanningSession()
        let text = try session.tree(
            """
            CREATE TABLE alpha (x INT) WITH ('connector' = 'paper');
            CREATE TABLE beta (x INT) WITH ('connector' = 'paper');
            CREATE TEMPORARY VIEW view_b AS SELECT * FROM beta;
            SHOW TABLES \(isNegated ? "NOT " : "")LIKE '\(pattern)'
            """
        )
        #expect(text == names.joined(separator: "\n"))
    }
}
