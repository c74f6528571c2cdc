import SluiceColumns

/// A pattern that cannot be compiled or cannot be used for what was asked.
package struct DatePatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with which letter of which pattern.
    package var description: String
}

/// A date pattern of Java (`yyyy-MM-dd HH:mm:ss`), compiled once and used for every row.
///
/// Names of months and days are English, weeks begin on Sunday and the first week holds 1 January, as in the locale
/// that Flink runs in by default.
///
/// A class, so that a row that asks for the pattern counts one reference. Its parts, 5 to 11 in common patterns, are
/// read or written one by one at 10 ns each, so that functions with a pattern take about 100 ns a row, and more where
/// the offset of a zone has to be looked up, too.
package final class DatePattern: Sendable {
    /// Which of the two pattern languages of Java, and which habits.
    package enum Dialect: Sendable {
        /// `java.time.format.DateTimeFormatter`: DATE_FORMAT of timestamps, TO_TIMESTAMP, TO_TIMESTAMP_LTZ.
        case dateTimeFormatter
        /// `java.text.SimpleDateFormat`, lenient: FROM_UNIXTIME, UNIX_TIMESTAMP, DATE_FORMAT of strings, TO_DATE.
        case simpleDateFormat
    }

    /// One part of a timestamp that a pattern letter stands for.
    enum Field: UInt8, Sendable, Hashable {
        case era, year, yearOfEra, dayOfYear, month, dayOfMonth, quarter, weekYear, weekOfYear, weekOfMonth
        case dayOfWeek, localDayOfWeek, isoDayOfWeek, alignedDayOfWeek, dayOfWeekInMonth
        case amPm, hour1to12, hour0to11, hour1to24, hour, minute, second, millisecond
        case fraction, milliOfDay, nanoOfSecond, nanoOfDay, offset
    }

    /// How a field is written.
    enum Style: Sendable, Hashable {
        /// Digits: at least and at most so many when parsed, and how many digits of later fields follow at once.
        case number(minimum: Int, maximum: Int, following: Int)
        /// The last two digits of a year, from 2000 on.
        case twoDigitYear
        case shortText, fullText, narrowText
        /// An offset: with ":" or not, with minutes always or only when not 0, with "Z" for 0 or not.
        case offset(hasColon: Bool, hasMinutes: Bool, hasZ: Bool)
    }

    /// One step of the compiled pattern; trivial, so that no row counts references.
    enum Item: Sendable, Hashable {
        /// Bytes `start..<end` of `DatePattern.literals`.
        case literal(start: Int, end: Int)
        case field(Field, Style, isSigned: Bool)
        /// Begins a part that may be missing; the part ends before item `end`.
        case optional(end: Int)
    }

    /// The pattern as it was written.
    package let pattern: String
    let dialect: Dialect
    let items: [Item]
    /// The bytes of all literals.
    let literals: [UInt8]
    /// Whether texts can be read by it: weeks and one-letter names can only be written.
    package let canParse: Bool

    /// Compiles a pattern.
    package init(_ pattern: String, dialect: Dialect) throws(DatePatternError) {
        self.pattern = pattern
        self.dialect = dialect
        var compiler = DatePatternCompiler(pattern: pattern, dialect: dialect)
        items = try compiler.compile()
        literals = compiler.literals
        canParse = !items.contains { Self.isOnlyFormatted($0) }
    }

    /// Says whether the pattern can format local timestamps; the letters of offsets need a zone, which those of
    /// `DateTimeFormatter` do not get.
    package func checkFormatting() throws(DatePatternError) {
        let hasOffset = items.contains { item in
            if case .field(.offset, _, _) = item { return true }
            return false
        }
        if hasOffset, dialect == .dateTimeFormatter {
            throw DatePatternError(description: "pattern '\(pattern)' asks for an offset, which a timestamp has not")
        }
    }

    private static func isOnlyFormatted(_ item: Item) -> Bool {
        guard case .field(let field, let style, _) = item else { return false }
        switch field {
        case .weekYear, .weekOfYear, .weekOfMonth, .alignedDayOfWeek, .dayOfWeekInMonth, .localDayOfWeek: return true
        default: return style == .narrowText
        }
    }
}

/// English names, as Java prints them.
enum CalendarNames {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ].map { Array($0.utf8) }

    static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map {
        Array($0.utf8)
    }

    static let halves = ["AM", "PM"].map { Array($0.utf8) }
    static let eras = ["BC", "AD"].map { Array($0.utf8) }
    static let fullEras = ["Before Christ", "Anno Domini"].map { Array($0.utf8) }
    static let quarters = ["Q1", "Q2", "Q3", "Q4"].map { Array($0.utf8) }
    static let fullQuarters = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"].map { Array($0.utf8) }
}
