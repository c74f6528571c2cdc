import SluiceColumns
import Testing

@Suite struct CivilDateTests {
    /// Walks 12,000 years a day at a time with the rules of the calendar alone.
    @Test func everyDayAgreesWithCounting() {
        var expected = CivilDate(year: -1_000, month: 1, day: 1)
        var dayOfYear = 1
        let start = expected.daysSinceEpoch
        for days in start..<start + 4_383_000 {
            let date = CivilDate(daysSinceEpoch: days)
            guard date == expected, date.daysSinceEpoch == days else {
                Issue.record("day \(days): \(date), not \(expected)")
                return
            }
            guard days & 31 != 0 || date.dayOfYear == dayOfYear else {
                Issue.record("day \(days): day of year \(date.dayOfYear), not \(dayOfYear)")
                return
            }
            let isLeap = expected.year % 400 == 0 || (expected.year % 4 == 0 && expected.year % 100 != 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            expected.day += 1
            dayOfYear += 1
            guard expected.day > lengths[expected.month - 1] else { continue }
            expected.day = 1
            expected.month += 1
            guard expected.month > 12 else { continue }
            expected.month = 1
            expected.year += 1
            dayOfYear = 1
        }
        #expect(CivilDate(year: 1970, month: 1, day: 1).daysSinceEpoch == 0)
    }

    @Test func extremeDaysDoNotTrap() {
        for days in [Int(Int32.min), Int(Int32.max), -106_751_991, 106_751_991] {
            #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
        }
    }

    /// Dates and their ISO week, day of the week and year, from the table of ISO 8601.
    static let weeks: [(CivilDate, Int, Int, Int)] = [
        (CivilDate(year: 2021, month: 1, day: 3), 2020, 53, 7),
        (CivilDate(year: 2020, month: 12, day: 31), 2020, 53, 4),
        (CivilDate(year: 2024, month: 12, day: 30), 2025, 1, 1),
        (CivilDate(year: 2023, month: 12, day: 31), 2023, 52, 7),
        (CivilDate(year: 1969, month: 12, day: 31), 1970, 1, 3), (CivilDate(year: 1, month: 1, day: 1), 1, 1, 1),
        (CivilDate(year: 1994, month: 9, day: 27), 1994, 39, 2), (CivilDate(year: 2024, month: 2, day: 29), 2024, 9, 4),
    ]

    @Test(arguments: weeks)
    func isoWeeks(date: CivilDate, year: Int, week: Int, day: Int) {
        let found = CivilDate.isoWeek(daysSinceEpoch: date.daysSinceEpoch)
        #expect(found == (year, week))
        #expect(CivilDate.isoDayOfWeek(daysSinceEpoch: date.daysSinceEpoch) == day)
    }

    static let shifts: [(CivilDate, Int, CivilDate)] = [
        (CivilDate(year: 2024, month: 1, day: 31), 1, CivilDate(year: 2024, month: 2, day: 29)),
        (CivilDate(year: 2024, month: 3, day: 31), -1, CivilDate(year: 2024, month: 2, day: 29)),
        (CivilDate(year: 2024, month: 2, day: 29), 12, CivilDate(year: 2025, month: 2, day: 28)),
        (CivilDate(year: 1970, month: 1, day: 1), -1, CivilDate(year: 1969, month: 12, day: 1)),
        (CivilDate(year: 1, month: 1, day: 31), -23, CivilDate(year: -1, month: 2, day: 28)),
    ]

    @Test(arguments: shifts)
    func monthsClampToTheirEnd(date: CivilDate, months: Int, expected: CivilDate) {
        #expect(date.adding(months: months) == expected)
    }
}
