import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

@Suite struct NexmarkConnectorTests {
    /// The usual declaration of the table.
    static let columns: [TableColumn] =
        [TableColumn("event_type", DataType(.int))]
        + NexmarkKind.allCases.map { kind in
            let fields = NexmarkField.fields(of: kind).map { field in
                RowField(String(field.rawValue.dropFirst(kind.columnName.utf8.count + 1)), DataType(field.type))
            }
            return TableColumn(kind.columnName, DataType(.row(fields)))
        }

    static func scan(_ options: [String: String], columns: [TableColumn] = columns) throws -> NexmarkScan {
        var reader = OptionReader(options)
        let scan = try NexmarkScan(TableDescription(name: "n", columns: columns, options: options), &reader)
        #expect(reader.leftovers.isEmpty)
        return scan
    }

    static func all(_ columns: [TableColumn] = columns) -> [ProjectedColumn] {
        columns.indices.map { ProjectedColumn(index: $0, type: columns[$0].type) }
    }

    static func rows(_ reader: any SourceReader, rowLimit: Int, limit: Int = .max) throws -> [[Value]] {
        var rows: [[Value]] = []
        while rows.count < limit {
            guard case .batch(let batch) = try reader.poll(rowLimit: rowLimit) else { break }
            #expect(batch.rowCount > 0)
            #expect(batch.rowCount <= rowLimit)
            for row in 0..<batch.rowCount { rows.append(batch.row(row)) }
        }
        return rows
    }

    static let reference: Result<[[Value]], any Error> = Result {
        let table = try scan(["events.num": "9000", "seed": "5"])
        return try rows(
            table.makeReader(columns: all(), splits: table.splits(), context: ReaderContext()),
            rowLimit: 4096
        )
    }

    @Test func exactlyOneKindIsSetInEachRow() throws {
        let rows = try Self.reference.get()
        #expect(rows.count == 9000)
        for row in rows {
            let type = try #require(row[0].integerValue)
            for kind in 0..<3 {
                #expect(row[kind + 1].isNull == (kind != Int(type)))
            }
        }
        #expect(rows.count { $0[0] == .integer(2) } == 8280)
    }

    @Test(arguments: [1, 7, 100, 5000], [1, 4])
    func rowsDoNotDependOnBatchSizeOrParts(rowLimit: Int, parts: Int) throws {
        let scan = try Self.scan(["events.num": "9000", "seed": "5", "scan.parallelism": "\(parts)"])
        let reader = try scan.makeReader(columns: Self.all(), splits: scan.splits(), context: ReaderContext())
        #expect(try Self.rows(reader, rowLimit: rowLimit) == Self.reference.get())
    }

    @Test(arguments: [2, 3, 16])
    func shardsMakeDisjointPartsOfTheSameStream(shardCount: Int) throws {
        let scan = try Self.scan(["events.num": "9000", "seed": "5"])
        let splits = scan.splits()
        #expect(splits.count == 16)
        #expect(Set(splits.map(\.id)).count == 16)
        var rows: [[Value]] = []
        for shard in 0..<shardCount {
            let own = splits.indices.filter { $0 % shardCount == shard }.map { splits[$0] }
            let reader = try scan.makeReader(columns: Self.all(), splits: own, context: ReaderContext())
            rows += try Self.rows(reader, rowLimit: 1000)
        }
        #expect(rows.count == 9000)
        #expect(Set(rows) == Set(try Self.reference.get()))
    }

    @Test func aReaderGoesOnWhereAnotherStopped() throws {
        let scan = try Self.scan(["events.num": "9000", "seed": "5", "scan.parallelism": "3"])
        let first = try scan.makeReader(columns: Self.all(), splits: scan.splits(), context: ReaderContext())
        var rows = try Self.rows(first, rowLimit: 333, limit: 4500)
        let second = try scan.makeReader(columns: Self.all(), splits: first.offsets, context: ReaderContext())
        rows += try Self.rows(second, rowLimit: 512)
        #expect(rows == (try Self.reference.get()))
    }

    @Test func aProjectionMakesTheSameValues() throws {
        let scan = try Self.scan(["events.num": "9000", "seed": "5"])
        for kind in NexmarkKind.allCases {
            let fields = NexmarkField.fields(of: kind)
            for (index, field) in fields.enumerated() {
                let name = String(field.rawValue.dropFirst(kind.columnName.utf8.count + 1))
                let type = DataType(.row([RowField(name, DataType(field.type))]))
                let column = ProjectedColumn(index: Int(kind.rawValue) + 1, type: type)
                let reader = try scan.makeReader(columns: [column], splits: scan.splits(), context: ReaderContext())
                let rows = try Self.rows(reader, rowLimit: 4096)
                let wanted = try Self.reference.get().map { row -> Value in
                    if case .row(let values) = row[Int(kind.rawValue) + 1] { .row([values[index]]) } else { .null }
                }
                #expect(rows.map { $0[0] } == wanted, "\(field.rawValue)")
            }
        }
    }

    @Test func textsOfOtherKindsAreEmpty() throws {
        let scan = try Self.scan(["events.num": "100"])
        let reader = try scan.makeReader(columns: Self.all(), splits: scan.splits(), context: ReaderContext())
        guard case .batch(let batch) = try reader.poll(rowLimit: 100) else {
            Issue.record("no batch")
            return
        }
        for column in batch.columns[1...] {
            for child in column.children where child.type.lane == .view {
                for row in 0..<100 where column.isNull(row) {
                    #expect(child.isNull(row))
                    #expect(child.views[row].byteCount == 0)
                }
            }
        }
    }

    @Test func timesAreMicrosecondsThatNeverGoBack() throws {
        let times = try Self.reference.get().map { row -> Int128? in
            guard case .row(let values) = row[Int(row[0].integerValue ?? 0) + 1] else { return nil }
            // dateTime is the seventh of a person, the sixth of an auction, the sixth of a bid.
            return values[row[0] == .integer(0) ? 6 : 5].integerValue
        }
        #expect(times[0] == 1_436_918_400_000_000)
        // 10,000 events a second: ten in a millisecond.
        #expect(times[9] == 1_436_918_400_000_000)
        #expect(times[10] == 1_436_918_400_001_000)
        for index in 1..<times.count {
            #expect(try #require(times[index]) >= #require(times[index - 1]))
        }
    }

    @Test func eventsAppearAtTheirRateWhereItIsLimited() throws {
        var scan = try Self.scan(["max-emit-speed": "false", "first-event.rate": "200"])
        let clock = ManualGeneratorClock()
        scan.clock = clock
        let reader = try scan.makeReader(columns: [Self.all()[0]], splits: scan.splits(), context: ReaderContext())
        #expect(try Self.rows(reader, rowLimit: 4096).count == 1)
        clock.advance(micros: 100_000)
        #expect(try Self.rows(reader, rowLimit: 4096).count == 20)
        // Past the end of a block of one round.
        clock.advance(micros: 400_000)
        #expect(try Self.rows(reader, rowLimit: 4096).count == 80)
    }

    @Test func optionsAreRead() throws {
        let scan = try Self.scan([
            "events.num": "0", "seed": "-1", "base-time": "2024-02-29 12:00:00", "first-event.rate": "100",
            "next-event.rate": "200", "rate.shape": "sine", "rate.period": "1 min", "person.proportion": "2",
            "auction.proportion": "4", "bid.proportion": "44", "person.avg-size": "1kb", "auction.avg-size": "2 kb",
            "bid.avg-size": "300", "bid.hot-ratio.auctions": "3", "bid.hot-ratio.bidders": "5",
            "auction.hot-ratio.sellers": "6", "keep-alive": "true", "rate.limited": "true", "scan.parallelism": "2",
        ])
        var expected = NexmarkConfiguration()
        expected.seed = .max
        expected.baseTimeMillis = 1_709_208_000_000
        expected.firstEventRate = 100
        expected.nextEventRate = 200
        expected.rateShape = .sine
        expected.ratePeriodSeconds = 60
        expected.personProportion = 2
        expected.auctionProportion = 4
        expected.bidProportion = 44
        expected.personAverageBytes = 1024
        expected.auctionAverageBytes = 2048
        expected.bidAverageBytes = 300
        expected.hotAuctionRatio = 3
        expected.hotBidderRatio = 5
        expected.hotSellerRatio = 6
        #expect(scan.configuration == expected)
        #expect(scan.staysAlive)
        #expect(scan.isRateLimited)
        #expect(!scan.isBounded)
        #expect(scan.splits().count == 2)
        #expect(try Self.scan(["events.num": "10", "stop-at": "5"]).configuration.eventCount == 5)
        #expect(try Self.scan(["stop-at": "5"]).isBounded)
        #expect(try Self.scan(["first-event.rate": "7"]).configuration.nextEventRate == 7)
        #expect(try Self.scan(["max-emit-speed": "false"]).isRateLimited)
    }

    @Test(arguments: [
        ("events.num", "many"), ("events.num", "-3"), ("seed", "x"), ("base-time", "2024-02-30 00:00:00"),
        ("base-time", "yesterday"), ("rate.shape", "ZIGZAG"), ("rate.period", "1 fortnight"), ("rate.period", "500 ms"),
        ("bid.avg-size", "big"), ("bid.hot-ratio.auctions", "0"), ("scan.parallelism", "0"), ("keep-alive", "maybe"),
        ("first-event.rate", "0"),
    ])
    func wrongOptionsAreRefusedByName(option: String, value: String) {
        do {
            _ = try Self.scan([option: value])
            Issue.record("'\(option)' = '\(value)' was accepted")
        } catch let error as ConnectorError {
            #expect(error.domain == .user)
            #expect(error.code == "badOption")
            #expect(error.option == option)
        } catch {
            Issue.record(error)
        }
    }

    @Test(arguments: [
        (TableColumn("bids", DataType(.int)), "not 'bids'"),
        (TableColumn("event_type", DataType(.bigint)), "must be INT"),
        (TableColumn("bid", DataType(.int)), "must be a ROW"),
        (TableColumn("bid", DataType(.row([RowField("cost", DataType(.bigint))]))), "no field 'cost'"),
        (TableColumn("bid", DataType(.row([RowField("price", DataType(.int))]))), "'bid.price' must be BIGINT"),
        (TableColumn("bid", DataType(.row([RowField("price", DataType(.bigint))]), nullable: false)), "may be NULL"),
    ])
    func wrongColumnsAreRefused(column: TableColumn, message: String) {
        do {
            _ = try Self.scan([:], columns: [column])
            Issue.record("\(column) was accepted")
        } catch let error as ConnectorError {
            #expect(error.code == "badSchema")
            #expect(error.message.contains(message))
        } catch {
            Issue.record(error)
        }
    }

    @Test func documentedOptionsAreReadAndTheirDefaultsAreTrue() throws {
        var options: [String: String] = [:]
        for option in NexmarkConnector.descriptor.options {
            #expect(options[option.key] == nil)
            options[option.key] = option.key == "next-event.rate" ? "10000" : option.defaultValue
        }
        #expect(options.count == NexmarkConnector.descriptor.options.count)
        // `scan` also checks that no option is left unread.
        let explicit = try Self.scan(options)
        let implicit = try Self.scan([:])
        #expect(explicit.configuration == implicit.configuration)
        #expect(explicit.splits() == implicit.splits())
        #expect(explicit.isRateLimited == implicit.isRateLimited)
        #expect(explicit.isBounded == implicit.isBounded)
    }
}
