/// Every field of every Nexmark event as a function of the event's number.
///
/// No field depends on another having been made, so a projection generates what it wants and nothing else. Ids count
/// from 0 here where a comment says so and from `firstID` in what is returned.
///
/// The model is that of the generator of the Nexmark project, whose own choices are kept where queries notice them:
/// bidders' ids are offset twice, a hot seller is the first and a hot bidder the second of the last hundred persons.
struct NexmarkModel: Sendable {
    let configuration: NexmarkConfiguration
    let timeline: NexmarkTimeline
    let text: NexmarkText
    let prices: NexmarkPrices

    static let firstID: Int64 = 1000
    static let firstCategory: Int64 = 10
    static let categoryCount: UInt32 = 5
    /// Auctions a cold bid chooses from, besides those to come.
    static let inFlightAuctionCount: Int64 = 100
    /// Persons that still act.
    static let activePersonCount: Int64 = 1000
    /// How many auctions or persons not yet made may be referred to.
    static let idLead: Int64 = 10
    /// One auction, seller and bidder of so many is hot at a time.
    static let hotBlock: Int64 = 100

    private let bidAuctionRandom: CounterRandom
    private let bidderRandom: CounterRandom
    private let bidPriceRandom: CounterRandom
    private let channelRandom: CounterRandom
    private let bidExtraRandom: CounterRandom
    private let initialBidRandom: CounterRandom
    private let reserveRandom: CounterRandom
    private let lifetimeRandom: CounterRandom
    private let sellerRandom: CounterRandom
    private let categoryRandom: CounterRandom
    private let itemNameRandom: CounterRandom
    private let descriptionRandom: CounterRandom
    private let auctionExtraRandom: CounterRandom
    private let nameRandom: CounterRandom
    private let emailRandom: CounterRandom
    private let cardRandom: CounterRandom
    private let cityRandom: CounterRandom
    private let stateRandom: CounterRandom
    private let personExtraRandom: CounterRandom

    private let hotAuctionRatio: UInt32
    private let hotBidderRatio: UInt32
    private let hotSellerRatio: UInt32
    private let bidExtraSpread: NexmarkExtraSpread
    private let lifetimeEventCount: Int64

    /// - Parameters:
    ///   - configuration: valid.
    ///   - fields: the fields that will be asked for.
    init(_ configuration: NexmarkConfiguration, fields: Set<NexmarkField> = Set(NexmarkField.allCases)) {
        self.configuration = configuration
        timeline = NexmarkTimeline(configuration)
        text = NexmarkText(seed: configuration.seed, fields: fields)
        prices = NexmarkPrices()
        func field(_ number: UInt64) -> CounterRandom { CounterRandom(seed: configuration.seed, field: number) }
        bidAuctionRandom = field(1)
        bidderRandom = field(2)
        bidPriceRandom = field(3)
        channelRandom = field(4)
        bidExtraRandom = field(5)
        initialBidRandom = field(6)
        reserveRandom = field(7)
        lifetimeRandom = field(8)
        sellerRandom = field(9)
        categoryRandom = field(10)
        itemNameRandom = field(11)
        descriptionRandom = field(12)
        auctionExtraRandom = field(13)
        nameRandom = field(14)
        emailRandom = field(15)
        cardRandom = field(16)
        cityRandom = field(17)
        stateRandom = field(18)
        personExtraRandom = field(19)
        hotAuctionRatio = UInt32(clamping: configuration.hotAuctionRatio)
        hotBidderRatio = UInt32(clamping: configuration.hotBidderRatio)
        hotSellerRatio = UInt32(clamping: configuration.hotSellerRatio)
        bidExtraSpread = NexmarkExtraSpread(averageBytes: configuration.bidAverageBytes, usedBytes: 32)
        lifetimeEventCount =
            Self.inFlightAuctionCount * configuration.roundEventCount / max(configuration.auctionProportion, 1)
    }
}

// MARK: - Bids

extension NexmarkModel {
    /// The auction a bid is for.
    ///
    /// - Parameters:
    ///   - number: the event's number.
    ///   - lastAuction: the newest auction at that event, counted from 0.
    /// - Returns: its id, 1000 or more.
    @inline(__always)
    func bidAuction(_ number: Int64, lastAuction: Int64) -> Int64 {
        let bits = bidAuctionRandom.bits(number)
        let hot = lastAuction / Self.hotBlock * Self.hotBlock
        let oldest = max(lastAuction &- Self.inFlightAuctionCount, 0)
        let choices = UInt32(truncatingIfNeeded: lastAuction &- oldest &+ 1 &+ Self.idLead)
        let cold = oldest &+ Int64(CounterRandom.scale(UInt32(truncatingIfNeeded: bits), below: choices))
        return Self.firstID &+ Self.choose(hot, over: cold, when: Self.isHot(bits, ratio: hotAuctionRatio))
    }

    /// The person who bids.
    ///
    /// - Parameters:
    ///   - number: the event's number.
    ///   - lastPerson: the newest person at that event, counted from 0.
    /// - Returns: the id, 2000 or more.
    @inline(__always)
    func bidder(_ number: Int64, lastPerson: Int64) -> Int64 {
        let bits = bidderRandom.bits(number)
        let hot = lastPerson / Self.hotBlock * Self.hotBlock &+ 1
        let cold = Self.activePerson(bits, lastPerson: lastPerson)
        let person = Self.choose(hot, over: cold, when: Self.isHot(bits, ratio: hotBidderRatio))
        // The second offset is the original generator's: few bidders are found among the persons.
        return Self.firstID &+ Self.firstID &+ person
    }

    /// The price of a bid: from 100 to 100 million, its logarithm evenly spread.
    @inline(__always)
    func bidPrice(_ number: Int64) -> Int64 {
        prices.price(bidPriceRandom.bits(number))
    }

    /// The bid's channel, and with it its URL: a row of `text.channels` and `text.urls`.
    @inline(__always)
    func channel(_ number: Int64) -> Int {
        let bits = channelRandom.bits(number)
        let low = UInt32(truncatingIfNeeded: bits)
        let hot = CounterRandom.scale(low, below: UInt32(NexmarkText.hotChannelCount))
        let cold = CounterRandom.scale(low, below: UInt32(NexmarkText.coldChannelCount))
        return bits >> 63 == 0 ? hot : NexmarkText.hotChannelCount &+ cold
    }

    /// What fills the bid up to its size: a piece of `text.extraArena`.
    @inline(__always)
    func bidExtra(_ number: Int64) -> TextCut {
        bidExtraSpread.cut(bidExtraRandom.bits(number))
    }

    @inline(__always)
    private static func isHot(_ bits: UInt64, ratio: UInt32) -> Bool {
        CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: ratio) > 0
    }

    /// A choice without a branch: nobody can predict it, and a branch would cost more than both values.
    @inline(__always)
    private static func choose(_ first: Int64, over second: Int64, when condition: Bool) -> Int64 {
        let mask: Int64 = condition ? -1 : 0
        return second ^ ((first ^ second) & mask)
    }

    /// One of the active persons or of those to come, counted from 0.
    @inline(__always)
    private static func activePerson(_ bits: UInt64, lastPerson: Int64) -> Int64 {
        let personCount = lastPerson &+ 1
        let active = min(personCount, activePersonCount)
        let choices = UInt32(truncatingIfNeeded: active &+ idLead)
        return personCount &- active &+ Int64(CounterRandom.scale(UInt32(truncatingIfNeeded: bits), below: choices))
    }
}

// MARK: - Auctions

extension NexmarkModel {
    /// The least the seller wants to start with.
    @inline(__always)
    func initialBid(_ number: Int64) -> Int64 {
        prices.price(initialBidRandom.bits(number))
    }

    /// The least the seller sells for: the initial bid and a price more.
    @inline(__always)
    func reserve(_ number: Int64) -> Int64 {
        initialBid(number) &+ prices.price(reserveRandom.bits(number))
    }

    /// When the auction ends: 1 ms to twice the time in which a hundred more auctions open, after it opened.
    func expires(_ number: Int64) -> Int64 {
        let now = timeline.millis(number)
        let horizon = max((timeline.millis(number + lifetimeEventCount) - now) * 2, 1)
        return now + 1 + Int64(lifetimeRandom.bits(number).multipliedFullWidth(by: UInt64(horizon)).high)
    }

    /// Who sells: the id of one of the persons up to `lastPerson`, counted from 0, or of those to come soon.
    func seller(_ number: Int64, lastPerson: Int64) -> Int64 {
        let bits = sellerRandom.bits(number)
        let hot = lastPerson / Self.hotBlock * Self.hotBlock
        let isHot = Self.isHot(bits, ratio: hotSellerRatio)
        return Self.firstID + (isHot ? hot : Self.activePerson(bits, lastPerson: lastPerson))
    }

    func category(_ number: Int64) -> Int64 {
        Self.firstCategory + Int64(categoryRandom.below(Self.categoryCount, number))
    }

    /// A piece of `text.letterArena`, up to 19 bytes.
    func itemName(_ number: Int64) -> TextCut {
        words(itemNameRandom.bits(number), byteCountBelow: 20)
    }

    /// A piece of `text.letterArena`, up to 99 bytes.
    func itemDescription(_ number: Int64) -> TextCut {
        words(descriptionRandom.bits(number), byteCountBelow: 100)
    }

    /// What fills the auction up to its size: a piece of `text.extraArena`.
    func auctionExtra(_ number: Int64) -> TextCut {
        let used = 48 + itemName(number).byteCount + itemDescription(number).byteCount
        return NexmarkExtraSpread(averageBytes: configuration.auctionAverageBytes, usedBytes: used)
            .cut(auctionExtraRandom.bits(number))
    }

    /// A cut of at least 3 bytes before spaces at its ends are dropped.
    private func words(_ bits: UInt64, byteCountBelow limit: UInt32) -> TextCut {
        var byteCount = 3 + CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: limit - 3)
        let choices = UInt32(NexmarkText.letterArenaByteCount - byteCount)
        var start = CounterRandom.scale(UInt32(truncatingIfNeeded: bits), below: choices)
        let space = UInt8(ascii: " ")
        while byteCount > 0 && text.letterArena[start] == space {
            start += 1
            byteCount -= 1
        }
        while byteCount > 0 && text.letterArena[start + byteCount - 1] == space {
            byteCount -= 1
        }
        return TextCut(start: start, byteCount: byteCount)
    }
}

// MARK: - Persons

extension NexmarkModel {
    /// A row of `text.names`.
    func name(_ number: Int64) -> Int {
        nameRandom.below(UInt32(text.names.count), number)
    }

    /// A row of `text.cities`.
    func city(_ number: Int64) -> Int {
        cityRandom.below(UInt32(text.cities.count), number)
    }

    /// A row of `text.states`.
    func state(_ number: Int64) -> Int {
        stateRandom.below(UInt32(text.states.count), number)
    }

    /// Appends a mail address, at most 15 bytes.
    func appendEmail(_ number: Int64, to bytes: inout [UInt8]) {
        let (user, host) = emailParts(number)
        bytes.append(contentsOf: text.letterArena[user.start..<(user.start + user.byteCount)])
        bytes.append(UInt8(ascii: "@"))
        bytes.append(contentsOf: text.letterArena[host.start..<(host.start + host.byteCount)])
        bytes.append(text: ".com")
    }

    /// Appends four groups of four digits, 19 bytes.
    func appendCreditCard(_ number: Int64, to bytes: inout [UInt8]) {
        var draws = cardRandom.draws(number)
        for group in 0..<4 {
            if group > 0 {
                bytes.append(UInt8(ascii: " "))
            }
            bytes.append(decimal: draws.below(10_000), digitCount: 4)
        }
    }

    /// What fills the person up to its size: a piece of `text.extraArena`.
    func personExtra(_ number: Int64) -> TextCut {
        let (user, host) = emailParts(number)
        let emailBytes = user.byteCount + 1 + host.byteCount + 4
        let used = 8 + text.names.byteCount(name(number)) + emailBytes + 19 + text.cities.byteCount(city(number)) + 2
        return NexmarkExtraSpread(averageBytes: configuration.personAverageBytes, usedBytes: used)
            .cut(personExtraRandom.bits(number))
    }

    private func emailParts(_ number: Int64) -> (user: TextCut, host: TextCut) {
        var draws = emailRandom.draws(number)
        return (words(draws.next(), byteCountBelow: 7), words(draws.next(), byteCountBelow: 5))
    }
}
