import SluiceColumns
import SluiceConnect

/// The `nexmark` connector: the event stream of an auction site, made up as it is read.
package enum NexmarkConnector {
    /// Everything about it.
    package static let descriptor = ConnectorDescriptor(
        name: "nexmark",
        summary: "Generates the events of the Nexmark benchmark: persons, auctions and bids of an auction site.",
        options: options,
        example: example,
        makeScan: { table, options in try NexmarkScan(table, &options) }
    )

    private static let options = [
        OptionDescriptor("events.num", "integer", default: "0", "Events to generate; 0 for a stream without an end."),
        OptionDescriptor("seed", "integer", default: "0", "Decides all random choices: equal seeds, equal events."),
        OptionDescriptor(
            "base-time",
            "timestamp or integer",
            default: "2015-07-15 00:00:00",
            "Event time of the first event, as a timestamp in UTC or in milliseconds since the epoch."
        ),
        OptionDescriptor("first-event.rate", "integer", default: "10000", "Events per second of event time."),
        OptionDescriptor(
            "next-event.rate",
            "integer",
            default: "the first rate",
            "The other rate where the rate changes in the course of a period."
        ),
        OptionDescriptor(
            "rate.shape",
            "SQUARE|SINE",
            default: "SQUARE",
            "How the rate moves between its two values."
        ),
        OptionDescriptor("rate.period", "duration", default: "600 s", "How long a period of the rate lasts."),
        OptionDescriptor(
            "rate.limited",
            "boolean",
            default: "false",
            "Whether events appear at their rate in real time."
        ),
        OptionDescriptor(
            "max-emit-speed",
            "boolean",
            default: "true",
            "The opposite of 'rate.limited'; either of them limits."
        ),
        OptionDescriptor("person.proportion", "integer", default: "1", "Persons in a round of events."),
        OptionDescriptor("auction.proportion", "integer", default: "3", "Auctions in a round of events."),
        OptionDescriptor("bid.proportion", "integer", default: "46", "Bids in a round of events."),
        OptionDescriptor("person.avg-size", "memory size", default: "200b", "Average size of a person."),
        OptionDescriptor("auction.avg-size", "memory size", default: "500b", "Average size of an auction."),
        OptionDescriptor("bid.avg-size", "memory size", default: "100b", "Average size of a bid."),
        OptionDescriptor(
            "bid.hot-ratio.auctions",
            "integer",
            default: "2",
            "All bids but one of so many are for a hot auction."
        ),
        OptionDescriptor(
            "bid.hot-ratio.bidders",
            "integer",
            default: "4",
            "All bids but one of so many are of a hot bidder."
        ),
        OptionDescriptor(
            "auction.hot-ratio.sellers",
            "integer",
            default: "4",
            "All auctions but one of so many are of a hot seller."
        ),
        OptionDescriptor(
            "keep-alive",
            "boolean",
            default: "false",
            "Whether the source stays open after its last event."
        ),
        OptionDescriptor(
            "stop-at",
            "integer",
            default: "-1",
            "Stops after so many events even if more are to come; -1 for never."
        ),
        OptionDescriptor(
            "scan.parallelism",
            "integer",
            default: "16",
            "Parts the stream is made in: at most so many shards share the work. Does not change the events."
        ),
    ]

    private static let example = """
        CREATE TABLE nexmark (
          event_type INT,
          person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING,
            `dateTime` TIMESTAMP(3), extra STRING>,
          auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT,
            `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
          bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3),
            extra STRING>,
          `dateTime` AS CASE event_type
            WHEN 0 THEN person.`dateTime` WHEN 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
          WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
        ) WITH ('connector' = 'nexmark', 'events.num' = '100000')
        """
}

/// A table of the `nexmark` connector.
struct NexmarkScan: ScanTable {
    let configuration: NexmarkConfiguration
    let columns: [TableColumn]
    /// Whether events appear in real time.
    let isRateLimited: Bool
    let staysAlive: Bool
    let partCount: Int64
    var clock: any GeneratorClock = SystemGeneratorClock()

    /// - Throws: the first option or column that is wrong.
    init(_ table: TableDescription, _ options: inout OptionReader) throws(ConnectorError) {
        columns = table.columns
        configuration = try NexmarkConfiguration(&options)
        let limited = try options.boolean("rate.limited") ?? false
        isRateLimited = try !(options.boolean("max-emit-speed") ?? true) || limited
        staysAlive = try options.boolean("keep-alive") ?? false
        partCount = try options.integer("scan.parallelism") ?? 16
        guard (1...BlockShare.countMax).contains(partCount) else {
            throw ConnectorError(
                .user,
                "badOption",
                "option 'scan.parallelism' must be from 1 to \(BlockShare.countMax)",
                option: "scan.parallelism"
            )
        }
        _ = try Self.schema(table.columns.map { RowField($0.name, $0.type) })
    }

    var isBounded: Bool { configuration.eventCount != nil && !staysAlive }

    var summary: String {
        let count = configuration.eventCount.map { "\($0) events" } ?? "without an end"
        return "nexmark(\(count), seed \(configuration.seed), \(configuration.firstEventRate) events/s)"
    }

    func splits() -> [Split] {
        (0..<partCount).map { Split(id: BlockShare(index: $0, count: partCount, blockSize: blockSize).id) }
    }

    /// As many events as make a batch; fewer where they come slowly, or most parts would wait for one of them.
    private var blockSize: Int64 {
        let wanted = isRateLimited ? min(4000, configuration.firstEventRate / 10) : 4000
        let round = configuration.roundEventCount
        return max(wanted / round, 1) * round
    }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        let schema = try Self.schema(columns.map { RowField(self.columns[$0.index].name, $0.type) })
        let model = NexmarkModel(configuration, fields: schema.fields)
        var maker = NexmarkBatchMaker(schema: schema, model: model, texts: NexmarkTextColumns(model.text))
        let timeline = model.timeline
        let base = configuration.baseTimeMillis
        let stream = GeneratedStream(
            rowCount: configuration.eventCount,
            staysAlive: staysAlive,
            dueMicros: isRateLimited ? { (timeline.millis($0) - base) * 1000 } : nil,
            makeBatch: { first, count in maker.batch(from: first, count: count) }
        )
        return try GeneratedReader(stream, splits: splits, clock: clock)
    }

    private static func schema(_ columns: [RowField]) throws(ConnectorError) -> NexmarkSchema {
        do {
            return try NexmarkSchema(columns)
        } catch {
            throw ConnectorError(.user, "badSchema", error.message)
        }
    }
}

extension NexmarkConfiguration {
    /// Reads the stream's options.
    ///
    /// - Throws: the first option that is malformed or out of its range.
    init(_ options: inout OptionReader) throws(ConnectorError) {
        self.init()
        let count = try options.integer("events.num") ?? 0
        let stopAt = try options.integer("stop-at") ?? -1
        eventCount = count == 0 ? nil : count
        if stopAt >= 0 {
            eventCount = min(stopAt, eventCount ?? stopAt)
        }
        seed = try options.integer("seed").map { UInt64(bitPattern: $0) } ?? seed
        baseTimeMillis = try Self.baseTime(&options) ?? baseTimeMillis
        firstEventRate = try options.integer("first-event.rate") ?? firstEventRate
        nextEventRate = try options.integer("next-event.rate") ?? firstEventRate
        let shape = try options.choice("rate.shape", RateShape.allCases.map(\.rawValue))
        rateShape = shape.flatMap { RateShape(rawValue: $0) } ?? rateShape
        ratePeriodSeconds = try options.durationMillis("rate.period").map { $0 / 1000 } ?? ratePeriodSeconds
        personProportion = try options.integer("person.proportion") ?? personProportion
        auctionProportion = try options.integer("auction.proportion") ?? auctionProportion
        bidProportion = try options.integer("bid.proportion") ?? bidProportion
        personAverageBytes = try options.memoryBytes("person.avg-size").map { Int64($0) } ?? personAverageBytes
        auctionAverageBytes = try options.memoryBytes("auction.avg-size").map { Int64($0) } ?? auctionAverageBytes
        bidAverageBytes = try options.memoryBytes("bid.avg-size").map { Int64($0) } ?? bidAverageBytes
        hotAuctionRatio = try options.integer("bid.hot-ratio.auctions") ?? hotAuctionRatio
        hotBidderRatio = try options.integer("bid.hot-ratio.bidders") ?? hotBidderRatio
        hotSellerRatio = try options.integer("auction.hot-ratio.sellers") ?? hotSellerRatio
        do {
            try validate()
        } catch {
            throw ConnectorError(.user, "badOption", error.description, option: error.option)
        }
    }

    private static func baseTime(_ options: inout OptionReader) throws(ConnectorError) -> Int64? {
        guard let text = options.string("base-time") else { return nil }
        let millis = Int64(text) ?? CivilTime.parseMicros(text).map { $0 / 1000 }
        guard let millis, abs(millis) < 1 << 48 else {
            throw ConnectorError(
                .user,
                "badOption",
                "'base-time' = '\(text)': expected a timestamp such as '2015-07-15 00:00:00', or milliseconds",
                option: "base-time"
            )
        }
        return millis
    }
}
