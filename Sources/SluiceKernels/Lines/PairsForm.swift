import SluiceColumns

/// Lines of pairs of keys and values: logfmt, or with delimiters of one's own.
package struct PairsForm: LineForm {
    /// What stands between and around the parts.
    package struct Rules: Sendable, Hashable {
        /// Between pairs; several in a row count as one where it is a blank.
        package var pairDelimiter = UInt8(ascii: " ")
        /// Between a key and its value.
        package var keyDelimiter = UInt8(ascii: "=")
        /// Around values that hold delimiters; nil where quotes are text.
        package var quote: UInt8? = UInt8(ascii: "\"")
        /// Whether a key without a value is one whose value is `true`; otherwise it is passed over.
        package var takesBareKeys = false
        /// logfmt is this with bare keys.
        package init() {}
    }

    package let fields: [RowField] = []
    package let isOpen = true
    private let rules: Rules

    package init(_ rules: Rules) { self.rules = rules }

    /// Pairs as the logfmt of Heroku and Go has them.
    package static let logfmt: PairsForm = {
        var rules = Rules()
        rules.takesBareKeys = true
        return PairsForm(rules)
    }()

    package func makeParser(for names: [String]) throws -> any LineParser {
        LineLoop(PairsReader(rules, LineKeys(names)), fieldCount: names.count)
    }
}

/// Reads pairs from left to right; of equal keys the last counts.
struct PairsReader: LineReader {
    private let rules: PairsForm.Rules
    private var keys: LineKeys

    init(_ rules: PairsForm.Rules, _ keys: LineKeys) {
        self.rules = rules
        self.keys = keys
    }

    mutating func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem? {
        read(line, from: 0, into: &fields)
    }

    /// Reads the pairs from `start` on.
    mutating func read(_ line: Span<UInt8>, from start: Int, into fields: inout LineFields) -> LineProblem? {
        var index = start
        var pairCount = 0
        while index < line.count {
            while index < line.count, isDelimiter(line[index]) { index += 1 }
            let keyStart = index
            while index < line.count, line[index] != rules.keyDelimiter, !isDelimiter(line[index]) { index += 1 }
            let key = trimmed(line, keyStart..<index)
            guard index < line.count, line[index] == rules.keyDelimiter else {
                guard rules.takesBareKeys, !key.isEmpty else { continue }
                pairCount += 1
                if let field = keys.field(line, key) { fields.set(field) { $0.append("true") } }
                continue
            }
            if key.isEmpty { return .form("a pair has no key") }
            pairCount += 1
            guard let end = value(line, index + 1, keys.field(line, key), &fields) else {
                return .form("a quoted value has no end")
            }
            index = end
        }
        return pairCount == 0 ? .form("the line has no pair of a key and a value") : nil
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        byte == rules.pairDelimiter || rules.pairDelimiter == UInt8(ascii: " ") && byte == 0x09
    }

    /// Takes the value at `start`; gives the offset behind it, nil where it has no end.
    private func value(_ line: Span<UInt8>, _ start: Int, _ field: Int?, _ fields: inout LineFields) -> Int? {
        guard let quote = rules.quote, start < line.count, line[start] == quote else {
            var end = start
            while end < line.count, !isDelimiter(line[end]) { end += 1 }
            if let field { fields.set(field, trimmed(line, start..<end)) }
            return end
        }
        guard let end = LineBytes.closingQuote(quote, in: line, from: start + 1) else { return nil }
        if let field {
            let range = start + 1..<end
            if LineBytes.contains(UInt8(ascii: "\\"), in: line, range) {
                fields.set(field) { LineBytes.appendUnescaped(line.extracting(range), to: &$0) }
            } else {
                fields.set(field, range)
            }
        }
        var rest = end + 1
        while rest < line.count, !isDelimiter(line[rest]) { rest += 1 }
        return rest
    }

    /// The bytes without blanks at their ends.
    private func trimmed(_ line: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, line[start] == UInt8(ascii: " ") { start += 1 }
        while end > start, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return start..<end
    }
}
