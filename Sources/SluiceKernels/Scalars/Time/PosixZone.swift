import SluiceColumns

/// The rule of a zone for all years to come, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone: Sendable, Hashable {
    /// A day of the year and a time of that day in the offset that ends.
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// The `week`th (5 is the last) `weekday` (0 is Sunday) of a month.
            case weekday(month: Int, week: Int, weekday: Int)
            /// Day 1...365, 29 February never counted.
            case julian(Int)
            /// Day 0...365, 29 February counted.
            case zeroBased(Int)
        }

        var day: Day
        var seconds: Int

        /// Seconds since the epoch of local time at which the change falls in a year.
        func localSeconds(year: Int) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            let days: Int
            switch day {
            case .julian(let number):
                days = newYear + number - 1 + (number > 59 && CivilDate.isLeapYear(year) ? 1 : 0)
            case .zeroBased(let number):
                days = newYear + number
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
                let shift = floorModulo(weekday - CivilDate.isoDayOfWeek(daysSinceEpoch: first) % 7, 7)
                let candidate = first + shift + (week - 1) * 7
                let isBeyond = candidate >= first + CivilDate.dayCount(ofMonth: month, year: year)
                days = isBeyond ? candidate - 7 : candidate
            }
            return Int64(days) * 86_400 + Int64(seconds)
        }
    }

    var standardOffset: Int
    var summerOffset: Int
    var summerStart: Change
    var summerEnd: Change

    /// The offset at an instant, and the stretch around it.
    func span(atUTC seconds: Int64, notBefore: Int64) -> ZoneSpan {
        let year = CivilDate(daysSinceEpoch: Int(floorDivide(seconds + Int64(standardOffset), 86_400))).year
        var start = notBefore
        var offset = standardOffset
        for transition in transitions(years: year - 1...year + 1) {
            guard transition.start <= seconds else {
                return ZoneSpan(start: max(start, notBefore), end: transition.start, offsetSeconds: offset)
            }
            start = transition.start
            offset = Int(transition.offset)
        }
        return ZoneSpan(start: seconds, end: seconds + 1, offsetSeconds: offset)
    }

    /// The offset of a local time, as ``TimeZoneRules/offsetSeconds(atLocal:)`` explains.
    func offsetSeconds(atLocal seconds: Int64) -> Int {
        let year = CivilDate(daysSinceEpoch: Int(floorDivide(seconds, 86_400))).year
        let later = Int64(max(standardOffset, summerOffset))
        var offset = standardOffset
        for transition in transitions(years: year - 1...year + 1) where transition.start + later <= seconds {
            offset = Int(transition.offset)
        }
        return offset
    }

    /// The changes of some years, in order.
    func transitions(years: ClosedRange<Int>) -> [ZoneTransition] {
        var changes: [ZoneTransition] = []
        for year in years {
            let start = summerStart.localSeconds(year: year) - Int64(standardOffset)
            let end = summerEnd.localSeconds(year: year) - Int64(summerOffset)
            changes.append(ZoneTransition(start: start, offset: Int32(summerOffset)))
            changes.append(ZoneTransition(start: end, offset: Int32(standardOffset)))
        }
        return changes.sorted { $0.start < $1.start }
    }
}

/// An instant from which a zone has an offset.
struct ZoneTransition: Sendable, Hashable {
    var start: Int64
    var offset: Int32
}

extension PosixZone {
    /// What a footer says: one offset for ever, or a rule with summer time; nil when it is not understood.
    enum Footer: Hashable {
        case fixed(Int)
        case rule(PosixZone)
    }

    /// Reads the footer of a zone file.
    static func parse(_ footer: [UInt8]) -> Footer? {
        var reader = PosixReader(bytes: footer)
        guard reader.skipName(), let standard = reader.offset() else { return nil }
        if reader.isAtEnd { return .fixed(-standard) }
        guard reader.skipName() else { return nil }
        var summer = -standard + 3_600
        if !reader.isNext(0x2C) {
            guard let written = reader.offset() else { return nil }
            summer = -written
        }
        guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        return .rule(
            PosixZone(standardOffset: -standard, summerOffset: summer, summerStart: start, summerEnd: end)
        )
    }
}

/// A place in the footer of a zone file.
private struct PosixReader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    func isNext(_ byte: UInt8) -> Bool { index < bytes.count && bytes[index] == byte }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard isNext(byte) else { return false }
        index += 1
        return true
    }

    /// Passes over a name: letters, or anything between "<" and ">".
    mutating func skipName() -> Bool {
        let start = index
        if skip(0x3C) {
            while index < bytes.count, bytes[index] != 0x3E { index += 1 }
            return skip(0x3E)
        }
        while index < bytes.count, (bytes[index] | 0x20) &- 0x61 < 26 { index += 1 }
        return index - start >= 3
    }

    mutating func number() -> Int? {
        let start = index
        var value = 0
        while index < bytes.count, bytes[index] &- 0x30 < 10, index - start < 6 {
            value = value * 10 + Int(bytes[index] &- 0x30)
            index += 1
        }
        return index > start ? value : nil
    }

    /// Reads `[sign]h[:m[:s]]` as seconds.
    mutating func offset() -> Int? {
        let isNegative = skip(0x2D)
        if !isNegative { _ = skip(0x2B) }
        guard var seconds = number().map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] where skip(0x3A) {
            guard let value = number() else { return nil }
            seconds += value * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// Reads `,day[/time]`.
    mutating func change() -> PosixZone.Change? {
        guard skip(0x2C) else { return nil }
        let day: PosixZone.Change.Day
        if skip(0x4D) {
            guard let month = number(), skip(0x2E), let week = number(), skip(0x2E), let weekday = number() else {
                return nil
            }
            guard (1...12).contains(month), (1...5).contains(week), weekday < 7 else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else if skip(0x4A) {
            guard let number = number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(), number <= 365 else { return nil }
            day = .zeroBased(number)
        }
        guard skip(0x2F) else { return PosixZone.Change(day: day, seconds: 7_200) }
        guard let seconds = offset() else { return nil }
        return PosixZone.Change(day: day, seconds: seconds)
    }
}
