import SluiceTesting
import Testing

@testable import SluiceKernels

@Suite("The distance of two texts")
struct EditDistanceTests {
    /// The table of distances row by row, as the definition says.
    static func table(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }

    static func distance(_ left: [UInt8], _ right: [UInt8], _ distances: inout EditDistance) -> Int {
        let lefts = left.span
        let rights = right.span
        return distances.distance(lefts, rights)
    }

    @Test("lengths around the strips of 64 agree with the table", arguments: [1, 2, 3] as [UInt64])
    func agrees(seed: UInt64) {
        var random = SeededRandom(seed)
        var distances = EditDistance()
        for _ in 0..<150 {
            // A text and what typing errors make of it, or two that have nothing to do with each other.
            let left = (0..<random.next() % 200).map { _ in UInt8(97 + random.next() % 4) }
            var right = left
            if random.next() % 4 == 0 {
                right = (0..<random.next() % 200).map { _ in UInt8(97 + random.next() % 9) }
            }
            for _ in 0..<random.next() % 9 where !right.isEmpty {
                let place = Int(random.next() % UInt64(right.count))
                if random.next() % 2 == 0 { right.remove(at: place) } else { right.insert(122, at: place) }
            }
            let found = Self.distance(left, right, &distances)
            #expect(found == Self.table(left, right), "seed \(seed)")
        }
    }

    @Test("long texts take strips, not the square of their lengths", .timeLimit(.minutes(1)))
    func longTexts() {
        var distances = EditDistance()
        let left = [UInt8](repeating: 97, count: 20_000)
        let right = [UInt8](repeating: 98, count: 20_001)
        let far = Self.distance(left, right, &distances)
        let fromNothing = Self.distance([], right, &distances)
        #expect(far == 20_001)
        #expect(fromNothing == 20_001)
        #expect(distances.longerCount == 20_001)
    }
}
