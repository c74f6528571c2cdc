import Testing

@testable import SluiceConnectors

@Suite struct DatagenTextTests {
    /// 2026-11-03 09:05:07 UTC.
    private static let millis: Int64 = 1_793_696_707_000

    private func texts(
        _ kind: DatagenTextKind,
        skew: DatagenSkew = DatagenSkew(),
        seed: UInt64 = 1,
        count: Int64 = 2000
    ) -> [String] {
        let writer = DatagenTextWriter(kind, skew: skew, seed: seed, fieldName: "f")
        return (0..<count).map { number in
            var bytes: [UInt8] = []
            writer.append(number, millis: Self.millis, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private func attackers(_ count: UInt32, share: Double) -> DatagenSkew {
        DatagenSkew(distinctCount: 200, hotCount: count, hotShare: share)
    }

    @Test(arguments: DatagenTextKind.allCases)
    func textsArePrintableASCIIAndDependOnTheSeedOnly(kind: DatagenTextKind) {
        let first = texts(kind)
        #expect(first == texts(kind))
        #expect(first != texts(kind, seed: 2))
        #expect(first.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (32...126).contains($0) } })
        #expect(Set(first).count > 3)
    }

    @Test func addressesAreWellFormed() throws {
        let ip = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/
        for text in texts(.ip) {
            #expect(try ip.wholeMatch(in: text) != nil, "\(text)")
            let parts = text.split(separator: ".").compactMap { Int($0) }
            #expect(parts.allSatisfy { $0 < 256 })
            #expect((20...168).contains(parts[0]) && parts[0] != 127)
        }
        let uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        let uuids = texts(.uuid)
        #expect(try uuids.allSatisfy { try uuid.wholeMatch(in: $0) != nil })
        #expect(Set(uuids).count == uuids.count)
        let ipv6 = /2001:db8(:[0-9a-f]{4}){6}/
        #expect(try texts(.ipv6).allSatisfy { try ipv6.wholeMatch(in: $0) != nil })
        let mac = /[0-9a-f][26ae](:[0-9a-f]{2}){5}/
        #expect(try texts(.macAddress).allSatisfy { try mac.wholeMatch(in: $0) != nil })
        let email = /[a-z0-9.]+@[a-z.]+\.(com|org|net)/
        #expect(try texts(.email).allSatisfy { try email.wholeMatch(in: $0) != nil })
        let host = /[a-z]+-\d\d\.[a-z]{2}\d\.example\.com/
        #expect(try texts(.hostName).allSatisfy { try host.wholeMatch(in: $0) != nil })
        let name = /[A-Z][a-z]+ [A-Z][a-z]+/
        #expect(try texts(.personName).allSatisfy { try name.wholeMatch(in: $0) != nil })
        #expect(texts(.path).allSatisfy { $0.hasPrefix("/") })
        #expect(texts(.url).allSatisfy { $0.hasPrefix("https://www.") })
    }

    @Test func frequentValuesAreFrequent() {
        #expect((1550...1730).contains(texts(.httpMethod).count { $0 == "GET" }))
        #expect((1550...1730).contains(texts(.statusCode).count { $0 == "200" }))
    }

    @Test func accessLogLinesHaveTheCombinedFormat() throws {
        let line =
            #/
            ([\d.]+)\ -\ (-|[a-z0-9.]+)\ \[03/Nov/2026:09:05:07\ \+0000\]\s
            "([A-Z]+)\ (/\S*)\ HTTP/1\.1"\ (\d{3})\ (\d+)\ "([^"]*)"\ "([^"]+)"
            /#
        let lines = texts(.accessLog, skew: attackers(3, share: 0.2))
        var failures: [Substring: Int] = [:]
        var counts: [Substring: Int] = [:]
        var agents: [Substring: Set<Substring>] = [:]
        for text in lines {
            let match = try #require(try line.wholeMatch(in: text), "\(text)")
            counts[match.1, default: 0] += 1
            failures[match.1, default: 0] += ["401", "403", "404"].contains(match.5) ? 1 : 0
            agents[match.1, default: []].insert(match.8)
        }
        let busiest = counts.sorted { $0.value > $1.value }
        // 400 lines of 3 attackers; 1,600 of 197 others, 8 each.
        #expect(busiest[0..<3].map(\.value).reduce(0, +) > 320)
        #expect(busiest[3].value < 30)
        for (client, count) in busiest[0..<3] {
            #expect(Double(failures[client] ?? 0) > 0.85 * Double(count))
        }
        // The attackers name one agent each.
        #expect(busiest[0..<3].allSatisfy { agents[$0.key]?.count == 1 })
    }

    @Test func loginLinesHaveTheFormOfSyslog() throws {
        let line = /Nov  3 09:05:07 [a-z]+-\d\d sshd\[\d+\]: (.+)/
        let lines = texts(.sshdLog, skew: attackers(2, share: 0.3))
        var failed = 0
        var accepted = 0
        for text in lines {
            let match = try #require(try line.wholeMatch(in: text), "\(text)")
            failed += match.1.hasPrefix("Failed password for ") ? 1 : 0
            accepted += match.1.hasPrefix("Accepted ") ? 1 : 0
        }
        // 600 lines of attackers, 2 in 3 of them failures; 1,400 others, 1 in 20 a failure and 16 in 20 a login.
        #expect((400...540).contains(failed))
        #expect((1060...1180).contains(accepted))
        let key = /.* ssh2: ED25519 SHA256:[A-Za-z0-9+\/]{43}/
        #expect(try lines.contains { try key.wholeMatch(in: $0) != nil })
    }

    @Test func anAccountKeepsItsUserAndAddress() throws {
        let login = /.* Accepted \S+ for (\S+) from (\S+) port .*/
        var users: [Substring: Set<Substring>] = [:]
        for text in texts(.sshdLog, skew: DatagenSkew(distinctCount: 50)) {
            if let match = try login.wholeMatch(in: text) { users[match.2, default: []].insert(match.1) }
        }
        #expect(users.count > 45)
        #expect(users.values.allSatisfy { $0.count == 1 })
    }

    @Test func skewDrawsHotKeysMoreOften() {
        let random = CounterRandom(seed: 9, field: 1)
        let skew = DatagenSkew(distinctCount: 1000, hotCount: 10, hotShare: 0.25)
        let keys = (0..<40_000).map { skew.key(random.bits($0)) }
        #expect((9600...10_400).contains(keys.count { $0.isHot }))
        #expect(keys.allSatisfy { $0.isHot == ($0.bits < 10) && $0.bits < 1000 })
        #expect(Set(keys.map(\.bits)).count == 1000)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29 23:59:59", 951_868_799_000_000), ("2026-11-03T09:05:07", 1_793_696_707_000_000),
        ("1969-12-31 23:59:59.5", -500_000), ("2024-12-31 00:01", 1_735_603_260_000_000),
        ("9999-12-31 23:59:59.999999", 253_402_300_799_999_999), ("0000-03-01", -62_162_035_200_000_000),
    ])
    func timesAreReadAndWritten(text: String, micros: Int64) throws {
        #expect(CivilTime.parseMicros(text) == micros)
        let time = CivilTime(millis: micros / 1000 - (micros % 1000 < 0 ? 1 : 0))
        var bytes: [UInt8] = []
        bytes.append(decimal: time.year, digitCount: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: time.month, digitCount: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: time.day, digitCount: 2)
        #expect(String(decoding: bytes, as: UTF8.self) == text.prefix(10))
    }

    @Test(arguments: [
        "", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "2024-01-01 24:00:00", "2024-01-01 00:60",
        "2024-01-01 00:00:60", "2024-01-01 00:00:00.", "2024-01-01 00:00:00.1234567", "2024-01-01 00:00:00Z", "today",
    ])
    func timesThatAreNoneAreNil(text: String) {
        #expect(CivilTime.parseMicros(text) == nil)
    }

    @Test(arguments: [
        (0, 1, "0"), (7, 3, "007"), (10, 1, "10"), (99, 1, "99"), (12_345, 2, "12345"), (10_007, 1, "10007"),
        (42, 7, "0000042"),
        (.max, 1, "9223372036854775807"),
    ])
    func decimalsAreAppended(number: Int, digits: Int, text: String) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number, digitCount: digits)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(
        arguments: [
            (0, 1, "0"), (0xABCD_EF09, 4, "ef09"), (0x0123_4567_89AB_CDEF, 16, "0123456789abcdef"),
            (255, 9, "0000000ff"),
        ] as [(UInt64, Int, String)]
    )
    func hexadecimalsAreAppended(bits: UInt64, digits: Int, text: String) {
        var bytes: [UInt8] = []
        bytes.append(hexadecimal: bits, digitCount: digits)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
