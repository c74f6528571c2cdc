import Glibc

/// Where messages for people go.
enum StandardError {
    /// Whether it is a terminal that shows colours.
    static let showsColours =
        isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil
        && getenv("TERM").map { strcmp($0, "dumb") != 0 } ?? false

    /// Writes a text and a line break; nothing where the text is empty.
    static func print(_ text: String) {
        if !text.isEmpty { write(text + "\n") }
    }

    /// Writes a text as it stands.
    ///
    /// What cannot be written is lost: there is nobody left to tell.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            let count = Glibc.write(STDERR_FILENO, bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
    }
}
