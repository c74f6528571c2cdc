/// Lists of names with what they mean.
enum TextColumns {
    private static let nameWidth = 36
    private static let lineWidth = 120

    /// A name and its meaning, indented; a long name stands on a line of its own, a long meaning is wrapped.
    static func entry(_ name: String, _ meaning: String) -> [String] {
        let wrapped = wrap(meaning, width: lineWidth - nameWidth - 4)
        let indent = String(repeating: " ", count: nameWidth + 4)
        let isShort = name.count <= nameWidth
        let padding = String(repeating: " ", count: max(0, nameWidth - name.count))
        if isShort, let first = wrapped.first {
            return ["  \(name)\(padding)  \(first)"] + wrapped.dropFirst().map { indent + $0 }
        }
        return ["  \(name)"] + wrapped.map { indent + $0 }
    }

    private static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
