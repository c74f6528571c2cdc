import Glibc
import SluicePlan
import SluiceSQL
import Testing

/// A catalog in a directory of SQL files: what one session defines, the next one finds.
@Suite struct CatalogDirectoryTests {
    /// A folder of its own for a test, taken away in the end.
    private final class Folder {
        let path: String

        init() {
            var template = Array("/tmp/sluice-catalog-XXXXXX".utf8CString)
            path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
        }

        deinit { Self.remove(path) }

        static func names(_ path: String) -> [String] {
            guard let stream = opendir(path) else { return [] }
            defer { closedir(stream) }
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { names.append(name) }
            }
            return names.sorted()
        }

        static func remove(_ path: String) {
            for name in names(path) where unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
            rmdir(path)
        }

        func write(_ file: String, _ text: String) {
            guard let stream = fopen(path + "/" + file, "w") else { return }
            fputs(text, stream)
            fclose(stream)
        }

        func text(_ file: String) -> String {
            guard let stream = fopen(path + "/" + file, "r") else { return "no file" }
            defer { fclose(stream) }
            var bytes = [UInt8](repeating: 0, count: 1 << 14)
            let count = fread(&bytes, 1, bytes.count, stream)
            return String(decoding: bytes[..<count], as: UTF8.self)
        }

        /// A session that uses the catalog.
        func session() throws -> PlanningSession {
            var session = PlanningSession()
            try session.run("CREATE CATALOG d WITH ('type' = 'directory', 'path' = '\(path)'); USE CATALOG d")
            return session
        }
    }

    private static let bids = """
        CREATE TABLE bids (id BIGINT, price INT COMMENT 'in ''cents''', twice AS price * 2, rt TIMESTAMP(3),
        WATERMARK FOR rt AS rt - INTERVAL '1' SECOND, PRIMARY KEY (id) NOT ENFORCED)
        COMMENT 'all bids' WITH ('connector' = 'paper', 'path' = '/x')
        """

    @Test func whatOneSessionDefinesTheNextOneFinds() throws {
        let folder = Folder()
        var first = try folder.session()
        try first.run(Self.bids)
        try first.run("CREATE VIEW dear (id, price) AS SELECT id, price FROM bids WHERE price > 100")
        try first.run("CREATE DATABASE `other one` COMMENT 'more' WITH ('a' = 'b')")
        try first.run("CREATE TABLE `other one`.`a/b.c` (x INT) WITH ('connector' = 'paper')")
        #expect(Folder.names(folder.path) == ["default", "other%20one"])
        #expect(Folder.names(folder.path + "/default") == ["bids.sql", "dear.sql"])
        #expect(Folder.names(folder.path + "/other%20one") == [".database.sql", "a%2Fb%2Ec.sql"])

        var second = try folder.session()
        #expect(try second.tree("SHOW TABLES") == "bids\ndear")
        #expect(try second.tree("SHOW VIEWS") == "dear")
        #expect(try second.tree("SHOW DATABASES") == "default\nother one")
        #expect(try second.tree("SHOW TABLES IN `other one`") == "a/b.c")
        #expect(try second.tree("DESCRIBE DATABASE `other one`").contains("more"))
        for statement in ["SHOW CREATE TABLE bids", "SHOW CREATE VIEW dear", "DESCRIBE bids", "DESCRIBE dear"] {
            #expect(try second.tree(statement) == first.tree(statement))
        }
        #expect(try second.columns("SELECT * FROM dear") == first.columns("SELECT * FROM dear"))
    }

    @Test func changesAreWritten() throws {
        let folder = Folder()
        var first = try folder.session()
        try first.run(Self.bids)
        try first.run("ALTER TABLE bids SET ('path' = '/y'); ALTER TABLE bids RENAME TO offers")
        #expect(Folder.names(folder.path + "/default") == ["offers.sql"])
        #expect(folder.text("default/offers.sql").contains("'path' = '/y'"))
        try first.run("CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'paper')")
        try first.run("CREATE OR REPLACE TABLE offers (a INT) WITH ('connector' = 'paper')")
        #expect(try folder.session().planner.catalog.objectNames("d", "default") == ["offers"])
        try first.run("DROP TABLE offers; CREATE DATABASE z; CREATE TABLE z.t (a INT) WITH ('connector' = 'paper')")
        #expect(throws: SQLError.self) { try first.run("DROP DATABASE z RESTRICT") }
        try first.run("DROP DATABASE z CASCADE")
        #expect(Folder.names(folder.path) == ["default"])
        #expect(Folder.names(folder.path + "/default") == [])
        // Filling a table defines it, too.
        try first.run("CREATE TABLE filled WITH ('connector' = 'paper') AS SELECT 1 AS a")
        #expect(folder.text("default/filled.sql").hasPrefix("CREATE TABLE `filled` (\n  `a` INT NOT NULL\n)"))
    }

    @Test func aFailedStatementWritesNothing() throws {
        let folder = Folder()
        var session = try folder.session()
        #expect(throws: SQLError.self) {
            try session.run("CREATE TABLE bad WITH ('connector' = 'paper') AS SELECT nothing FROM nowhere")
        }
        #expect(throws: SQLError.self) {
            try session.run("CREATE TABLE bad WITH ('connector' = 'no such') AS SELECT 1 AS a")
        }
        #expect(Folder.names(folder.path) == [])
        #expect(try session.tree("SHOW TABLES").isEmpty)
        session.planner.writesDefinitions = false
        try session.run(Self.bids)
        #expect(try session.tree("SHOW TABLES") == "bids")
        #expect(Folder.names(folder.path) == [])
    }

    @Test func errorsNameTheFile() throws {
        let folder = Folder()
        var session = try folder.session()
        mkdir(folder.path + "/default", 0o755)
        folder.write("default/torn.sql", "CREATE TABLE torn (\n  a INT,\n  b NOTYPE\n) WITH ('connector' = 'paper')")
        folder.write("default/two.sql", "CREATE TABLE two (a INT); CREATE TABLE three (a INT)")
        folder.write("default/query.sql", "SELECT 1")
        folder.write("default/left.sql", "CREATE VIEW `left` AS SELECT * FROM `right`")
        folder.write("default/right.sql", "CREATE VIEW `right` AS SELECT * FROM `left`")
        folder.write("default/empty.sql", "")
        folder.write("default/notes.txt", "no SQL")
        #expect(try session.tree("SHOW TABLES") == "empty\nleft\nquery\nright\ntorn\ntwo")
        func message(_ statement: String) -> String {
            do {
                return try session.tree(statement)
            } catch {
                return "\(error)"
            }
        }
        #expect(message("SELECT * FROM torn").contains("/default/torn.sql', line 3, column "))
        #expect(message("SELECT * FROM two").contains("/default/two.sql' must hold one statement"))
        #expect(message("SELECT * FROM `query`").contains("/default/query.sql' must hold one CREATE TABLE"))
        #expect(message("SELECT * FROM `left`").contains("nested too deep"))
        #expect(message("SELECT * FROM `empty`").contains("must hold one statement"))
        // What is broken can be dropped, or replaced.
        try session.run("DROP TABLE torn; CREATE OR REPLACE TABLE `two` (a INT) WITH ('connector' = 'paper')")
        #expect(try session.columns("SELECT * FROM two") == "a INT")
    }

    @Test func catalogsAreAltered() throws {
        let folder = Folder()
        var session = try folder.session()
        try session.run("ALTER CATALOG d COMMENT 'shop'; ALTER CATALOG d SET ('default-database' = 'x')")
        #expect(try session.tree("DESCRIBE CATALOG d") == "name | d\ntype | directory\ncomment | shop")
        #expect(try session.tree("DESCRIBE CATALOG EXTENDED d").contains("option:default-database | x"))
        #expect(try session.tree("SHOW CREATE CATALOG d").hasPrefix("CREATE CATALOG `d`\nCOMMENT 'shop'\nWITH ("))
        try session.run("ALTER CATALOG d RESET ('default-database')")
        #expect(try !session.tree("DESCRIBE CATALOG EXTENDED d").contains("default-database"))
        for change in ["SET ('path' = '/elsewhere')", "RESET ('type')", "SET ('colour' = 'red')"] {
            #expect(throws: SQLError.self) { try session.run("ALTER CATALOG d \(change)") }
        }
    }

    @Test func pathsAndOptionsAreChecked() throws {
        var session = PlanningSession()
        for options in [
            "'type' = 'directory'", "'type' = 'directory', 'path' = 'here'", "'type' = 'jdbc'",
            "'type' = 'directory', 'path' = '/tmp', 'paht' = '/tmp'",
            "'type' = 'directory', 'path' = '/no/such/place/at/all'",
        ] {
            #expect(throws: SQLError.self) { try session.run("CREATE CATALOG c WITH (\(options))") }
        }
        #expect(try session.tree("SHOW CATALOGS") == "default_catalog")
    }
}
