/// What a Nexmark event is about; the raw value is the table's `event_type`.
enum NexmarkKind: UInt8, Sendable {
    case person = 0
    case auction = 1
    case bid = 2
}

/// The share of the stream one split makes: every `count`-th round of events, from round `index` on.
///
/// Rounds are dealt, not ranges, so that event time advances alike in all splits; and whole rounds, so that each split
/// has its share of persons, auctions and bids.
struct NexmarkShare: Sendable, Hashable {
    var index: Int64
    var count: Int64

    /// The whole stream.
    static let all = NexmarkShare(index: 0, count: 1)

    /// Events of this share.
    ///
    /// - Parameters:
    ///   - total: events of the stream.
    ///   - roundEventCount: events in a round.
    func eventCount(ofTotal total: Int64, roundEventCount: Int64) -> Int64 {
        let (rounds, rest) = total.quotientAndRemainder(dividingBy: roundEventCount)
        let (each, more) = rounds.quotientAndRemainder(dividingBy: count)
        return (each + (index < more ? 1 : 0)) * roundEventCount + (index == more ? rest : 0)
    }
}

/// Some successive events of one share, and for each what its fields' generators need to know.
struct NexmarkSlice {
    /// The events' numbers in the stream.
    private(set) var numbers: [Int64] = []
    private(set) var kinds: [UInt8] = []
    /// The newest person at each event, counted from 0: the event itself where it is one.
    private(set) var lastPersons: [Int64] = []
    /// The newest auction at each event, counted from 0: the event itself where it is one.
    private(set) var lastAuctions: [Int64] = []

    private let persons: Int64
    private let auctions: Int64
    private let roundEventCount: Int64
    private let share: NexmarkShare

    /// - Parameter configuration: valid.
    init(_ configuration: NexmarkConfiguration, share: NexmarkShare) {
        persons = configuration.personProportion
        auctions = configuration.auctionProportion
        roundEventCount = configuration.roundEventCount
        self.share = share
    }

    var count: Int { numbers.count }

    /// Makes this the slice of `count` events from the share's event `position` on.
    mutating func move(to position: Int64, count: Int) {
        numbers.removeAll(keepingCapacity: true)
        kinds.removeAll(keepingCapacity: true)
        lastPersons.removeAll(keepingCapacity: true)
        lastAuctions.removeAll(keepingCapacity: true)
        var (round, offset) = position.quotientAndRemainder(dividingBy: roundEventCount)
        round = round &* share.count &+ share.index
        var left = Int64(count)
        while left > 0 {
            let end = min(roundEventCount, offset &+ left)
            appendRound(round, offset..<end)
            left -= end &- offset
            round &+= share.count
            offset = 0
        }
    }

    private mutating func appendRound(_ round: Int64, _ offsets: Range<Int64>) {
        let first = round &* roundEventCount
        numbers.append(contentsOf: (first &+ offsets.lowerBound)..<(first &+ offsets.upperBound))
        let personOffsets = offsets.clamped(to: 0..<persons)
        for offset in personOffsets {
            kinds.append(NexmarkKind.person.rawValue)
            lastPersons.append(round &* persons &+ offset)
            lastAuctions.append(max(round &* auctions &- 1, 0))
        }
        let lastPerson = max(round &* persons &+ persons &- 1, 0)
        let auctionOffsets = offsets.clamped(to: persons..<(persons &+ auctions))
        for offset in auctionOffsets {
            kinds.append(NexmarkKind.auction.rawValue)
            lastPersons.append(lastPerson)
            lastAuctions.append(round &* auctions &+ offset &- persons)
        }
        let bidCount = offsets.clamped(to: (persons &+ auctions)..<roundEventCount).count
        let lastAuction = max(round &* auctions &+ auctions &- 1, 0)
        kinds.append(contentsOf: repeatElement(NexmarkKind.bid.rawValue, count: bidCount))
        lastPersons.append(contentsOf: repeatElement(lastPerson, count: bidCount))
        lastAuctions.append(contentsOf: repeatElement(lastAuction, count: bidCount))
    }
}
