import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

@Suite struct TimeZoneRulesTests {
    private static func seconds(_ text: String) -> Int64 {
        let bytes = Array(text.utf8)
        return (TimestampText.parseCast(bytes.span)?.millis ?? .min) / 1_000
    }

    /// Local times in New York and the instants that Flink gives them.
    static let newYork: [(String, Int64)] = [
        ("2024-03-10 01:59:59", 1_710_053_999), ("2024-03-10 02:00:00", 1_710_054_000),
        ("2024-03-10 02:30:00", 1_710_055_800), ("2024-03-10 03:00:00", 1_710_054_000),
        ("2024-11-03 00:59:59", 1_730_609_999), ("2024-11-03 01:30:00", 1_730_611_800),
        ("2024-11-03 02:00:00", 1_730_617_200), ("2500-03-14 02:30:00", 16_731_473_400),
        ("2500-07-01 00:00:00", 16_740_878_400), ("2500-12-01 00:00:00", 16_754_101_200),
    ]

    @Test(arguments: newYork)
    func localTimesBecomeInstants(local: String, instant: Int64) throws {
        let rules = try TimeZoneRules(named: "America/New_York")
        let seconds = Self.seconds(local)
        #expect(seconds - Int64(rules.offsetSeconds(atLocal: seconds)) == instant)
    }

    @Test func everyInstantIsInTheSpanThatIsGivenForIt() throws {
        for name in ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Casablanca"] {
            let rules = try TimeZoneRules(named: name)
            var cursor = ZoneCursor(rules)
            var random = SeededRandom(54)
            for _ in 0..<2_000 {
                let instant = Int64(random.next() % 20_000_000_000) - 4_000_000_000
                let span = rules.span(atUTC: instant)
                #expect(span.contains(instant), "\(name) \(instant)")
                #expect(span.offsetSeconds == rules.offsetSeconds(atUTC: instant))
                #expect(cursor.offsetSeconds(atUTC: instant) == span.offsetSeconds)
                // The local time of an instant comes back unless the clock was set back over it.
                let back = rules.utcMillis(localMillis: rules.localMillis(utcMillis: instant * 1_000))
                let isRepeated = back < instant * 1_000 && instant * 1_000 - back <= 7_200_000
                #expect(back == instant * 1_000 || isRepeated, "\(name) \(instant)")
            }
        }
    }

    /// Zones with their offsets in winter 1900, 1970, 2024 and summer 2024, 2300.
    static let offsets: [(String, [Int])] = [
        ("Europe/Berlin", [3_600, 3_600, 3_600, 7_200, 7_200]),
        ("Asia/Kolkata", [19_270, 19_800, 19_800, 19_800, 19_800]),
        ("Asia/Shanghai", [29_143, 28_800, 28_800, 28_800, 28_800]), ("UTC", [0, 0, 0, 0, 0]),
        ("Australia/Sydney", [36_000, 36_000, 39_600, 36_000, 36_000]),
        ("GMT-08:00", [-28_800, -28_800, -28_800, -28_800, -28_800]),
    ]

    @Test(arguments: offsets)
    func offsetsOfInstants(name: String, expected: [Int]) throws {
        let rules = try TimeZoneRules(named: name)
        let instants = [
            "1900-01-01 00:00:00", "1970-01-01 00:00:00", "2024-01-01 00:00:00", "2024-07-01 00:00:00",
            "2300-07-01 00:00:00",
        ]
        #expect(instants.map { rules.offsetSeconds(atUTC: Self.seconds($0)) } == expected)
    }

    @Test(arguments: ["GMT+8", "GMT+08", "GMT+08:00", "GMT+0800", "GMT+8:00"])
    func fixedOffsetsAreRead(name: String) throws {
        let rules = try TimeZoneRules(named: name)
        #expect(rules.isFixed)
        #expect(rules.offsetSeconds(atUTC: 0) == 28_800)
    }

    @Test(arguments: [
        "+05:30", "Mars/Phobos", "", "../../etc/passwd", "/etc/passwd", "GMT+19:00", "GMT+8:0", "GMT+08:60", "UTC+8",
        "Europe",
        "Europe/", "GMT+", "tzdata.zi",
    ])
    func otherNamesAreRefused(name: String) {
        #expect(throws: TimeZoneError.self) { try TimeZoneRules(named: name) }
    }

    /// Footers of real zones, and local seconds at which their changes of 2024 fall.
    @Test func footersAreRead() throws {
        guard case .rule(let lordHowe) = PosixZone.parse(Array("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0".utf8)) else {
            Issue.record("no rule")
            return
        }
        #expect(lordHowe.standardOffset == 37_800)
        #expect(lordHowe.summerOffset == 39_600)
        #expect(lordHowe.summerStart.localSeconds(year: 2024) == Self.seconds("2024-10-06 02:00:00"))
        guard case .rule(let nuuk) = PosixZone.parse(Array("<-02>2<-01>,M3.5.0/-1,M10.5.0/0".utf8)) else {
            Issue.record("no rule")
            return
        }
        #expect(nuuk.summerStart.localSeconds(year: 2024) == Self.seconds("2024-03-30 23:00:00"))
        guard case .fixed(19_800)? = PosixZone.parse(Array("IST-5:30".utf8)) else {
            Issue.record("no fixed offset")
            return
        }
        #expect(PosixZone.parse(Array("X".utf8)) == nil)
        #expect(PosixZone.parse(Array("CET-1CEST,M13.5.0,M10.5.0".utf8)) == nil)
    }
}
