import SluiceColumns

/// Why a time zone cannot be used.
package struct TimeZoneError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and what to write instead.
    package var description: String
}

/// The offsets of one time zone from UTC through time.
///
/// Built from the compiled files of the system (TZif, RFC 9636) or from a fixed offset; `UTC` needs no file.
package final class TimeZoneRules: Sendable {
    /// The name that the rules were asked for by.
    package let name: String
    /// Seconds since the epoch at which an offset begins, ascending.
    private let starts: [Int64]
    /// The local time from which an offset is the only one, per start: the later of both readings of the start.
    private let localStarts: [Int64]
    /// The offset in seconds before the first start, and then from each start on.
    private let offsets: [Int32]
    /// The rule for instants after the last start, when it is not one offset.
    private let tail: PosixZone?

    /// UTC.
    package static let utc = TimeZoneRules(name: "UTC", fixedOffsetSeconds: 0)

    /// A zone that has one offset for ever.
    package init(name: String, fixedOffsetSeconds: Int) {
        self.name = name
        starts = []
        localStarts = []
        offsets = [Int32(fixedOffsetSeconds)]
        tail = nil
    }

    /// A zone with the transitions of a file; `tail` holds after 2200 or whenever the table ends.
    init(name: String, transitions: [ZoneTransition], firstOffset: Int32, tail: PosixZone?) {
        self.name = name
        var before = firstOffset
        var localStarts: [Int64] = []
        for transition in transitions {
            localStarts.append(transition.start + Int64(max(before, transition.offset)))
            before = transition.offset
        }
        starts = transitions.map(\.start)
        self.localStarts = localStarts
        offsets = [firstOffset] + transitions.map(\.offset)
        self.tail = tail
    }

    /// The rules of `UTC`, of `GMT` with an offset (`GMT+08:00`), or of a name of the time zone database.
    package convenience init(named name: String) throws(TimeZoneError) {
        if name == "UTC" || name == "GMT" {
            self.init(name: name, fixedOffsetSeconds: 0)
        } else if let offset = TimeZoneRules.fixedOffset(name) {
            self.init(name: name, fixedOffsetSeconds: offset)
        } else {
            let file = try ZoneFile(named: name)
            self.init(
                name: name,
                transitions: file.transitions,
                firstOffset: file.firstOffset,
                tail: file.tail
            )
        }
    }

    /// Whether the zone has one offset for ever.
    package var isFixed: Bool { starts.isEmpty && tail == nil }

    /// The offset from UTC in seconds at an instant.
    package func offsetSeconds(atUTC seconds: Int64) -> Int {
        Int(span(atUTC: seconds).offsetSeconds)
    }

    /// The offset at an instant, and the instants around it that have the same.
    package func span(atUTC seconds: Int64) -> ZoneSpan {
        let index = upperBound(starts, seconds)
        if index == starts.count, let tail { return tail.span(atUTC: seconds, notBefore: starts.last ?? .min) }
        return ZoneSpan(
            start: index == 0 ? .min : starts[index - 1],
            end: index == starts.count ? .max : starts[index],
            offsetSeconds: Int(offsets[index])
        )
    }

    /// The offset that a local time has.
    ///
    /// A local time that the clock skips takes the offset before the gap, which moves it forward by the length of
    /// the gap; one that comes twice takes the earlier instant. This is what `java.time` does.
    package func offsetSeconds(atLocal seconds: Int64) -> Int {
        let index = upperBound(localStarts, seconds)
        if index == localStarts.count, let tail { return tail.offsetSeconds(atLocal: seconds) }
        return Int(offsets[index])
    }

    /// Local milliseconds of an instant.
    package func localMillis(utcMillis millis: Int64) -> Int64 {
        millis &+ Int64(offsetSeconds(atUTC: floorDivide(millis, 1_000))) &* 1_000
    }

    /// The instant of local milliseconds.
    package func utcMillis(localMillis millis: Int64) -> Int64 {
        millis &- Int64(offsetSeconds(atLocal: floorDivide(millis, 1_000))) &* 1_000
    }

    /// The instant at which timers of Flink take a local time to have passed.
    ///
    /// That is the second instant where the clocks go back, and where they skip the local time the full hour at which
    /// they go on.
    package func passingMillis(localMillis millis: Int64) -> Int64 {
        let hour: Int64 = 3_600_000
        let instant = utcMillis(localMillis: millis)
        if tail == nil { return instant }
        let later = utcMillis(localMillis: millis &+ hour)
        if later == instant { return instant &- instant % hour }
        return later &- instant > hour ? instant &+ hour : instant
    }

    /// The number of elements that are not above `value`.
    private func upperBound(_ elements: [Int64], _ value: Int64) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle] <= value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The seconds of `GMT` followed by a sign, one or two digits of hours, and optionally minutes.
    private static func fixedOffset(_ name: String) -> Int? {
        let bytes = Array(name.utf8)
        guard name.hasPrefix("GMT"), bytes.count >= 5, bytes[3] == 0x2B || bytes[3] == 0x2D else { return nil }
        var digits = Array(bytes[4...])
        if let colon = digits.firstIndex(of: 0x3A) {
            guard digits.count == colon + 3, colon <= 2 else { return nil }
            digits.remove(at: colon)
        }
        guard digits.allSatisfy({ $0 &- 0x30 < 10 }), digits.count <= 4, digits.count != 3 || bytes.contains(0x3A)
        else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        let minutes = digits.count > 2 ? value / 100 * 60 + value % 100 : value * 60
        guard minutes <= 18 * 60, digits.count <= 2 || value % 100 < 60 else { return nil }
        return (bytes[3] == 0x2D ? -minutes : minutes) * 60
    }
}

/// A stretch of time with one offset.
package struct ZoneSpan: Sendable, Hashable {
    /// The first second of the stretch.
    package var start: Int64
    /// The first second after the stretch.
    package var end: Int64
    /// The offset from UTC in seconds.
    package var offsetSeconds: Int

    /// Whether the stretch holds an instant.
    package func contains(_ seconds: Int64) -> Bool { start <= seconds && seconds < end }
}

/// A zone together with the stretch that was asked for last: successive rows mostly need the same one.
package struct ZoneCursor: Sendable {
    /// The zone.
    package let rules: TimeZoneRules
    private var last: ZoneSpan

    /// Starts with the stretch around the epoch.
    package init(_ rules: TimeZoneRules) {
        self.rules = rules
        last = rules.span(atUTC: 0)
    }

    /// The offset from UTC in seconds at an instant.
    package mutating func offsetSeconds(atUTC seconds: Int64) -> Int {
        if !last.contains(seconds) { last = rules.span(atUTC: seconds) }
        return last.offsetSeconds
    }
}
