/// Some successive events, and for each what its fields' generators need to know.
struct NexmarkSlice {
    /// The events' numbers in the stream.
    private(set) var numbers: [Int64] = []
    private(set) var kinds: [UInt8] = []
    /// The newest person at each event, counted from 0: the event itself where it is one.
    private(set) var lastPersons: [Int64] = []
    /// The newest auction at each event, counted from 0: the event itself where it is one.
    private(set) var lastAuctions: [Int64] = []
    /// The rows of the slice that are persons, and those that are auctions.
    private(set) var personRows: [Int] = []
    private(set) var auctionRows: [Int] = []

    private let persons: Int64
    private let auctions: Int64
    private let roundEventCount: Int64

    /// - Parameter configuration: valid.
    init(_ configuration: NexmarkConfiguration) {
        persons = configuration.personProportion
        auctions = configuration.auctionProportion
        roundEventCount = configuration.roundEventCount
    }

    var count: Int { numbers.count }

    /// Makes this the slice of `count` events from event `first` on.
    mutating func move(to first: Int64, count: Int) {
        numbers.removeAll(keepingCapacity: true)
        kinds.removeAll(keepingCapacity: true)
        lastPersons.removeAll(keepingCapacity: true)
        lastAuctions.removeAll(keepingCapacity: true)
        personRows.removeAll(keepingCapacity: true)
        auctionRows.removeAll(keepingCapacity: true)
        var (round, offset) = first.quotientAndRemainder(dividingBy: roundEventCount)
        var left = Int64(count)
        while left > 0 {
            let end = min(roundEventCount, offset &+ left)
            appendRound(round, offset..<end)
            left -= end &- offset
            round &+= 1
            offset = 0
        }
    }

    private mutating func appendRound(_ round: Int64, _ offsets: Range<Int64>) {
        let first = round &* roundEventCount
        numbers.append(contentsOf: (first &+ offsets.lowerBound)..<(first &+ offsets.upperBound))
        let personOffsets = offsets.clamped(to: 0..<persons)
        for offset in personOffsets {
            personRows.append(kinds.count)
            kinds.append(NexmarkKind.person.rawValue)
            lastPersons.append(round &* persons &+ offset)
            lastAuctions.append(max(round &* auctions &- 1, 0))
        }
        let lastPerson = max(round &* persons &+ persons &- 1, 0)
        let auctionOffsets = offsets.clamped(to: persons..<(persons &+ auctions))
        for offset in auctionOffsets {
            auctionRows.append(kinds.count)
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
