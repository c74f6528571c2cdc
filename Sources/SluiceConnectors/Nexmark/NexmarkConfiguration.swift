/// What a Nexmark stream looks like: every number the generator depends on.
///
/// Names and defaults are those of the Flink connector of the Nexmark project; `seed` is ours. Two streams of equal
/// configurations are equal, whatever the number of shards, the batch size and the columns wanted.
struct NexmarkConfiguration: Sendable, Hashable {
    /// How the event rate moves between `firstEventRate` and `nextEventRate`.
    enum RateShape: String, Sendable, Hashable, CaseIterable {
        /// Half a period at the first rate, half a period at the next.
        case square = "SQUARE"
        /// Ten steps a period along a cosine from the first rate to the next and back.
        case sine = "SINE"
    }

    /// Events of the whole stream; nil for a stream without an end.
    var eventCount: Int64?
    /// Decides all random choices.
    var seed: UInt64 = 0
    /// Event time of event 0, milliseconds since the epoch; the default is 2015-07-15 00:00:00 UTC.
    var baseTimeMillis: Int64 = 1_436_918_400_000

    /// Events per second of event time; at least 1.
    var firstEventRate: Int64 = 10_000
    /// The other rate of `rateShape`; at least 1.
    var nextEventRate: Int64 = 10_000
    var rateShape: RateShape = .square
    /// Length of one round of `rateShape`, in seconds of event time; at least 2 when the two rates differ.
    var ratePeriodSeconds: Int64 = 600

    /// Persons, auctions and bids in one round of events.
    var personProportion: Int64 = 1
    var auctionProportion: Int64 = 3
    var bidProportion: Int64 = 46

    /// Average size of an event, in bytes as the benchmark counts them (8 for each number, text lengths added).
    var personAverageBytes: Int64 = 200
    var auctionAverageBytes: Int64 = 500
    var bidAverageBytes: Int64 = 100

    /// A bid goes to a hot auction with probability `1 - 1/ratio`; 1 means never.
    var hotAuctionRatio: Int64 = 2
    /// A bid comes from a hot bidder with probability `1 - 1/ratio`.
    var hotBidderRatio: Int64 = 4
    /// An auction comes from a hot seller with probability `1 - 1/ratio`.
    var hotSellerRatio: Int64 = 4

    /// Events in one round.
    var roundEventCount: Int64 { personProportion + auctionProportion + bidProportion }
}

/// A Nexmark configuration that cannot be.
struct NexmarkConfigurationError: Error, Hashable, CustomStringConvertible {
    /// The option that is wrong, as the user writes it.
    var option: String
    /// What it must be.
    var message: String

    var description: String { "option '\(option)' \(message)" }
}

extension NexmarkConfiguration {
    /// Most events a round may have, and the largest ratio: keeps all products inside 64 bits and 32-bit draws exact.
    static let proportionMax: Int64 = 1_000_000
    /// Largest event rate, events per second.
    static let rateMax: Int64 = 1_000_000_000
    /// Largest average size: `extra` is cut from an arena of 1 MiB.
    static let averageBytesMax: Int64 = 500_000
    /// Most events a stream can have: event numbers stay exact in a `Double`.
    static let eventCountMax: Int64 = 1 << 52

    /// Checks every number against its range.
    ///
    /// - Throws: the first option that is out of its range.
    func validate() throws(NexmarkConfigurationError) {
        if let eventCount {
            try Self.check("events.num", eventCount, in: 0...Self.eventCountMax)
        }
        try Self.check("first-event.rate", firstEventRate, in: 1...Self.rateMax)
        try Self.check("next-event.rate", nextEventRate, in: 1...Self.rateMax)
        try Self.check("rate.period", ratePeriodSeconds, in: 2...1_000_000, unit: " seconds")
        try Self.check("person.proportion", personProportion, in: 0...Self.proportionMax)
        try Self.check("auction.proportion", auctionProportion, in: 0...Self.proportionMax)
        try Self.check("bid.proportion", bidProportion, in: 0...Self.proportionMax)
        if roundEventCount == 0 {
            throw NexmarkConfigurationError(
                option: "bid.proportion",
                message: "must not be 0 when the other two proportions are 0"
            )
        }
        try Self.check("person.avg-size", personAverageBytes, in: 0...Self.averageBytesMax, unit: " bytes")
        try Self.check("auction.avg-size", auctionAverageBytes, in: 0...Self.averageBytesMax, unit: " bytes")
        try Self.check("bid.avg-size", bidAverageBytes, in: 0...Self.averageBytesMax, unit: " bytes")
        try Self.check("bid.hot-ratio.auctions", hotAuctionRatio, in: 1...Self.proportionMax)
        try Self.check("bid.hot-ratio.bidders", hotBidderRatio, in: 1...Self.proportionMax)
        try Self.check("auction.hot-ratio.sellers", hotSellerRatio, in: 1...Self.proportionMax)
    }

    private static func check(
        _ option: String,
        _ value: Int64,
        in range: ClosedRange<Int64>,
        unit: String = ""
    ) throws(NexmarkConfigurationError) {
        if !range.contains(value) {
            throw NexmarkConfigurationError(
                option: option,
                message: "must be from \(range.lowerBound) to \(range.upperBound)\(unit), not \(value)"
            )
        }
    }
}
