import Glibc

/// Values of `WITH` options that stand elsewhere: `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}`.
///
/// A reference is resolved when a table is opened, never when it is declared: the catalog, SHOW CREATE TABLE and
/// EXPLAIN keep the reference, so a secret is printed nowhere.
public enum OptionReferences {
    /// The options with every reference replaced.
    ///
    /// - Parameter options: as declared.
    /// - Returns: the same keys with resolved values. A file's last line break is left out.
    /// - Throws: `ConnectorError` naming the option, where a variable is not set, a file cannot be read, or a reference
    ///   is
    ///   malformed.
    public static func resolve(_ options: [String: String]) throws(ConnectorError) -> [String: String] {
        var resolved = options
        for (key, value) in options where value.contains("${") {
            resolved[key] = try resolve(value, option: key)
        }
        return resolved
    }

    private static func resolve(_ value: String, option: String) throws(ConnectorError) -> String {
        var result = ""
        var rest = value[...]
        while let start = firstReference(rest) {
            result += rest[..<start]
            guard let end = rest[start...].firstIndex(of: "}") else {
                throw ConnectorError(
                    .user,
                    "badReference",
                    "option '\(option)': the reference '\(rest[start...])' has no closing '}'",
                    option: option
                )
            }
            let body = rest[rest.index(start, offsetBy: 2)..<end]
            result += try referenced(body, option: option)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Where the next `${env:` or `${file:` starts; any other `${` is plain text.
    private static func firstReference(_ text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix("${env:") || text[index...].hasPrefix("${file:") { return index }
            index = text.index(after: index)
        }
        return nil
    }

    private static func referenced(_ body: Substring, option: String) throws(ConnectorError) -> String {
        guard body.hasPrefix("env:") else { return try content(of: String(body.dropFirst(5)), option: option) }
        var name = String(body.dropFirst(4))
        var fallback: String?
        if let mark = name.range(ofText: ":-") {
            fallback = String(name[mark.upperBound...])
            name = String(name[..<mark.lowerBound])
        }
        if let value = getenv(name) { return String(cString: value) }
        if let fallback { return fallback }
        throw ConnectorError(
            .user,
            "missingVariable",
            "option '\(option)' refers to the environment variable '\(name)', which is not set",
            option: option
        )
    }

    private static func unreadable(_ path: String, _ option: String) -> ConnectorError {
        let reason = String(cString: strerror(errno))
        return ConnectorError(
            .user,
            "missingFile",
            "option '\(option)' refers to the file '\(path)', which cannot be read: \(reason)",
            option: option
        )
    }

    private static func content(of path: String, option: String) throws(ConnectorError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, option) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, option) }
            if count == 0 { break }
            bytes += block[..<count]
        }
        if bytes.last == 0x0a { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// The first place where `text` occurs.
    fileprivate func range(ofText text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
