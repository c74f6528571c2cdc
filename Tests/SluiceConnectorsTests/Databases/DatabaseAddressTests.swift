import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite("Where a database is")
struct DatabaseAddressTests {
    @Test(
        "URLs as JDBC and libpq write them",
        arguments: [
            ("jdbc:postgresql://db:5433/shop", "postgresql://db:5433/shop", "PostgreSQL at db:5433/shop"),
            ("postgres://me:secret@db/shop", "postgresql://me:secret@db/shop", "PostgreSQL at db/shop"),
            ("jdbc:postgresql:shop", "postgresql://localhost/shop", "PostgreSQL at localhost/shop"),
            ("jdbc:postgresql://a:1,b:2/x", "postgresql://a:1,b:2/x", "PostgreSQL at a:1,b:2/x"),
            (
                "jdbc:postgresql://db/x?user=me&password=secret&ssl=true&ApplicationName=app&prepareThreshold=1",
                "postgresql://db/x?user=me&password=secret&sslmode=verify-full&application_name=app",
                "PostgreSQL at db/x"
            ),
            (
                "jdbc:postgresql://db/x?currentSchema=s", "postgresql://db/x?options=-csearch_path%3Ds",
                "PostgreSQL at db/x"
            ),
            ("postgresql:///x?host=%2Frun%2Fpg", "postgresql:///x?host=%2Frun%2Fpg", "PostgreSQL at /run/pg/x"),
            ("postgresql://me@/x?host=/run/pg", "postgresql://me@/x?host=/run/pg", "PostgreSQL at /run/pg/x"),
        ]
    )
    func urls(url: String, uri: String, place: String) throws {
        let address = try PostgreSQLAddress(url: url, user: nil, password: nil)
        #expect(address.uri == uri)
        #expect(address.place == place)
    }

    @Test(
        "What is no URL of PostgreSQL is refused, without its password",
        arguments: ["jdbc:mysql://db/x", "db:5432", "postgresql:x", "jdbc:postgresql://db/x?socketFactory=secret2", ""]
    )
    func badURLs(url: String) {
        #expect(throws: ConnectorError.self) { try PostgreSQLAddress(url: url, user: nil, password: "secret") }
    }

    @Test("The options win over the URL")
    func userAndPassword() throws {
        let address = try PostgreSQLAddress(url: "postgresql://a:b@db/x", user: "me", password: "secret")
        let keys = address.parameters(timeoutMillis: 7_000).map(\.key)
        let uri = try #require(keys.firstIndex(of: "dbname"))
        #expect(try #require(keys.firstIndex(of: "user")) > uri)
        #expect(try #require(keys.firstIndex(of: "password")) > uri)
        #expect(address.parameters(timeoutMillis: 7_000).contains { $0.key == "connect_timeout" && $0.value == "7" })
    }

    @Test(
        "The connector jdbc tells databases apart",
        arguments: [
            (["url": "jdbc:sqlite:/data/x.db"], "SQLite file '/data/x.db' table=t"),
            (["url": "jdbc:postgresql://db/x", "username": "me"], "PostgreSQL at db/x table=t"),
            (["url": "jdbc:postgresql://db/x", "driver": "org.postgresql.Driver"], "PostgreSQL at db/x table=t"),
            (["url": "jdbc:mysql://db/x"], nil), (["url": "jdbc:sqlite::memory:"], nil),
            (["url": "jdbc:postgresql://db/x", "driver": "com.mysql.Driver"], nil), ([:], nil),
        ] as [([String: String], String?)]
    )
    func jdbc(options: [String: String], summary: String?) throws {
        let all = options.merging(["table-name": "t"]) { $1 }
        var reader = OptionReader(all)
        let table = TableDescription(name: "t", columns: [TableColumn("a", DataType(.int))], options: all)
        let make = try #require(JDBCConnector.descriptor.makeSink)
        guard let summary else {
            #expect(throws: ConnectorError.self) { try make(table, &reader) }
            return
        }
        #expect(try make(table, &reader).summary == summary)
        #expect(reader.leftovers.isEmpty)
    }
}
