/// Names of hosts and domains as lists and logs write them: letters of either case, perhaps with a dot at the end.
///
/// The text is not checked against the rules for host names: what a log holds is compared as it is.
public enum DomainName {
    /// The longest name in bytes (RFC 1035, without the length bytes at its ends).
    public static let byteCountMax = 253

    /// The range of the name in `text`: without one dot at the end.
    ///
    /// - Returns: nil where nothing is left, or more than a name can have.
    @inlinable
    public static func range(of text: Span<UInt8>) -> Range<Int>? {
        var end = text.count
        if end > 0, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end > 0 && end <= byteCountMax ? 0..<end : nil
    }

    /// An entry of a list of domains.
    public struct Entry: Sendable, Hashable {
        /// The bytes of the text that are the domain.
        public let range: Range<Int>
        /// Whether only names below the domain are meant: it was written as `*.example.com` or `.example.com`.
        public let isBelowOnly: Bool

        /// Reads an entry; nil where there is no name.
        @inlinable
        public init?(_ text: Span<UInt8>) {
            var start = 0
            if text.count > 1, text[0] == UInt8(ascii: "*"), text[1] == UInt8(ascii: ".") {
                start = 2
            } else if text.count > 1, text[0] == UInt8(ascii: ".") {
                start = 1
            }
            guard let name = DomainName.range(of: text.extracting(start..<text.count)) else { return nil }
            range = start..<start + name.count
            isBelowOnly = start > 0
        }
    }

    /// An ASCII letter in lower case; other bytes as they are.
    @inlinable @inline(__always)
    public static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Whether `host` is the domain of `entry` or a name below it; nil where one of the two is no name.
    public static func matches(_ host: Span<UInt8>, _ entry: Span<UInt8>) -> Bool? {
        guard let name = range(of: host), let domain = Entry(entry) else { return nil }
        let rest = name.count - domain.range.count
        guard rest >= 0 else { return false }
        for index in 0..<domain.range.count
        where lowered(host[rest + index]) != lowered(entry[domain.range.lowerBound + index]) { return false }
        return rest == 0 ? !domain.isBelowOnly : host[rest - 1] == UInt8(ascii: ".")
    }
}
