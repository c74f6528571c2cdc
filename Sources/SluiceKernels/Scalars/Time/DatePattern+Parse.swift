import SluiceColumns

/// What a pattern made of a text.
package struct ParsedTimestamp: Sendable, Hashable {
    /// The local time; parts that the pattern has not are those of 1970-01-01 00:00:00.
    package var local: LocalTimestamp
    /// How far the text says it is ahead of UTC, or nil when it does not say.
    package var offsetSeconds: Int?
}

extension DatePattern {
    /// Parses a text of the form of the pattern.
    ///
    /// `DateTimeFormatter` wants the whole text in the form, and real values; only day 29 to 31 of a shorter month
    /// becomes its last. `SimpleDateFormat` passes over what follows, and counts values beyond their range on.
    ///
    /// - Returns: nil when the text has another form.
    package func parse(_ text: Span<UInt8>) -> ParsedTimestamp? {
        var fields = PatternFields()
        var index = 0
        guard parse(text, &index, 0..<items.count, &fields) else { return nil }
        switch dialect {
        case .dateTimeFormatter: return index == text.count ? fields.resolved() : nil
        case .simpleDateFormat: return fields.resolvedLeniently()
        }
    }

    /// Parses by some of the items; `index` and `fields` are as far as it came.
    private func parse(
        _ text: Span<UInt8>,
        _ index: inout Int,
        _ range: Range<Int>,
        _ fields: inout PatternFields
    ) -> Bool {
        let bytes = self.literals
        let literals = bytes.span
        var position = range.lowerBound
        while position < range.upperBound {
            switch items[position] {
            case .literal(let start, let end):
                guard matches(text, index, literals.extracting(start..<end)) else { return false }
                index += end - start
            case .optional(let end):
                let (savedIndex, savedFields) = (index, fields)
                if !parse(text, &index, position + 1..<end, &fields) { (index, fields) = (savedIndex, savedFields) }
                position = end
                continue
            case .field(let field, let style, let isSigned):
                let isBeforeField = position + 1 < range.upperBound && isField(items[position + 1])
                guard let value = value(text, &index, field, style, isSigned, isBeforeField) else { return false }
                guard fields.set(field, value, isStrict: dialect == .dateTimeFormatter) else { return false }
            }
            position += 1
        }
        return true
    }

    private func isField(_ item: Item) -> Bool {
        if case .field = item { return true }
        return false
    }

    private func matches(_ text: Span<UInt8>, _ index: Int, _ bytes: Span<UInt8>) -> Bool {
        guard text.count - index >= bytes.count else { return false }
        for position in 0..<bytes.count where text[index + position] != bytes[position] {
            return false
        }
        return true
    }

    private func value(
        _ text: Span<UInt8>,
        _ index: inout Int,
        _ field: Field,
        _ style: Style,
        _ isSigned: Bool,
        _ isBeforeField: Bool
    ) -> Int? {
        if dialect == .simpleDateFormat {
            while index < text.count, text[index] == 0x20 || text[index] == 0x09 { index += 1 }
        }
        switch style {
        case .number(let minimum, let maximum, let following):
            if dialect == .simpleDateFormat {
                return looseNumber(text, &index, digitCountMax: isBeforeField ? minimum : 18)
            }
            let value = number(text, &index, minimum, maximum, following, isSigned: isSigned)
            return field == .fraction ? value.map { $0 * Int(PowersOfTen.int64(9 - minimum)) } : value
        case .twoDigitYear: return twoDigitYear(text, &index, isBeforeField)
        case .shortText, .fullText, .narrowText: return name(text, &index, field, style)
        case .offset(let hasColon, let hasMinutes, let hasZ):
            return offset(text, &index, hasColon, hasMinutes, hasZ)
        }
    }

    /// The number of digits at a place, at most so many.
    private func digitCount(_ text: Span<UInt8>, _ index: Int, max: Int) -> Int {
        var count = 0
        while count < max, index + count < text.count, text[index + count] &- 0x30 < 10 { count += 1 }
        return count
    }

    /// The number that `count` digits, at least one, stand for.
    private func digits(_ text: Span<UInt8>, _ index: Int, _ count: Int) -> Int? {
        if count > 18 { return IntegerText.parseInt64(text.extracting(index..<index + count)).map { Int($0) } }
        var value = 0
        for place in index..<index + count { value = value &* 10 &+ Int(text[place] &- 0x30) }
        return value
    }

    /// Reads a number as `DateTimeFormatter` does, leaving room for fixed-width numbers that follow.
    private func number(
        _ text: Span<UInt8>,
        _ index: inout Int,
        _ minimum: Int,
        _ maximum: Int,
        _ following: Int,
        isSigned: Bool
    ) -> Int? {
        var start = index
        let isNegative = start < text.count && text[start] == 0x2D && minimum != maximum
        let hasPlus = isSigned && start < text.count && text[start] == 0x2B
        if isNegative || hasPlus { start += 1 }
        var count = digitCount(text, start, max: maximum + following)
        if following > 0 { count = max(minimum, count - following) }
        count = min(count, maximum)
        guard count >= minimum, count > 0, start + count <= text.count else { return nil }
        if isSigned, !isNegative, hasPlus != (count > minimum) { return nil }
        guard let value = digits(text, start, count) else { return nil }
        index = start + count
        return isNegative ? -value : value
    }

    /// Reads a number as a lenient `SimpleDateFormat` does.
    private func looseNumber(_ text: Span<UInt8>, _ index: inout Int, digitCountMax: Int) -> Int? {
        let isNegative = index < text.count && text[index] == 0x2D
        let start = isNegative ? index + 1 : index
        let count = digitCount(text, start, max: min(digitCountMax, 9))
        guard count > 0, let value = digits(text, start, count) else { return nil }
        index = start + count
        return isNegative ? -value : value
    }

    /// Reads a year of two digits: from 2000 on, or around now for `SimpleDateFormat`, where it is 1946 to 2045.
    private func twoDigitYear(_ text: Span<UInt8>, _ index: inout Int, _ isBeforeField: Bool) -> Int? {
        let isSimple = dialect == .simpleDateFormat
        let count = digitCount(text, index, max: isSimple && !isBeforeField ? 9 : 2)
        guard count > 0, isSimple || count == 2, let value = digits(text, index, count) else { return nil }
        index += count
        guard count == 2 else { return value }
        return isSimple && value >= 46 ? 1_900 + value : 2_000 + value
    }

    /// Reads a name; `SimpleDateFormat` takes short and full names in any case.
    private func name(_ text: Span<UInt8>, _ index: inout Int, _ field: Field, _ style: Style) -> Int? {
        let isSimple = dialect == .simpleDateFormat
        let (first, count) = DatePattern.nameRange(field)
        var best: (value: Int, length: Int)?
        for value in first..<first + count {
            for isFull in [true, false] where isSimple || isFull == (style == .fullText) {
                let name = DatePattern.name(field, value, isFull: isFull)
                let isShortened = !isFull && (field == .month || field == .dayOfWeek)
                let bytes = name.span.extracting(0..<(isShortened ? 3 : name.count))
                guard isSimple ? matchesAnyCase(text, index, bytes) : matches(text, index, bytes) else { continue }
                if bytes.count > best?.length ?? 0 { best = (value, bytes.count) }
            }
        }
        guard let best else { return nil }
        index += best.length
        return best.value
    }

    /// The first value that has a name, and how many have.
    private static func nameRange(_ field: Field) -> (first: Int, count: Int) {
        switch field {
        case .month: (1, 12)
        case .quarter: (1, 4)
        case .dayOfWeek, .localDayOfWeek: (1, 7)
        default: (0, 2)
        }
    }

    private func matchesAnyCase(_ text: Span<UInt8>, _ index: Int, _ bytes: Span<UInt8>) -> Bool {
        guard text.count - index >= bytes.count else { return false }
        for position in 0..<bytes.count where text[index + position] | 0x20 != bytes[position] | 0x20 {
            return false
        }
        return true
    }

    /// Reads `Z` or `[sign]HH[[:]mm]` as seconds.
    private func offset(
        _ text: Span<UInt8>,
        _ index: inout Int,
        _ hasColon: Bool,
        _ hasMinutes: Bool,
        _ hasZ: Bool
    ) -> Int? {
        guard index < text.count else { return nil }
        if hasZ, text[index] == UInt8(ascii: "Z") {
            index += 1
            return 0
        }
        guard text[index] == 0x2B || text[index] == 0x2D, digitCount(text, index + 1, max: 2) == 2 else { return nil }
        let isNegative = text[index] == 0x2D
        guard var seconds = digits(text, index + 1, 2).map({ $0 * 3_600 }) else { return nil }
        index += 3
        if hasMinutes {
            let start = hasColon && index < text.count && text[index] == 0x3A ? index + 1 : index
            guard start > index || !hasColon, digitCount(text, start, max: 2) == 2 else { return nil }
            seconds += (digits(text, start, 2) ?? 0) * 60
            index = start + 2
        }
        return isNegative ? -seconds : seconds
    }
}
