/// A file name pattern as Hadoop and the shell know it: `*`, `?`, `[a-z]`, `[!a-z]`, `{one,two}`, `\` before a
/// character that is meant as it stands.
///
/// `*` and `?` stop at `/`.
struct GlobPattern: Sendable {
    private let alternatives: [[Character]]

    /// Takes a pattern; braces are multiplied out.
    init(_ pattern: String) { alternatives = Self.expanded(Array(pattern)) }

    /// The pattern with its braces multiplied out, one pattern each.
    var plainPatterns: [String] { alternatives.map { String($0) } }

    /// Whether the whole of `path` fits.
    func matches(_ path: String) -> Bool {
        let text = Array(path)
        return alternatives.contains { Self.matches($0[...], text[...]) }
    }

    private static func expanded(_ pattern: [Character]) -> [[Character]] {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
            return [pattern]
        }
        let choices = pattern[(open + 1)..<close].split(separator: ",", omittingEmptySubsequences: false)
        let rests = expanded(Array(pattern[(close + 1)...]))
        return choices.flatMap { choice in rests.map { Array(pattern[..<open]) + choice + $0 } }
    }

    private static func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        var (pattern, text) = (pattern, text)
        while let token = pattern.first {
            switch token {
            case "*":
                let rest = pattern.drop { $0 == "*" }
                var tail = text
                while true {
                    if matches(rest, tail) { return true }
                    guard let next = tail.first, next != "/" else { return false }
                    tail = tail.dropFirst()
                }
            case "[":
                guard let close = pattern.dropFirst(2).firstIndex(of: "]"), let character = text.first,
                    character != "/", holds(pattern[(pattern.startIndex + 1)..<close], character)
                else { return false }
                pattern = pattern[close...]
            case "?":
                guard let character = text.first, character != "/" else { return false }
            default:
                if token == "\\", pattern.count > 1 { pattern = pattern.dropFirst() }
                guard let character = text.first, character == pattern.first else { return false }
            }
            pattern = pattern.dropFirst()
            text = text.dropFirst()
        }
        return text.isEmpty
    }

    private static func holds(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
        var set = set
        let isNegated = set.first == "!" || set.first == "^"
        if isNegated { set = set.dropFirst() }
        var found = false
        while let low = set.popFirst() {
            if set.first == "-", let high = set.dropFirst().first {
                set = set.dropFirst(2)
                found = found || (low <= character && character <= high)
            } else {
                found = found || low == character
            }
        }
        return found != isNegated
    }
}
