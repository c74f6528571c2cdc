import Glibc
import Testing

@testable import SluiceConnectors

/// Statistics of the generated stream against those of 10,000 events of the official generator.
///
/// Its seed was 7 and its rate 200 events per second of event time. The numbers in the comments were counted in that
/// sample; the ranges here are three to five standard deviations wide for the number of events generated.
@Suite struct NexmarkModelTests {
    static let configuration = {
        var configuration = NexmarkConfiguration()
        configuration.seed = 7
        configuration.firstEventRate = 200
        configuration.nextEventRate = 200
        return configuration
    }()
    static let model = NexmarkModel(configuration)
    /// The first 50,000 events.
    static let slice = {
        var slice = NexmarkSlice(configuration)
        slice.move(to: 0, count: 50_000)
        return slice
    }()
    static func rows(_ kind: NexmarkKind) -> [Int] {
        slice.kinds.indices.filter { slice.kinds[$0] == kind.rawValue }
    }
    static let bids = rows(.bid)
    static let auctions = rows(.auction)
    static let persons = rows(.person)

    private func share<Items: Collection>(_ items: Items, where matches: (Items.Element) -> Bool) -> Double {
        Double(items.count(where: matches)) / Double(items.count)
    }

    private func text(_ cut: TextCut, of arena: [UInt8]) -> String {
        String(decoding: arena[cut.start..<(cut.start + cut.byteCount)], as: UTF8.self)
    }

    @Test func roundsHoldOnePersonThreeAuctionsAndFortySixBids() {
        #expect(Self.persons.count == 1000)
        #expect(Self.auctions.count == 3000)
        #expect(Self.bids.count == 46_000)
        #expect(Array(Self.slice.kinds[0..<5]) == [0, 1, 1, 1, 2])
        #expect(Array(Self.slice.kinds[49...50]) == [2, 0])
        #expect(Self.slice.lastAuctions[1...3].elementsEqual([0, 1, 2]))
        #expect(Self.slice.lastAuctions[50] == 2)
        #expect(Self.slice.lastPersons[50] == 1)
    }

    @Test func eventTimeAdvancesWithTheRate() {
        let millis = (0..<4).map { Self.model.timeline.millis($0) - Self.configuration.baseTimeMillis }
        // The sample: 5 ms from event to event.
        #expect(millis == [0, 5, 10, 15])
        #expect(Self.configuration.baseTimeMillis == 1_436_918_400_000)
    }

    @Test func halfOfTheBidsGoToTheHotAuction() {
        let auctions = Self.bids.map {
            Self.model.bidAuction(Self.slice.numbers[$0], lastAuction: Self.slice.lastAuctions[$0]) - 1000
        }
        let hot = zip(Self.bids, auctions).count { Self.slice.lastAuctions[$0] / 100 * 100 == $1 }
        // 0.5048 in the sample: one half, and one in 111 of the other half.
        #expect((0.494...0.515).contains(Double(hot) / Double(auctions.count)))
        let distances = zip(Self.bids, auctions).filter { Self.slice.lastAuctions[$0] / 100 * 100 != $1 }
            .map { $1 - Self.slice.lastAuctions[$0] }
        // -100 and 10 in the sample.
        #expect(distances.min() == -100)
        #expect(distances.max() == 10)
    }

    @Test func threeQuartersOfTheBidsComeFromTheHotBidder() {
        let bidders = Self.bids.map {
            Self.model.bidder(Self.slice.numbers[$0], lastPerson: Self.slice.lastPersons[$0]) - 2000
        }
        let hot = zip(Self.bids, bidders).count { Self.slice.lastPersons[$0] / 100 * 100 + 1 == $1 }
        // 0.7582 in the sample, whose few persons raise it a little.
        #expect((0.742...0.760).contains(Double(hot) / Double(bidders.count)))
        let distances = zip(Self.bids, bidders).filter { Self.slice.lastPersons[$0] / 100 * 100 + 1 != $1 }
            .map { $1 - Self.slice.lastPersons[$0] }
        #expect(distances.max() == 10)
        #expect(bidders.min() == 0)
    }

    @Test func onlyTheLastThousandPersonsAreActive() {
        let lastPerson: Int64 = 123_456
        let persons = (0..<60_000).map { Self.model.bidder($0, lastPerson: lastPerson) - 2000 }
        let cold = persons.filter { $0 != 123_401 }
        #expect(cold.min() == lastPerson - 999)
        #expect(cold.max() == lastPerson + 10)
        #expect((0.245...0.255).contains(Double(cold.count) / Double(persons.count)))
    }

    @Test func logarithmsOfPricesAreEvenlySpread() {
        let prices = Self.bids.map { Self.model.bidPrice(Self.slice.numbers[$0]) }
        #expect(prices.allSatisfy { (100...100_000_000).contains($0) })
        let logarithms = prices.map { log10(Double($0) / 100) }
        let mean = logarithms.reduce(0, +) / Double(logarithms.count)
        // 3.0036 in the sample, standard deviation 1.745 (6 / sqrt 12 = 1.732).
        #expect((2.96...3.04).contains(mean))
        for decade in 0..<6 {
            let part = share(logarithms) { Int($0) == decade }
            #expect((0.157...0.177).contains(part), "decade \(decade)")
        }
    }

    @Test(arguments: [0, 1, 1 << 47, 1 << 63, UInt64.max / 3, 0x0123_4567_89AB_CDEF, UInt64.max])
    func priceTablesFollowTheFormula(bits: UInt64) {
        let expected = (100 * pow(10, 6 * Double(bits) * 0x1p-64)).rounded()
        #expect(abs(Double(Self.model.prices.price(bits)) - expected) <= 1)
    }

    @Test func halfOfTheChannelsAreHotAndHaveOneURLEach() {
        let channels = Self.bids.map { Self.model.channel(Self.slice.numbers[$0]) }
        // 0.5 in the sample; each hot channel has 0.122 to 0.129 of the bids.
        #expect((0.49...0.51).contains(share(channels) { $0 < 4 }))
        for channel in 0..<4 {
            #expect((0.119...0.131).contains(share(channels) { $0 == channel }), "channel \(channel)")
        }
        #expect(channels.allSatisfy { (0..<10_004).contains($0) })
        // 23,000 draws from 10,000: 10,000 * (1 - exp(-2.3)) = 8,997 and the four.
        #expect((8850...9150).contains(Set(channels).count))
        let text = Self.model.text
        #expect((0..<5).map { text.channels.string($0) } == ["Google", "Facebook", "Baidu", "Apple", "channel-0"])
        #expect(text.channels.string(10_003) == "channel-9999")
        #expect(text.urls.count == text.channels.count)
    }

    @Test func urlsNameThreeDirectoriesAndOftenTheChannel() throws {
        let table = Self.model.text.urls
        let urls = (0..<table.count).map { table.string($0) }
        var withNumber = 0
        for (index, url) in urls.enumerated() {
            #expect(url.hasPrefix("https://www.nexmark.com/"))
            let parts = url.split(separator: "/", omittingEmptySubsequences: false)
            #expect(parts.count == 7)
            // 3 or 4 letters or underscores each in the sample.
            #expect(parts[3..<6].allSatisfy { (3...4).contains($0.utf8.count) })
            guard let at = parts[6].utf8.firstIndex(of: UInt8(ascii: "&")) else {
                #expect(parts[6] == "item.htm?query=1")
                continue
            }
            withNumber += 1
            #expect(index >= 4)
            #expect(parts[6][..<at] == "item.htm?query=1")
            #expect(parts[6][at...].hasPrefix("&channel_id="))
        }
        // 0.896 of the channels in the sample.
        #expect((8850...9150).contains(withNumber))
        // From the sample: channel-1306 has 1486880768, channel-2941 has 1093664768.
        for (channel, number) in [(1306, "1486880768"), (2941, "1093664768")] where urls[channel + 4].contains("_id=") {
            #expect(urls[channel + 4].hasSuffix("&channel_id=" + number))
        }
        // 52 to 77 bytes in the sample.
        #expect(urls.allSatisfy { (52...78).contains($0.utf8.count) })
    }

    @Test func extraOfABidIsFiftyFourToEightyOneBytes() {
        let lengths = Self.bids.map { Self.model.bidExtra(Self.slice.numbers[$0]).byteCount }
        // 54 ... 81 in the sample, 67.67 on average, each length alike.
        #expect(lengths.min() == 54)
        #expect(lengths.max() == 81)
        let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
        #expect((67.3...67.7).contains(mean))
    }

    @Test func extraIsMadeOfBlocksOfSixFromTwoAlphabets() {
        let arena = Self.model.text.extraArena
        let letters = arena.count { (UInt8(ascii: "b")...UInt8(ascii: "z")).contains($0) }
        let signs = arena.count { (UInt8(ascii: "H")...UInt8(ascii: "`")).contains($0) }
        let both = arena.count { $0 == UInt8(ascii: "a") }
        #expect(letters + signs + both == arena.count)
        // The sample: 'a' belongs to both alphabets and is twice as frequent as any other (2/52); 0.519 are lower case.
        #expect((0.0375...0.0395).contains(Double(both) / Double(arena.count)))
        #expect((0.475...0.487).contains(Double(letters) / Double(arena.count)))
        for block in 0..<1000 {
            let bytes = arena[(block * 6)..<(block * 6 + 6)]
            #expect(bytes.allSatisfy { $0 >= 97 } || bytes.allSatisfy { $0 <= 97 })
        }
    }

    @Test func textsOfAuctionsHaveTheSampledLengths() {
        let numbers = Self.auctions.map { Self.slice.numbers[$0] }
        let arena = Self.model.text.letterArena
        let names = numbers.map { text(Self.model.itemName($0), of: arena) }
        let descriptions = numbers.map { text(Self.model.itemDescription($0), of: arena) }
        let extras = numbers.map { Self.model.auctionExtra($0).byteCount }
        func mean(_ counts: [Int]) -> Double { Double(counts.reduce(0, +)) / Double(counts.count) }
        // 11.07 on average and 19 at most; 52.57 and 99; 386.9, from 278 to 516, in the sample.
        #expect((10.5...11.2).contains(mean(names.map(\.utf8.count))))
        #expect(names.map(\.utf8.count).max() == 19)
        #expect((49.0...53.0).contains(mean(descriptions.map(\.utf8.count))))
        #expect(descriptions.map(\.utf8.count).max() == 99)
        #expect((382.0...398.0).contains(mean(extras)))
        #expect(extras.allSatisfy { (260...540).contains($0) })
        for text in names + descriptions {
            #expect(text.utf8.first != UInt8(ascii: " "))
            #expect(text.utf8.last != UInt8(ascii: " "))
            #expect(text.utf8.allSatisfy { $0 == 32 || (97...122).contains($0) })
        }
        let letters = descriptions.flatMap(\.utf8)
        // 0.0728 in the sample: a thirteenth, less at the ends.
        #expect((0.069...0.078).contains(share(letters) { $0 == 32 }))
    }

    @Test func numbersOfAuctionsFollowTheSample() {
        let numbers = Self.auctions.map { (Self.slice.numbers[$0], Self.slice.lastPersons[$0]) }
        let lifetimes = numbers.map { Self.model.expires($0.0) - Self.model.timeline.millis($0.0) }
        // 14 ... 16,646 ms in the sample, 8,393 on average: evenly from 1 to 2 * 1,666 events of 5 ms.
        #expect(lifetimes.allSatisfy { (1...16_660).contains($0) })
        let mean = Double(lifetimes.reduce(0, +)) / Double(lifetimes.count)
        #expect((8060.0...8600.0).contains(mean))
        #expect(numbers.allSatisfy { Self.model.reserve($0.0) >= Self.model.initialBid($0.0) + 100 })
        for category in Int64(10)...14 {
            // 110 to 131 of 600 in the sample.
            #expect((0.175...0.225).contains(share(numbers) { Self.model.category($0.0) == category }))
        }
        let hot = share(numbers) {
            Self.model.seller($0.0, lastPerson: $0.1) - 1000 == $0.1 / 100 * 100
        }
        // 0.757 in the sample.
        #expect((0.72...0.78).contains(hot))
    }

    @Test func personsFollowTheSample() {
        let numbers = Self.persons.map { Self.slice.numbers[$0] }
        let table = Self.model.text
        #expect(Set(numbers.map { table.cities.string(Self.model.city($0)) }).count == 10)
        #expect(Set(numbers.map { table.states.string(Self.model.state($0)) }) == ["AZ", "CA", "ID", "OR", "WA", "WY"])
        #expect(table.names.count == 99)
        #expect(Set(numbers.map { Self.model.name($0) }).count > 95)
        var totals: [Int] = []
        for number in numbers {
            var email: [UInt8] = []
            Self.model.appendEmail(number, to: &email)
            var card: [UInt8] = []
            Self.model.appendCreditCard(number, to: &card)
            #expect(email.count <= 15)
            #expect(email.suffix(4).elementsEqual(".com".utf8))
            #expect(email.count { $0 == UInt8(ascii: "@") } == 1)
            #expect(card.count == 19)
            #expect(card.indices.allSatisfy { $0 % 5 == 4 ? card[$0] == 32 : (48...57).contains(card[$0]) })
            let name = table.names.byteCount(Self.model.name(number))
            let city = table.cities.byteCount(Self.model.city(number))
            totals.append(8 + name + email.count + 19 + city + 2 + Self.model.personExtra(number).byteCount)
        }
        // 171 ... 227 in the sample, 200.1 on average.
        let mean = Double(totals.reduce(0, +)) / Double(totals.count)
        #expect((197.5...201.5).contains(mean))
        #expect(totals.allSatisfy { (165...235).contains($0) })
    }

    @Test func otherSeedsMakeOtherStreams() {
        var configuration = Self.configuration
        configuration.seed = 8
        let other = NexmarkModel(configuration)
        let equal = (0..<1000).count { Self.model.bidPrice($0) == other.bidPrice($0) }
        #expect(equal < 20)
        #expect(Self.model.text.extraArena != other.text.extraArena)
    }
}
