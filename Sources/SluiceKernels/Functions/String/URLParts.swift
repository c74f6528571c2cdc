import SluiceColumns

/// Where the parts of a URL stand in its text, found as java.net.URL does.
struct URLParts {
    /// What PARSE_URL can be asked for.
    enum Part {
        case scheme, authority, userInfo, host, path, query, file, reference

        /// The part with this name, which is in upper case.
        init?(_ name: Span<UInt8>) {
            switch String(copying: name) {
            case "PROTOCOL": self = .scheme
            case "AUTHORITY": self = .authority
            case "USERINFO": self = .userInfo
            case "HOST": self = .host
            case "PATH": self = .path
            case "QUERY": self = .query
            case "FILE": self = .file
            case "REF": self = .reference
            default: return nil
            }
        }
    }

    private var scheme = 0..<0
    private var authority: Range<Int>?
    private var userInfo: Range<Int>?
    private var host = 0..<0
    private var path = 0..<0
    private var query: Range<Int>?
    private var reference: Range<Int>?

    private static let schemes = ["http", "https", "ftp", "file", "jar", "mailto"]

    /// Takes a URL apart; nil where Java knows no handler for its protocol or the port is no number.
    init?(_ text: Span<UInt8>) {
        let colon = ByteScan.firstOffset(of: UInt8(ascii: ":"), in: text)
        guard colon < text.count, colon <= 6 else { return nil }
        let name = String(copying: text.extracting(0..<colon)).lowercased()
        guard URLParts.schemes.contains(name) else { return nil }
        scheme = 0..<colon
        var end = ByteScan.firstOffset(of: UInt8(ascii: "#"), in: text, from: colon)
        if end < text.count { reference = end + 1..<text.count }
        let mark = ByteScan.firstOffset(of: UInt8(ascii: "?"), in: text.extracting(0..<end), from: colon)
        if mark < end {
            query = mark + 1..<end
            end = mark
        }
        var start = colon + 1
        if start + 1 < end, text[start] == UInt8(ascii: "/"), text[start + 1] == UInt8(ascii: "/") {
            start += 2
            let slash = ByteScan.firstOffset(of: UInt8(ascii: "/"), in: text.extracting(0..<end), from: start)
            guard takeAuthority(text, start..<slash) else { return nil }
            start = slash
        }
        path = start..<end
    }

    private mutating func takeAuthority(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        authority = range
        var start = range.lowerBound
        for index in range where text[index] == UInt8(ascii: "@") {
            userInfo = range.lowerBound..<index
            start = index + 1
            break
        }
        var end = range.upperBound
        if start < end, text[start] == UInt8(ascii: "[") {
            let bracket = ByteScan.firstOffset(of: UInt8(ascii: "]"), in: text.extracting(0..<end), from: start)
            guard bracket < end else { return false }
            host = start..<bracket + 1
            start = bracket + 1
            if start < end, text[start] != UInt8(ascii: ":") { return false }
        } else {
            let colon = ByteScan.firstOffset(of: UInt8(ascii: ":"), in: text.extracting(0..<end), from: start)
            host = start..<colon
            start = colon
        }
        if start < end { start += 1 }
        while start < end {
            end -= 1
            if text[end] &- 0x30 >= 10 { return false }
        }
        return true
    }

    /// The bytes of a part; nil where there is none.
    func range(of part: Part) -> Range<Int>? {
        switch part {
        case .scheme: scheme
        case .authority: authority
        case .userInfo: userInfo
        case .host: host
        case .path: path
        case .query: query
        case .file: path.lowerBound..<(query?.upperBound ?? path.upperBound)
        case .reference: reference
        }
    }

    /// The bytes of the value of `key` in a query; nil where it is not `key=value` in it.
    static func value(of key: Span<UInt8>, inQuery query: Range<Int>, of text: Span<UInt8>) -> Range<Int>? {
        let bounded = text.extracting(0..<query.upperBound)
        var start = query.lowerBound
        while start <= query.upperBound {
            let end = ByteScan.firstOffset(of: UInt8(ascii: "&"), in: bounded, from: start)
            let equals = start + key.count
            if equals < end, text[equals] == UInt8(ascii: "="), ByteSearch.matches(bounded, at: start, key) {
                return equals + 1..<end
            }
            start = end + 1
        }
        return nil
    }
}
