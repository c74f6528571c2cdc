/// The texts of the Nexmark stream: small tables, and two long random texts others are cut from.
///
/// All of it is a function of the seed, built once for a table. What takes a millisecond or two, the URLs and what
/// `extra` is cut from, is only built where a query wants it.
struct NexmarkText: Sendable {
    /// First and last names, all pairs.
    let names: TextTable
    let cities: TextTable
    let states: TextTable
    /// The four hot channels, then `channel-0 ... channel-9999`.
    let channels: TextTable
    /// The URL of each channel, in the order of `channels`.
    let urls: TextTable
    /// What `extra` is cut from: blocks of six characters, of `a ... z` or of `H ... a`.
    let extraArena: [UInt8]
    /// What item names, descriptions and mail addresses are cut from: letters, and a space in thirteen characters.
    let letterArena: [UInt8]

    static let hotChannelCount = 4
    static let coldChannelCount = 10_000
    static let extraArenaByteCount = 1 << 20
    static let letterArenaByteCount = 1 << 18

    /// - Parameters:
    ///   - seed: the stream's seed.
    ///   - fields: what will be asked for; `urls` and `extraArena` stay empty where no field needs them.
    init(seed: UInt64, fields: Set<NexmarkField> = Set(NexmarkField.allCases)) {
        names = Self.makeNames()
        cities = TextTable([
            "Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent",
            "Cheyenne",
        ])
        states = TextTable(["AZ", "CA", "ID", "OR", "WA", "WY"])
        channels = Self.makeChannels()
        let wantsURLs = fields.contains(.bidURL)
        urls = wantsURLs ? Self.makeURLs(CounterRandom(seed: seed, field: 0x0101)) : TextTable()
        let wantsExtra = !fields.isDisjoint(with: [.personExtra, .auctionExtra, .bidExtra])
        extraArena = wantsExtra ? Self.makeExtraArena(CounterRandom(seed: seed, field: 0x0102)) : []
        letterArena = Self.makeLetters(CounterRandom(seed: seed, field: 0x0103), count: Self.letterArenaByteCount)
    }

    private static func makeNames() -> TextTable {
        let firstNames = [
            "Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter",
        ]
        let lastNames = ["Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"]
        return TextTable(firstNames.flatMap { first in lastNames.map { "\(first) \($0)" } })
    }

    private static func makeChannels() -> TextTable {
        var table = TextTable(["Google", "Facebook", "Baidu", "Apple"])
        for number in 0..<coldChannelCount {
            table.append { bytes in
                bytes.append(text: "channel-")
                bytes.append(decimal: number)
            }
        }
        return table
    }

    /// A cold channel's URL ends with the channel's number, its 32 bits reversed and the sign dropped, in nine cases
    /// of ten: what q21 of the benchmark looks for.
    private static func makeURLs(_ random: CounterRandom) -> TextTable {
        var table = TextTable()
        for index in 0..<(hotChannelCount + coldChannelCount) {
            var draws = random.draws(Int64(index))
            table.append { bytes in
                bytes.append(text: "https://www.nexmark.com/")
                for _ in 0..<3 {
                    for _ in 0..<(3 + draws.below(2)) {
                        bytes.append(letter(&draws, orElse: UInt8(ascii: "_")))
                    }
                    bytes.append(UInt8(ascii: "/"))
                }
                bytes.append(text: "item.htm?query=1")
                if index >= hotChannelCount && draws.below(10) > 0 {
                    let reversed = Int32(bitPattern: bitReversed(UInt32(index - hotChannelCount)))
                    bytes.append(text: "&channel_id=")
                    bytes.append(decimal: Int(reversed.magnitude))
                }
            }
        }
        return table
    }

    private static func bitReversed(_ number: UInt32) -> UInt32 {
        var result: UInt32 = 0
        for bit in 0..<32 where number & (1 << UInt32(bit)) != 0 {
            result |= 1 << UInt32(31 - bit)
        }
        return result
    }

    /// A letter in twelve cases of thirteen.
    private static func letter(_ draws: inout CounterRandom.DrawSequence, orElse other: UInt8) -> UInt8 {
        let bits = draws.next()
        guard CounterRandom.scale(UInt32(truncatingIfNeeded: bits >> 32), below: 13) > 0 else { return other }
        return UInt8(ascii: "a") + UInt8(CounterRandom.scale(UInt32(truncatingIfNeeded: bits), below: 26))
    }

    private static func makeLetters(_ random: CounterRandom, count: Int) -> [UInt8] {
        var draws = random.draws(0)
        var letters: [UInt8] = []
        letters.reserveCapacity(count)
        for _ in 0..<count {
            letters.append(letter(&draws, orElse: UInt8(ascii: " ")))
        }
        return letters
    }

    private static func makeExtraArena(_ random: CounterRandom) -> [UInt8] {
        var draws = random.draws(0)
        var arena: [UInt8] = []
        arena.reserveCapacity(extraArenaByteCount + 6)
        while arena.count < extraArenaByteCount {
            let bits = draws.next()
            let isUpward = bits & 1 == 0
            // A fraction of 26ths: its integer part is a letter, the rest goes on. 40 bits are enough for six letters.
            var fraction = bits >> 24
            for _ in 0..<6 {
                fraction = fraction &* 26
                let letter = UInt8(truncatingIfNeeded: fraction >> 40)
                arena.append(isUpward ? UInt8(ascii: "a") + letter : UInt8(ascii: "a") - letter)
                fraction &= (1 << 40) - 1
            }
        }
        return arena
    }
}
