/// A day of the Gregorian calendar, found by counting years and months from 1900.
struct Day {
    private(set) var year: Int64 = 1_900
    private(set) var month: Int64 = 1
    private(set) var day: Int64 = 1
    let dayOfYear: Int64

    /// - Parameter days: since 1970-01-01, not before 1900.
    init(_ days: Int64) {
        var rest = days + 25_567
        while rest >= Day.length(year) { (rest, year) = (rest - Day.length(year), year + 1) }
        dayOfYear = rest + 1
        while rest >= Day.length(month, year) { (rest, month) = (rest - Day.length(month, year), month + 1) }
        day = rest + 1
    }

    static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func length(_ year: Int64) -> Int64 { isLeap(year) ? 366 : 365 }

    static func length(_ month: Int64, _ year: Int64) -> Int64 {
        [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
    }

    var text: String { "\(year)-\(FamilyModels.two(month))-\(FamilyModels.two(day))" }
}

/// A local time in whole seconds.
struct Moment {
    let days: Int64
    /// Of the day.
    let second: Int64

    /// - Parameter micros: since 1970-01-01 00:00:00.
    init(_ micros: Int64) {
        let seconds = (micros - (micros % 1_000_000 + 1_000_000) % 1_000_000) / 1_000_000
        second = (seconds % 86_400 + 86_400) % 86_400
        days = (seconds - second) / 86_400
    }

    var date: Day { Day(days) }

    var time: String {
        [second / 3_600, second / 60 % 60, second % 60].map { FamilyModels.two($0) }.joined(separator: ":")
    }

    /// The microseconds of a text of the form yyyy-MM-dd HH:mm:ss, which the random texts have exactly or not at all.
    static func parsed(_ text: String) -> Int64? {
        let parts = text.split { "- :".contains($0) }.compactMap { Int64($0) }
        guard parts.count == 6 else { return nil }
        var days: Int64 = -25_567
        for year in 1_900..<parts[0] { days += Day.length(year) }
        for month in 1..<parts[1] { days += Day.length(month, parts[0]) }
        let seconds = (parts[3] * 60 + parts[4]) * 60 + parts[5]
        return ((days + parts[2] - 1) * 86_400 + seconds) * 1_000_000
    }
}

/// SHA-256 as FIPS 180-4 words it, for short messages; the constants are computed from the primes.
enum TextbookSHA256 {
    private static let primes: [Double] = (2...311).filter { number in
        (2..<number).allSatisfy { number % $0 != 0 }
    }.map { Double($0) }

    private static func fraction(_ number: Double) -> UInt32 {
        UInt32((number - number.rounded(.down)) * 4_294_967_296)
    }

    /// The cube root, by bisection.
    private static func cubeRoot(_ number: Double) -> Double {
        var (low, high) = (0.0, number)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle * middle * middle > number { high = middle } else { low = middle }
        }
        return low
    }

    static func digits(_ message: [UInt8]) -> String {
        var bytes = message + [0x80]
        while bytes.count % 64 != 56 { bytes.append(0) }
        for place in (0..<8).reversed() { bytes.append(UInt8(truncatingIfNeeded: message.count * 8 >> (8 * place))) }
        let constants = primes.prefix(64).map { fraction(cubeRoot($0)) }
        var hash = primes.prefix(8).map { fraction($0.squareRoot()) }
        for start in stride(from: 0, to: bytes.count, by: 64) {
            func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
            var words = (0..<16).map { word in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[start + word * 4 + $1]) }
            }
            for index in 16..<64 {
                let (early, late) = (words[index - 15], words[index - 2])
                let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
                let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
                words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
            }
            var v = hash
            for round in 0..<64 {
                let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
                let mixed = turned(v[4], 6) ^ turned(v[4], 11) ^ turned(v[4], 25)
                let first = v[7] &+ mixed &+ choice &+ constants[round] &+ words[round]
                let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
                let second = (turned(v[0], 2) ^ turned(v[0], 13) ^ turned(v[0], 22)) &+ majority
                v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
            }
            hash = zip(hash, v).map { $0 &+ $1 }
        }
        return hash.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }
}
