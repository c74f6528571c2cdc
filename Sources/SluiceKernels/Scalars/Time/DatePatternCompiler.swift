/// Turns the letters of a date pattern into steps.
struct DatePatternCompiler {
    private let pattern: String
    private let letters: [UInt8]
    private let dialect: DatePattern.Dialect
    private var index = 0
    private var items: [DatePattern.Item] = []
    private var literal: [UInt8] = []
    /// The bytes of all literals so far.
    private(set) var literals: [UInt8] = []
    /// The optional parts that are open: where they begin.
    private var open: [Int] = []
    /// The item whose digits end where fields of fixed width begin, as in `yyyyMMdd`.
    private var adjacentStart: Int?

    init(pattern: String, dialect: DatePattern.Dialect) {
        self.pattern = pattern
        letters = Array(pattern.utf8)
        self.dialect = dialect
    }

    mutating func compile() throws(DatePatternError) -> [DatePattern.Item] {
        while index < letters.count {
            let letter = letters[index]
            if (letter | 0x20) &- 0x61 < 26 {
                try takeLetters(letter)
            } else if letter == 0x27 {
                try takeQuoted()
            } else {
                try takeSymbol(letter)
            }
        }
        while !open.isEmpty { closeOptional() }
        flushLiteral()
        return items
    }

    private func failure(_ message: String) -> DatePatternError {
        DatePatternError(description: "pattern '\(pattern)': \(message)")
    }

    private mutating func flushLiteral() {
        guard !literal.isEmpty else { return }
        items.append(.literal(start: literals.count, end: literals.count + literal.count))
        literals += literal
        literal = []
        adjacentStart = nil
    }

    private mutating func takeQuoted() throws(DatePatternError) {
        let start = index
        index += 1
        if index < letters.count, letters[index] == 0x27 {
            literal.append(0x27)
            index += 1
            return
        }
        while index < letters.count {
            let letter = letters[index]
            index += 1
            if letter != 0x27 {
                literal.append(letter)
            } else if index < letters.count, letters[index] == 0x27 {
                literal.append(0x27)
                index += 1
            } else {
                return
            }
        }
        throw failure("the quote at \(start) is not closed")
    }

    private mutating func takeSymbol(_ symbol: UInt8) throws(DatePatternError) {
        index += 1
        guard dialect == .dateTimeFormatter else {
            literal.append(symbol)
            return
        }
        switch symbol {
        case UInt8(ascii: "["):
            flushLiteral()
            adjacentStart = nil
            open.append(items.count)
            items.append(.optional(end: 0))
        case UInt8(ascii: "]"):
            guard !open.isEmpty else { throw failure("']' without '['") }
            closeOptional()
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"):
            throw failure("'\(Character(Unicode.Scalar(symbol)))' is reserved")
        default:
            literal.append(symbol)
        }
    }

    private mutating func closeOptional() {
        flushLiteral()
        adjacentStart = nil
        items[open.removeLast()] = .optional(end: items.count)
    }

    private mutating func takeLetters(_ letter: UInt8) throws(DatePatternError) {
        let start = index
        while index < letters.count, letters[index] == letter { index += 1 }
        let count = index - start
        flushLiteral()
        let field = dialect == .dateTimeFormatter ? dateTimeField(letter) : simpleField(letter)
        guard let field else {
            throw failure("the letter '\(Character(Unicode.Scalar(letter)))' is not supported")
        }
        let style =
            dialect == .dateTimeFormatter ? dateTimeStyle(field, letter, count) : simpleStyle(field, letter, count)
        guard let style else {
            throw failure("too many (\(count)) letters '\(Character(Unicode.Scalar(letter)))'")
        }
        let isYear = field == .year || field == .yearOfEra || field == .weekYear
        items.append(.field(field, style, isSigned: isYear && count >= 4))
        noteAdjacent()
    }

    /// Lets a number of variable width leave room for the numbers of fixed width that follow it at once.
    private mutating func noteAdjacent() {
        let last = items.count - 1
        guard case .field(_, let style, _) = items[last] else { return }
        let width: Int
        switch style {
        case .number(let minimum, let maximum, _): width = minimum == maximum ? minimum : 0
        case .twoDigitYear: width = 0
        default:
            adjacentStart = nil
            return
        }
        guard let start = adjacentStart, width > 0 else {
            adjacentStart = last
            return
        }
        if case .field(let field, .number(let minimum, let maximum, let following), let isSigned) = items[start] {
            let roomy = DatePattern.Style.number(minimum: minimum, maximum: maximum, following: following + width)
            items[start] = .field(field, roomy, isSigned: isSigned)
        }
    }

    private func dateTimeField(_ letter: UInt8) -> DatePattern.Field? {
        switch letter {
        case UInt8(ascii: "q"): .quarter
        case UInt8(ascii: "Q"): .quarter
        case UInt8(ascii: "u"): .year
        case UInt8(ascii: "e"), UInt8(ascii: "c"): .localDayOfWeek
        case UInt8(ascii: "F"): .alignedDayOfWeek
        case UInt8(ascii: "S"): .fraction
        case UInt8(ascii: "A"): .milliOfDay
        case UInt8(ascii: "n"): .nanoOfSecond
        case UInt8(ascii: "N"): .nanoOfDay
        case UInt8(ascii: "x"): .offset
        default: sharedField(letter)
        }
    }

    private func simpleField(_ letter: UInt8) -> DatePattern.Field? {
        switch letter {
        case UInt8(ascii: "u"): .isoDayOfWeek
        case UInt8(ascii: "F"): .dayOfWeekInMonth
        case UInt8(ascii: "S"): .millisecond
        default: sharedField(letter)
        }
    }

    private func sharedField(_ letter: UInt8) -> DatePattern.Field? {
        switch letter {
        case UInt8(ascii: "G"): .era
        case UInt8(ascii: "y"): .yearOfEra
        case UInt8(ascii: "D"): .dayOfYear
        case UInt8(ascii: "M"), UInt8(ascii: "L"): .month
        case UInt8(ascii: "d"): .dayOfMonth
        case UInt8(ascii: "Y"): .weekYear
        case UInt8(ascii: "w"): .weekOfYear
        case UInt8(ascii: "W"): .weekOfMonth
        case UInt8(ascii: "E"): .dayOfWeek
        case UInt8(ascii: "a"): .amPm
        case UInt8(ascii: "h"): .hour1to12
        case UInt8(ascii: "K"): .hour0to11
        case UInt8(ascii: "k"): .hour1to24
        case UInt8(ascii: "H"): .hour
        case UInt8(ascii: "m"): .minute
        case UInt8(ascii: "s"): .second
        case UInt8(ascii: "X"), UInt8(ascii: "Z"): .offset
        default: nil
        }
    }

    private func dateTimeStyle(_ field: DatePattern.Field, _ letter: UInt8, _ count: Int) -> DatePattern.Style? {
        switch field {
        case .era, .dayOfWeek: return textStyle(max(count, 3))
        case .amPm: return count == 1 ? .shortText : nil
        case .year, .yearOfEra, .weekYear:
            if count == 2 { return .twoDigitYear }
            return count <= 19 ? .number(minimum: count, maximum: 19, following: 0) : nil
        case .month, .quarter, .localDayOfWeek: return count < 3 ? numberStyle(count) : textStyle(count)
        case .dayOfYear: return count <= 3 ? .number(minimum: count, maximum: 3, following: 0) : nil
        case .weekOfMonth, .alignedDayOfWeek: return count == 1 ? .number(minimum: 1, maximum: 1, following: 0) : nil
        case .fraction: return count <= 9 ? .number(minimum: count, maximum: count, following: 0) : nil
        case .milliOfDay, .nanoOfSecond, .nanoOfDay:
            return count <= 19 ? .number(minimum: count, maximum: 19, following: 0) : nil
        case .offset: return offsetStyle(letter, count)
        default: return count <= 2 ? numberStyle(count) : nil
        }
    }

    private func simpleStyle(_ field: DatePattern.Field, _ letter: UInt8, _ count: Int) -> DatePattern.Style? {
        switch field {
        case .era, .amPm: return .shortText
        case .dayOfWeek: return count < 4 ? .shortText : .fullText
        case .month where count >= 3: return count == 3 ? .shortText : .fullText
        case .yearOfEra where count == 2, .weekYear where count == 2: return .twoDigitYear
        case .offset: return offsetStyle(letter, count)
        default: return count <= 19 ? .number(minimum: count, maximum: 19, following: 0) : nil
        }
    }

    private func numberStyle(_ count: Int) -> DatePattern.Style {
        .number(minimum: count, maximum: count == 1 ? 19 : count, following: 0)
    }

    private func textStyle(_ count: Int) -> DatePattern.Style? {
        switch count {
        case 3: .shortText
        case 4: .fullText
        case 5: .narrowText
        default: nil
        }
    }

    private func offsetStyle(_ letter: UInt8, _ count: Int) -> DatePattern.Style? {
        if letter == UInt8(ascii: "Z") {
            let limit = dialect == .dateTimeFormatter ? 3 : 19
            return count <= limit ? .offset(hasColon: false, hasMinutes: true, hasZ: false) : nil
        }
        let hasZ = letter == UInt8(ascii: "X")
        return count <= 3 ? .offset(hasColon: count == 3, hasMinutes: count > 1, hasZ: hasZ) : nil
    }
}
