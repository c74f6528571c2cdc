/// The forms that Calcite takes for literals of dates and times: fields may lack leading zeros, nothing stands around
/// them, and every field is in its range.
enum DatetimeLiteral {
    /// `y-M-d` as `yyyy-MM-dd`; years from 1.
    static func date(_ text: Substring) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = field(parts[0], 4, 1...9_999), let month = field(parts[1], 2, 1...12),
            let day = field(parts[2], 2, 1...31)
        else { return nil }
        return "\(year)-\(month)-\(day)"
    }

    /// `H:m:s[.fraction]` as `HH:mm:ss[.fraction]`; digits beyond `digitCountMax` are cut.
    static func time(_ text: Substring, digitCountMax: Int) -> String? {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = field(parts[0], 2, 0...23), let minute = field(parts[1], 2, 0...59),
            let second = field(parts[2], 2, 0...59)
        else { return nil }
        guard halves.count == 2 else { return "\(hour):\(minute):\(second)" }
        guard halves[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return "\(hour):\(minute):\(second).\(halves[1].prefix(digitCountMax))"
    }

    /// A date, and behind one blank perhaps a time.
    static func timestamp(_ text: String) -> String? {
        let halves = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = date(halves[0]) else { return nil }
        guard halves.count == 2 else { return date }
        return time(halves[1], digitCountMax: 9).map { "\(date) \($0)" }
    }

    private static func field(_ text: Substring, _ width: Int, _ range: ClosedRange<Int>) -> String? {
        guard !text.isEmpty, text.utf8.count <= width, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let value = Int(text),
            range.contains(value)
        else { return nil }
        return String(repeating: "0", count: width - text.utf8.count) + text
    }
}
