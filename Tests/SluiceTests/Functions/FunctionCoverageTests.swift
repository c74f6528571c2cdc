import SluiceKernels
import Testing

@Suite("Every function of Flink and of RocketMQ Streams is accounted for")
struct FunctionCoverageTests {
    static let catalogue = FunctionCatalogue.builtins

    /// The lines of a list, without its remarks.
    static func list(_ name: String) throws -> [String] {
        let text = try DocumentTable.read("Tests/Functions/" + name)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("# ") }
    }

    static func isKnown(_ name: String) -> Bool {
        catalogue.scalar(name) != nil || catalogue.aggregate(name) != nil || catalogue.over(name) != nil
    }

    @Test("Flink's functions are in the catalogue, or the documents say why not")
    func flink() throws {
        let absent = try DocumentTable.named("Functions that do not exist", in: "flink-compatibility.md")
        let reasons = Set(absent.flatMap { $0.names(0) })
        let lines = try Self.list("flink.txt")
        #expect(lines.count > 250)
        for line in lines {
            let parts = line.split(separator: "\t").map(String.init)
            if parts.count == 2 {
                #expect(throws: Never.self, "\(line)") { try QueryText.of(parts[1]) }
            } else {
                #expect(Self.isKnown(line) != reasons.contains(line), "\(line): either a function or a reason")
            }
        }
    }

    @Test("Each name of the original stands in docs/etl.md once")
    func original() throws {
        let tables = try DocumentTable.etl()
        let documented = tables.flatMap { $0.names(0) }
        let names = try Self.list("rocketmq-streams.txt")
        #expect(names.count > 430)
        #expect(
            Set(documented).count == documented.count,
            "\(Dictionary(grouping: documented) { $0 }.filter { $1.count > 1 })"
        )
        #expect(Set(documented) == Set(names), "\(Set(documented).symmetricDifference(names))")
    }

    @Test("What docs/etl.md calls ours is in the catalogue and not Flink's")
    func here() throws {
        let flink = Set(try Self.list("flink.txt"))
        let names = try DocumentTable.named("Written for Sluice", in: "etl.md").flatMap { $0.names(1) }
        for name in names {
            #expect(Self.isKnown(name), "\(name)")
            #expect(!flink.contains(name), "\(name)")
        }
        for row in try DocumentTable.named("Left out", in: "etl.md") { #expect(!row.cells[1].isEmpty) }
    }

    @Test("The examples of docs/etl.md give what it says")
    func examples() throws {
        let rows = try DocumentTable.etl().filter { $0.cells.count == 3 && !$0.cells[2].isEmpty }
        #expect(rows.count > 150)
        for row in rows {
            let parts = row.cells[2].split(separator: "` → `")
            #expect(parts.count == 2, "\(row.cells[2])")
            let (expression, result) = (parts[0].dropFirst(), parts[1].dropLast())
            #expect(try QueryText.of("SELECT \(expression)") == String(result), "\(expression)")
        }
    }

    @Test("The queries of docs/etl.md give the rows below them")
    func queries() throws {
        let blocks = try DocumentTable.read("docs/etl.md").split(separator: "```", omittingEmptySubsequences: false)
        var count = 0
        for (index, block) in blocks.enumerated() where block.hasPrefix("sql\n") {
            // Behind the query come the end of its block, the beginning of the next one, and the rows.
            let expected = blocks[index + 2].split(separator: "\n").map(String.init)
            #expect(try QueryText.rows(of: String(block.dropFirst(4))) == expected)
            count += 1
        }
        #expect(count >= 5)
    }
}
