/// The units that FLOOR, CEIL, EXTRACT and TIMESTAMPDIFF know.
package enum TimeUnit: String, Sendable, Hashable, CaseIterable {
    case nanosecond = "NANOSECOND"
    case microsecond = "MICROSECOND"
    case millisecond = "MILLISECOND"
    case second = "SECOND"
    case minute = "MINUTE"
    case hour = "HOUR"
    case day = "DAY"
    case week = "WEEK"
    case month = "MONTH"
    case quarter = "QUARTER"
    case year = "YEAR"
    case decade = "DECADE"
    case century = "CENTURY"
    case millennium = "MILLENNIUM"
    case isoYear = "ISOYEAR"
    case dayOfWeek = "DOW"
    case isoDayOfWeek = "ISODOW"
    case dayOfYear = "DOY"
    case epoch = "EPOCH"

    /// Milliseconds of the unit, for MILLISECOND up to WEEK; nil for the others.
    package var millis: Int64? {
        switch self {
        case .millisecond: 1
        case .second: 1_000
        case .minute: 60_000
        case .hour: 3_600_000
        case .day: 86_400_000
        case .week: 604_800_000
        default: nil
        }
    }

    /// Months of the unit, for MONTH up to MILLENNIUM; nil for the others.
    package var months: Int? {
        switch self {
        case .month: 1
        case .quarter: 3
        case .year: 12
        case .decade: 120
        case .century: 1_200
        case .millennium: 12_000
        default: nil
        }
    }
}
