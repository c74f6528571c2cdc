import Testing

@testable import SluiceConnectors

@Suite struct NexmarkSliceTests {
    private static let configuration = NexmarkConfiguration()

    @Test func aSliceDoesNotDependOnWhereItWasCut() {
        var whole = NexmarkSlice(Self.configuration)
        whole.move(to: 0, count: 500)
        for (start, count) in [(0, 500), (49, 2), (120, 77), (499, 1)] {
            var part = NexmarkSlice(Self.configuration)
            part.move(to: Int64(start), count: count)
            let range = start..<(start + count)
            #expect(part.numbers == Array(whole.numbers[range]))
            #expect(part.kinds == Array(whole.kinds[range]))
            #expect(part.lastPersons == Array(whole.lastPersons[range]))
            #expect(part.lastAuctions == Array(whole.lastAuctions[range]))
        }
    }

    @Test(arguments: [(0, 0, 5), (0, 3, 2), (2, 0, 3), (1, 1, 0)] as [(Int64, Int64, Int64)])
    func anyProportionMayBeZero(persons: Int64, auctions: Int64, bids: Int64) throws {
        var configuration = NexmarkConfiguration()
        configuration.personProportion = persons
        configuration.auctionProportion = auctions
        configuration.bidProportion = bids
        try configuration.validate()
        var slice = NexmarkSlice(configuration)
        let round = Int(configuration.roundEventCount)
        slice.move(to: 0, count: round * 10)
        #expect(slice.kinds.count { $0 == NexmarkKind.person.rawValue } == Int(persons) * 10)
        #expect(slice.kinds.count { $0 == NexmarkKind.auction.rawValue } == Int(auctions) * 10)
        #expect(slice.kinds.count { $0 == NexmarkKind.bid.rawValue } == Int(bids) * 10)
        let model = NexmarkModel(configuration)
        for row in slice.kinds.indices {
            let number = slice.numbers[row]
            #expect(model.bidAuction(number, lastAuction: slice.lastAuctions[row]) >= 1000)
            #expect(model.bidder(number, lastPerson: slice.lastPersons[row]) >= 2000)
            #expect(model.expires(number) > model.timeline.millis(number))
        }
    }

    @Test(arguments: [1, 3, 7, 200, 999, 10_000, 1_000_000_000] as [Int64])
    func timeIsTheNumberOverTheRateRoundedDown(rate: Int64) {
        var configuration = NexmarkConfiguration()
        configuration.firstEventRate = rate
        configuration.nextEventRate = rate
        configuration.baseTimeMillis = 0
        let timeline = NexmarkTimeline(configuration)
        let random = CounterRandom(seed: 3, field: 1)
        for step in Int64(0)..<3000 {
            let number = Int64(random.bits(step) >> UInt64(22 + step % 40))
            #expect(timeline.millis(number) == number * 1000 / rate, "event \(number)")
        }
    }

    @Test(arguments: NexmarkConfiguration.RateShape.allCases)
    func shapedRatesKeepTimeGoingForward(shape: NexmarkConfiguration.RateShape) {
        var configuration = NexmarkConfiguration()
        configuration.rateShape = shape
        configuration.ratePeriodSeconds = 10
        configuration.firstEventRate = 100
        configuration.nextEventRate = 300
        configuration.baseTimeMillis = 0
        let timeline = NexmarkTimeline(configuration)
        let times = (0..<6000).map { timeline.millis($0) }
        #expect(times == times.sorted())
        // A period of 10 s holds 200 events a second on average: 5 s of 100 and 5 s of 300.
        #expect(times.count { $0 < 10_000 } == 2000)
        #expect(times.count { $0 < 20_000 } == 4000)
        switch shape {
        case .square:
            #expect(times.count { $0 < 5000 } == 500)
        case .sine:
            #expect((550...650).contains(times.count { $0 < 4000 }))
        }
    }

    @Test func everyOptionIsChecked() {
        func expectRefused(_ option: String, _ change: (inout NexmarkConfiguration) -> Void) {
            var configuration = NexmarkConfiguration()
            change(&configuration)
            do {
                try configuration.validate()
                Issue.record("'\(option)' was accepted")
            } catch {
                #expect(error.option == option)
                #expect(error.description.hasPrefix("option '\(option)' must "))
            }
        }
        expectRefused("events.num") { $0.eventCount = -1 }
        expectRefused("first-event.rate") { $0.firstEventRate = 0 }
        expectRefused("next-event.rate") { $0.nextEventRate = -5 }
        expectRefused("rate.period") { $0.ratePeriodSeconds = 1 }
        expectRefused("person.proportion") { $0.personProportion = -1 }
        expectRefused("auction.proportion") { $0.auctionProportion = 1_000_001 }
        expectRefused("bid.proportion") { $0.bidProportion = -1 }
        expectRefused("bid.proportion") {
            $0.personProportion = 0
            $0.auctionProportion = 0
            $0.bidProportion = 0
        }
        expectRefused("person.avg-size") { $0.personAverageBytes = -1 }
        expectRefused("auction.avg-size") { $0.auctionAverageBytes = 600_000 }
        expectRefused("bid.avg-size") { $0.bidAverageBytes = -1 }
        expectRefused("bid.hot-ratio.auctions") { $0.hotAuctionRatio = 0 }
        expectRefused("bid.hot-ratio.bidders") { $0.hotBidderRatio = 0 }
        expectRefused("auction.hot-ratio.sellers") { $0.hotSellerRatio = 0 }
    }
}
