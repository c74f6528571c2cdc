import SluiceColumns
import SluiceTesting
import Testing

/// Strings under numbers stay what they are when those of others go.
@Suite struct EncodedRowArenaTests {
    private static func bytes(_ arena: borrowing EncodedRowArena, _ number: UInt32) -> [UInt8] {
        let string = arena[number]
        return string.indices.map { string[$0] }
    }

    private static func string(_ random: inout SeededRandom) -> [UInt8] {
        let length = random.next() % 41
        return (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// Numbers are reused, so strings do not lie in the order of their numbers.
    @Test(arguments: [false, true])
    func compactingKeepsWhatIsLeft(isLarge: Bool) {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        var arena = EncodedRowArena()
        var model: [UInt32: [UInt8]] = [:]
        for round in 0..<6 {
            for _ in 0..<(isLarge ? 40_000 : 300) {
                let string = Self.string(&random)
                model[arena.append(string.span)] = string
            }
            for number in model.keys.sorted() where random.next() % 3 > round % 3 {
                arena.remove(number)
                model[number] = nil
            }
            arena.compact()
            #expect(arena.count == model.count)
            for (number, string) in model where Self.bytes(arena, number) != string {
                Issue.record("seed \(seed), round \(round): string \(number) has changed")
                return
            }
        }
    }

    /// Memory of removed strings goes back to the system.
    @Test func compactingMakesTheBlockSmaller() {
        var arena = EncodedRowArena()
        let string = [UInt8](repeating: 7, count: 1_000)
        let numbers = (0..<20_000).map { _ in arena.append(string.span) }
        let before = arena.byteCount
        for number in numbers where number % 4 == 0 { arena.remove(number) }
        arena.compact()
        #expect(before - arena.byteCount > 4_000_000)
        #expect(Self.bytes(arena, 19_999) == string)
    }

    /// Strings that replace others take their places and disturb nobody, whatever their lengths.
    @Test(arguments: [1, 12, 300, 2_000])
    func replacedStringsGiveTheirPlaces(lengthMax: Int) {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        var arena = EncodedRowArena()
        var model: [(number: UInt32, string: [UInt8])] = []
        for step in 0..<30_000 {
            let length = Int(random.next() % UInt64(lengthMax + 1))
            let string = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let half = string.count / 2
            let victim = Int(random.next() % 500)
            if victim < model.count {
                arena.remove(model[victim].number)
                if step % 3 == 0 { arena.compactIfWasteful() }
                let (first, second) = (Array(string[..<half]), Array(string[half...]))
                model[victim] = (arena.append(first.span, second.span), string)
            } else {
                model.append((arena.append(string.span), string))
            }
            if step % 7_000 == 6_999 { arena.compact() }
        }
        for (number, string) in model where Self.bytes(arena, number) != string {
            Issue.record("seed \(seed): string \(number) has changed")
            return
        }
        #expect(arena.count == model.count)
    }

    /// Strings of one length cost their bytes and nothing else, and stay what they are when another length comes.
    @Test(arguments: [0, 1, 7, 18, 700], [false, true])
    func stringsOfOneLength(length: Int, isCompacted: Bool) {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        var arena = EncodedRowArena()
        var model: [UInt32: [UInt8]] = [:]
        func string(_ length: Int) -> [UInt8] { (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        for _ in 0..<4_000 {
            let new = string(length)
            model[arena.append(new.span)] = new
        }
        if length > 0 { #expect(arena.byteCount <= 4_000 * length * 2 + 1_024) }
        for number in Array(model.keys) where random.next() % 3 == 0 {
            arena.remove(number)
            model[number] = nil
        }
        let freeNumbers = arena.freeNumbersSorted
        #expect(freeNumbers.count == 4_000 - model.count)
        for _ in 0..<500 {
            let new = string(length)
            let number = arena.append(new.span)
            #expect(model[number] == nil && number < 4_000, "seed \(seed): a free number is used again")
            model[number] = new
        }
        if isCompacted { arena.compact() }
        for more in 0..<3_000 {
            let new = string(length + more % 3)
            model[arena.append(new.span)] = new
        }
        for (number, expected) in model where Self.bytes(arena, number) != expected {
            Issue.record("seed \(seed): string \(number) has changed")
            return
        }
        #expect(arena.count == model.count)
    }

    /// What is replaced by its like again and again needs no more memory than what is there.
    @Test func replacingDoesNotGrowTheBlock() {
        var arena = EncodedRowArena()
        var numbers = (0..<1_000).map { index in arena.append([UInt8](repeating: 1, count: 100 + index % 50).span) }
        let before = arena.byteCount
        for round in 0..<50 {
            for index in numbers.indices {
                arena.remove(numbers[index])
                let string = [UInt8](repeating: UInt8(round), count: 100 + (index + round) % 50)
                numbers[index] = arena.append(string.span)
            }
        }
        #expect(arena.byteCount < before + before / 4 + 20_000)
    }
}
