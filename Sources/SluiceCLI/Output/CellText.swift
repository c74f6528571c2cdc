/// Values as cells of a table on a terminal.
enum CellText {
    /// The text on one line: control characters, which would move the cursor or worse, are written as escapes; what is
    /// wider than `widthMax` ends in `...`.
    static func shown(_ text: String, widthMax: Int?) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
        if isPlain, text.utf8.count <= widthMax ?? .max { return text }
        let safe = isPlain ? text : escaped(text)
        guard let widthMax, width(safe) > widthMax else { return safe }
        var result = ""
        var room = max(widthMax - 3, 0)
        for character in safe {
            room -= width(character)
            if room < 0 { break }
            result.append(character)
        }
        return result + "..."
    }

    /// Columns of a terminal that the text takes.
    static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    /// Two columns for East Asian characters and pictures, one for all others.
    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff,
            0x20000...0x3fffd:
            return 2
        case 0x300...0x36f, 0x200b...0x200f, 0xfe00...0xfe0f: return 0
        default: return 1
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a: result += "\\n"
            case 0x0d: result += "\\r"
            case 0x09: result += "\\t"
            case 0..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
