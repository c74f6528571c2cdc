import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite struct DatagenConnectorTests {
    private func scan(_ columns: [(String, DataType)], _ options: [String: String]) throws -> DatagenScan {
        var reader = OptionReader(options)
        let columns = columns.map { TableColumn($0.0, $0.1) }
        var scan = try DatagenScan(TableDescription(name: "t", columns: columns, options: options), &reader)
        #expect(reader.leftovers.isEmpty)
        scan.clock = ManualGeneratorClock()
        return scan
    }

    /// All rows of one column of type `type`, as fast as possible.
    private func values(
        _ type: LogicalType,
        _ options: [String: String] = [:],
        count: Int = 1000,
        nullable: Bool = true
    ) throws -> [Value] {
        var all = ["rows-per-second": "0", "number-of-rows": "\(count)"]
        for (key, value) in options { all["fields.f." + key] = value }
        return try rows(scan([("f", DataType(type, nullable: nullable))], all)).map { $0[0] }
    }

    private func rows(
        _ scan: DatagenScan,
        splits: [Split]? = nil,
        columns: [ProjectedColumn]? = nil,
        rowLimit: Int = 4096,
        limit: Int = .max
    ) throws -> [[Value]] {
        let columns = columns ?? scan.columns.indices.map { ProjectedColumn(index: $0, type: scan.columns[$0].type) }
        let reader = try scan.makeReader(columns: columns, splits: splits ?? scan.splits(), context: ReaderContext())
        var rows: [[Value]] = []
        while rows.count < limit, case .batch(let batch) = try reader.poll(rowLimit: rowLimit) {
            for (column, wanted) in zip(batch.columns, columns) { #expect(column.type == wanted.type) }
            for row in 0..<batch.rowCount { rows.append(batch.row(row)) }
        }
        return rows
    }

    private func integers(_ values: [Value]) -> [Int128] { values.compactMap(\.integerValue) }
    private func strings(_ values: [Value]) -> [String] { values.compactMap(\.stringValue) }

    // MARK: Random values

    @Test(
        arguments: [
            (.tinyint, -128...127), (.smallint, -32_768...32_767), (.int, -2_147_483_648...2_147_483_647),
            (.bigint, Int128(Int64.min)...Int128(Int64.max)), (.decimal(precision: 5, scale: 2), 0...99_999),
            (.decimal(precision: 30, scale: 2), 0...(Int128(1_000_000_000_000_000) * 1_000_000_000_000_000 - 1)),
        ] as [(LogicalType, ClosedRange<Int128>)]
    )
    func numbersFillTheRangeOfTheirType(type: LogicalType, range: ClosedRange<Int128>) throws {
        let values = try integers(values(type, count: 4000))
        #expect(values.count == 4000)
        #expect(values.allSatisfy { range.contains($0) })
        // Each tenth of the range has its share.
        let tenth = (range.upperBound - range.lowerBound) / 10 + 1
        for part in 0..<10 {
            let low = range.lowerBound + Int128(part) * tenth
            #expect((300...500).contains(values.count { $0 >= low && $0 - low < tenth }), "tenth \(part)")
        }
    }

    @Test func boundsOfRandomNumbersAreKeptAndReached() throws {
        let few = try integers(values(.int, ["min": "-2", "max": "2"]))
        #expect(Set(few) == [-2, -1, 0, 1, 2])
        let decimals = try integers(values(.decimal(precision: 6, scale: 2), ["min": "-0.02", "max": ".01"]))
        #expect(Set(decimals) == [-2, -1, 0, 1])
        let wide = try integers(values(.decimal(precision: 20, scale: 0), ["min": "7", "max": "8"]))
        #expect(Set(wide) == [7, 8])
        for value in try values(.double, ["min": "1.5", "max": "2.5"]) {
            guard case .double(let number) = value else {
                Issue.record("\(value)")
                return
            }
            #expect((1.5...2.5).contains(number))
        }
        #expect(try Set(values(.boolean)) == [.boolean(true), .boolean(false)])
    }

    @Test func distinctAndHotShapeNumbersToo() throws {
        let values = try integers(values(.bigint, ["distinct": "50", "hot": "1", "hot-share": "0.4"], count: 5000))
        var counts: [Int128: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        #expect(counts.count == 50)
        let sorted = counts.values.sorted(by: >)
        #expect((1850...2150).contains(sorted[0]))
        #expect(sorted[1] < 120)
    }

    @Test func textsHaveTheirLength() throws {
        #expect(try strings(values(.string)).allSatisfy { $0.utf8.count == 100 })
        #expect(try strings(values(.char(7))).allSatisfy { $0.utf8.count == 7 })
        #expect(try strings(values(.varchar(20))).allSatisfy { $0.utf8.count == 20 })
        #expect(try strings(values(.varchar(20), ["length": "17"])).allSatisfy { $0.utf8.count == 17 })
        let variable = try strings(values(.string, ["length": "4", "var-len": "true"]))
        #expect(Set(variable.map(\.utf8.count)) == [1, 2, 3, 4])
        #expect(try Set(strings(values(.string, ["length": "16"]))).count == 1000)
        #expect(variable.allSatisfy { $0.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) } })
        for value in try values(.varbinary(9)) {
            guard case .bytes(let bytes) = value else {
                Issue.record("\(value)")
                return
            }
            #expect(bytes.count == 9)
        }
        let cut = try strings(values(.varchar(10), ["text": "access-log"]))
        #expect(cut.allSatisfy { $0.utf8.count == 10 })
    }

    @Test func nullsAppearAtTheirRate() throws {
        for type in [
            LogicalType.int, .string, .timestamp(3), .array(DataType(.int)), .row([RowField("a", DataType(.int))]),
        ] {
            let nulls = try values(type, ["null-rate": "0.25"], count: 4000).count { $0.isNull }
            #expect((880...1120).contains(nulls), "\(type)")
        }
        #expect(try values(.string, ["null-rate": "1", "text": "ip"]).allSatisfy { $0.isNull })
        let chosen = try values(.string, ["null-rate": "0.5", "values": "a;b"])
        #expect(Set(chosen) == [.null, .string("a"), .string("b")])
    }

    @Test func valuesFollowTheirWeights() throws {
        let values = try strings(values(.string, ["values": "GET;POST;", "weights": "80;15;5"], count: 4000))
        #expect((3100...3300).contains(values.count { $0 == "GET" }))
        #expect((520...680).contains(values.count { $0 == "POST" }))
        #expect((140...260).contains(values.count { $0.isEmpty }))
        let numbers = try integers(self.values(.decimal(precision: 4, scale: 1), ["values": "1.5;-2"]))
        #expect(Set(numbers) == [15, -20])
    }

    @Test func nestedFieldsHaveOptionsOfTheirOwn() throws {
        let type = LogicalType.row([
            RowField("id", DataType(.bigint)), RowField("tags", DataType(.array(DataType(.string)))),
            RowField("scores", DataType(.map(DataType(.int), DataType(.double)))),
        ])
        let options = [
            "id.kind": "sequence", "id.start": "5", "tags.length": "2", "tags.element.values": "x;y",
            "scores.key.min": "1", "scores.key.max": "4", "scores.length": "10", "scores.value.max": "1",
        ]
        let rows = try values(type, options, count: 50)
        for (index, row) in rows.enumerated() {
            guard case .row(let fields) = row, case .array(let tags) = fields[1],
                case .map(let keys, let mapped) = fields[2]
            else {
                Issue.record("\(row)")
                return
            }
            #expect(fields[0] == .integer(Int64(5 + index)))
            #expect(tags.count == 2 && tags.allSatisfy { $0 == .string("x") || $0 == .string("y") })
            #expect(Set(keys).count == keys.count)
            #expect((1...4).contains(keys.count))
            #expect(mapped.count == keys.count)
        }
        let bag = try values(.multiset(DataType(.int)), count: 10)
        #expect(bag.allSatisfy { if case .map(let keys, _) = $0 { keys.count == 3 } else { false } })
    }

    // MARK: Sequences and time

    @Test func aSequenceEndsTheTable() throws {
        let scan = try scan(
            [("a", DataType(.int)), ("b", DataType(.string)), ("c", DataType(.decimal(precision: 5, scale: 1)))],
            [
                "rows-per-second": "0", "fields.a.kind": "sequence", "fields.a.start": "10", "fields.a.end": "1",
                "fields.a.step": "-3", "fields.b.kind": "sequence", "fields.b.start": "1", "fields.b.end": "100",
                "fields.c.kind": "sequence", "fields.c.start": "7",
            ]
        )
        #expect(scan.isBounded)
        let rows = try rows(scan)
        #expect(rows.map { $0[0] } == [.integer(10), .integer(7), .integer(4), .integer(1)])
        #expect(rows.map { $0[1] } == [.string("1"), .string("2"), .string("3"), .string("4")])
        #expect(rows.map { $0[2] } == [.integer(70), .integer(80), .integer(90), .integer(100)])
    }

    @Test func aSequenceWithoutEndStopsBeforeItLeavesItsType() throws {
        let scan = try scan(
            [("a", DataType(.tinyint))],
            ["rows-per-second": "0", "fields.a.kind": "sequence", "fields.a.start": "125"]
        )
        #expect(!scan.isBounded)
        #expect(try rows(scan) == [[.integer(125)], [.integer(126)], [.integer(127)]])
    }

    @Test func numberOfRowsAndSequencesBoundTogether() throws {
        let options = ["fields.a.kind": "sequence", "fields.a.start": "1", "fields.a.end": "5", "rows-per-second": "0"]
        #expect(try rows(scan([("a", DataType(.bigint))], options)).count == 5)
        let fewer = options.merging(["number-of-rows": "3"]) { $1 }
        #expect(try rows(scan([("a", DataType(.bigint))], fewer)).count == 3)
        #expect(try !scan([("a", DataType(.bigint))], [:]).isBounded)
    }

    @Test func madeUpTimeFollowsTheRate() throws {
        let options = [
            "rows-per-second": "0", "number-of-rows": "3", "time.start": "2024-01-01 00:00:00.5", "time.step": "90 s",
            "fields.b.kind": "sequence", "fields.c.kind": "sequence", "fields.c.start": "2020-01-01",
            "fields.c.step": "1 d",
        ]
        let rows = try rows(
            scan(
                [
                    ("a", DataType(.timestamp(0))), ("b", DataType(.timestamp(3))), ("c", DataType(.timestampLTZ(9))),
                    ("d", DataType(.date)), ("e", DataType(.time(3))),
                ],
                options
            )
        )
        let start: Int64 = 1_704_067_200_000_000
        #expect(rows.map { $0[0] } == (0..<3).map { .integer(start + $0 * 90_000_000) })
        #expect(rows.map { $0[1] } == (0..<3).map { .integer(start + 500_000 + $0 * 90_000_000) })
        #expect(rows.map { $0[2] } == (0..<3).map { .wide(1_577_836_800_000_000_000 + $0 * 86_400_000_000_000) })
        #expect(rows.map { $0[3] } == [.integer(19_723), .integer(19_723), .integer(19_723)])
        #expect(rows.map { $0[4] } == [.integer(500), .integer(90_500), .integer(180_500)])
    }

    @Test func randomTimesLieInThePastOfTheClock() throws {
        let now = ManualGeneratorClock().wallMicros()
        let exact = try integers(values(.timestamp(6)))
        #expect(exact.allSatisfy { $0 == now })
        let past = try integers(values(.timestamp(6), ["max-past": "10 s"]))
        #expect(past.allSatisfy { (Int128(now - 10_000_000)...Int128(now)).contains($0) })
        #expect(past.count { $0 < now - 5_000_000 } > 400)
    }

    @Test func theRateHolds() throws {
        let scan = try scan([("a", DataType(.bigint))], ["rows-per-second": "20"])
        // Two rows are a tenth of a second; nothing but the first is due before the clock moves.
        #expect(try rows(scan).count == 1)
        #expect(scan.splits().first?.id == "0/16x2")
    }

    // MARK: Determinism

    static let wide: [(String, DataType)] = [
        ("id", DataType(.bigint)), ("line", DataType(.string)), ("who", DataType(.string)),
        ("price", DataType(.double)),
        ("r", DataType(.row([RowField("x", DataType(.int)), RowField("y", DataType(.string))]))),
    ]
    static let wideOptions = [
        "rows-per-second": "0", "number-of-rows": "9000", "seed": "3", "time.start": "2024-01-01 00:00:00",
        "fields.line.text": "access-log", "fields.line.distinct": "100", "fields.line.hot": "2",
        "fields.who.text": "user-name", "fields.who.null-rate": "0.1", "fields.price.max": "10",
    ]

    @Test(arguments: [1, 3, 16], [100, 4096])
    func rowsDoNotDependOnPartsShardsOrBatches(parts: Int, rowLimit: Int) throws {
        let reference = try rows(scan(Self.wide, Self.wideOptions.merging(["scan.parallelism": "1"]) { $1 }))
        #expect(reference.count == 9000)
        let scan = try scan(Self.wide, Self.wideOptions.merging(["scan.parallelism": "\(parts)"]) { $1 })
        #expect(try rows(scan, rowLimit: rowLimit) == reference)
        let shards = try (0..<2).flatMap { shard in
            try rows(scan, splits: scan.splits().enumerated().filter { $0.offset % 2 == shard }.map(\.element))
        }
        #expect(Set(shards) == Set(reference))
    }

    @Test func aProjectionMakesTheSameValues() throws {
        let scan = try scan(Self.wide, Self.wideOptions)
        let reference = try rows(scan)
        let onlyY = DataType(.row([RowField("y", DataType(.string))]))
        let some = try rows(
            scan,
            columns: [
                ProjectedColumn(index: 4, type: onlyY), ProjectedColumn(index: 1, type: DataType(.string)),
            ]
        )
        let wanted = reference.map { row -> [Value] in
            guard case .row(let fields) = row[4] else { return [] }
            return [.row([fields[1]]), row[1]]
        }
        #expect(some == wanted)
    }

    @Test func anotherSeedMakesOtherRows() throws {
        let first = try rows(scan(Self.wide, Self.wideOptions))
        let second = try rows(scan(Self.wide, Self.wideOptions.merging(["seed": "4"]) { $1 }))
        #expect(Set(first).isDisjoint(with: Set(second)))
    }

    // MARK: Errors

    @Test(
        arguments: [
            (.int, ["fields.f.min": "3000000000"], "fields.f.min"),
            (.int, ["fields.f.min": "5", "fields.f.max": "4"], "fields.f.max"),
            (.decimal(precision: 3, scale: 1), ["fields.f.max": "1.25"], "fields.f.max"),
            (.decimal(precision: 3, scale: 1), ["fields.f.max": "100"], "fields.f.max"),
            (.double, ["fields.f.max": "inf"], "fields.f.max"),
            (.int, ["fields.f.kind": "magic"], "fields.f.kind"),
            (.int, ["fields.f.kind": "sequence"], "fields.f.start"),
            (.int, ["fields.f.kind": "sequence", "fields.f.start": "2", "fields.f.end": "1"], "fields.f.end"),
            (.boolean, ["fields.f.kind": "sequence", "fields.f.start": "2"], "fields.f.kind"),
            (.timestamp(3), ["fields.f.kind": "sequence"], "fields.f.start"),
            (.array(DataType(.int)), ["fields.f.element.kind": "sequence"], "fields.f.element.kind"),
            (.int, ["fields.f.null-rate": "1.5"], "fields.f.null-rate"),
            (.int, ["fields.f.text": "ip"], "fields.f.text"),
            (.string, ["fields.f.text": "poem"], "fields.f.text"),
            (.string, ["fields.f.kind": "text"], "fields.f.text"),
            (.int, ["fields.f.values": "1;x"], "fields.f.values"),
            (.int, ["fields.f.values": "1;2", "fields.f.weights": "1"], "fields.f.weights"),
            (.int, ["fields.f.values": "1;2", "fields.f.weights": "1;0"], "fields.f.weights"),
            (.string, ["fields.f.length": "0"], "fields.f.length"),
            (.varchar(5), ["fields.f.length": "6"], "fields.f.length"),
            (.char(5), ["fields.f.length": "5"], "fields.f.length"),
            (.int, ["fields.f.hot-share": "0.5"], "fields.f.hot-share"),
            (.int, ["fields.f.distinct": "3", "fields.f.hot": "4"], "fields.f.hot"),
            (.timestamp(3), ["fields.f.max-past": "soon"], "fields.f.max-past"),
            (.int, ["rows-per-second": "-1"], "rows-per-second"),
            (.int, ["number-of-rows": "-1"], "number-of-rows"),
            (.int, ["time.start": "now"], "time.start"),
            (.int, ["time.step": "0 s"], "time.step"),
            (.int, ["scan.parallelism": "0"], "scan.parallelism"),
        ] as [(LogicalType, [String: String], String)]
    )
    func wrongOptionsAreRefusedByName(type: LogicalType, options: [String: String], option: String) {
        do {
            _ = try scan([("f", DataType(type))], options)
            Issue.record("\(options) was accepted")
        } catch let error as ConnectorError {
            #expect(error.domain == .user)
            #expect(error.option == option)
        } catch {
            Issue.record(error)
        }
    }

    @Test func theDocumentedExampleWorks() throws {
        let example = DatagenConnector.descriptor.example
        var options: [String: String] = [:]
        for match in example.matches(of: /'([^']+)' = '([^']+)'/) { options[String(match.1)] = String(match.2) }
        #expect(options.removeValue(forKey: "connector") == "datagen")
        options["rows-per-second"] = "0"
        let columns: [(String, DataType)] = [
            ("id", DataType(.bigint)), ("client", DataType(.string)), ("status", DataType(.int)),
            ("line", DataType(.string)), ("at", DataType(.timestamp(3))),
        ]
        // `at` is a reserved word and stands in back quotes.
        let plain = example.filter { $0 != "`" }
        for (name, type) in columns { #expect(plain.contains("\n  \(name) \(type)"), "\(name)") }
        let rows = try rows(scan(columns, options))
        #expect(rows.count == 100)
        #expect(rows.map { $0[0] } == (1...100).map { .integer($0) })
    }

    @Test func optionsThatDoNotApplyAreLeftOver() throws {
        let options = ["fields.f.length": "3", "fields.g.min": "1"]
        var reader = OptionReader(options)
        _ = try DatagenScan(TableDescription(name: "t", columns: [TableColumn("f", DataType(.int))]), &reader)
        #expect(reader.leftovers == ["fields.f.length", "fields.g.min"])
    }

    @Test func aColumnThatMayNotBeNullHasNoNullRate() throws {
        #expect(throws: ConnectorError.self) {
            _ = try values(.int, ["null-rate": "0.5"], nullable: false)
        }
        #expect(try values(.int, nullable: false).allSatisfy { !$0.isNull })
    }
}
