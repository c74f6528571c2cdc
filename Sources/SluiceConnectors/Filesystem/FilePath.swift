import SluiceConnect

/// The `path` option of a file table: a file, a directory or a pattern.
struct FilePath: Sendable, Hashable {
    /// Without a scheme, without a slash at its end.
    let text: String

    /// Takes a plain path or a `file:` URL.
    init(option: String) throws(ConnectorError) {
        var path = option
        if path.hasPrefix("file://") {
            path = String(path.dropFirst(7))
        } else if path.hasPrefix("file:") {
            path = String(path.dropFirst(5))
        } else if let scheme = option.range(of: "://") {
            throw ConnectorError(
                .user,
                "unsupportedScheme",
                "only file:// paths are supported, not \(option[..<scheme.upperBound])",
                option: "path"
            )
        }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path.isEmpty { throw ConnectorError(.user, "badOption", "the option 'path' is empty", option: "path") }
        text = path
    }

    /// Whether the path holds `*`, `?`, `[` or `{`.
    var isPattern: Bool { text.contains { "*?[{".contains($0) } }
}

extension String {
    /// The range of the first `part`.
    func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
