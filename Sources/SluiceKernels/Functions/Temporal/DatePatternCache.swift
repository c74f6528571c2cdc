import SluiceColumns

/// The compiled form of the pattern that a kernel saw last: a constant pattern is compiled once.
final class DatePatternCache {
    private let dialect: DatePattern.Dialect
    private let formats: Bool
    private var text: [UInt8] = []
    private var isEmpty = true
    /// The pattern of `text`, nil where it is broken.
    private var compiled: DatePattern?
    private var failure: DatePatternError?

    /// Makes an empty cache; `formats` says that timestamps without a zone are formatted, which not all patterns can.
    init(_ dialect: DatePattern.Dialect, formats: Bool = false) {
        self.dialect = dialect
        self.formats = formats
    }

    /// The compiled pattern; nil where it is broken.
    func pattern(_ source: Span<UInt8>) -> DatePattern? {
        let isKnown = ByteSearch.equal(source, text)
        if isEmpty || !isKnown { compile(source) }
        return compiled
    }

    /// The compiled pattern, or for a broken one the error that fails the job.
    func checkedPattern(_ source: Span<UInt8>) throws -> DatePattern {
        if let pattern = pattern(source) { return pattern }
        throw EvaluationError("badPattern", failure?.description ?? "")
    }

    private func compile(_ source: Span<UInt8>) {
        text.removeAll(keepingCapacity: true)
        for index in 0..<source.count { text.append(source[index]) }
        (isEmpty, compiled, failure) = (false, nil, nil)
        do {
            let pattern = try DatePattern(String(decoding: text, as: UTF8.self), dialect: dialect)
            if formats { try pattern.checkFormatting() }
            compiled = pattern
        } catch {
            failure = error
        }
    }
}

/// Time zones by name, as `java.util.TimeZone` finds them: an unknown name is UTC.
final class TimeZoneCache {
    private var name: [UInt8] = []
    private var rules: TimeZoneRules?

    /// The names of three letters that `java.util.TimeZone` keeps from its first versions.
    private static let shortNames = [
        "ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
        "ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
        "CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
        "EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "EST": "GMT-05:00", "HST": "GMT-10:00",
        "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia",
        "MST": "GMT-07:00", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland", "PLT": "Asia/Karachi",
        "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles",
        "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
    ]

    /// The rules of the zone that was asked for last are kept.
    func rules(_ source: Span<UInt8>) -> TimeZoneRules {
        if let rules, ByteSearch.equal(source, name) { return rules }
        name.removeAll(keepingCapacity: true)
        for index in 0..<source.count { name.append(source[index]) }
        let asked = String(decoding: name, as: UTF8.self)
        let found = (try? TimeZoneRules(named: Self.shortNames[asked] ?? asked)) ?? .utc
        rules = found
        return found
    }
}

extension TimeZoneRules {
    /// The instant of local milliseconds as `java.util.Calendar` takes it: of a local time that comes twice, the later.
    ///
    /// `utcMillis(localMillis:)` takes the earlier, as `java.time` does.
    func laterUTCMillis(localMillis: Int64) -> Int64 {
        let instant = utcMillis(localMillis: localMillis)
        if isFixed { return instant }
        let current = span(atUTC: floorDivide(instant, 1_000))
        guard current.end < Int64.max else { return instant }
        let next = span(atUTC: current.end)
        let later = localMillis &- Int64(next.offsetSeconds) &* 1_000
        return later >= current.end &* 1_000 ? later : instant
    }
}
