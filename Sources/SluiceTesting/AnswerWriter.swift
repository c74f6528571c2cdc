import Sluice
import SluiceColumns
import Synchronization

/// Collects what the statements of one script give, in the format of the conformance suite's `.out` files.
final class AnswerWriter: StatementOutput {
    private struct State {
        var lines: [String] = []
        var rows: [String] = []
        var renderer: RowText?
        var isFilling = false
    }
    private let state = Mutex(State())
    /// Starts the answer of statement `number`; `isFilling` where it is CREATE TABLE AS, for which the reference prints
    /// the number of rows that Flink's client gets, -1, in place of OK.
    func header(_ number: Int, _ statement: String, isFilling: Bool = false) {
        state.withLock { $0.isFilling = isFilling }
        let words = statement.split(whereSeparator: { " \n\t\r".contains($0) }).joined(separator: " ")
        // The reference counts UTF-16 units.
        let units = Array(words.utf16)
        let shown = units.count > 100 ? String(decoding: units.prefix(97), as: UTF16.self) + "..." : words
        append("-- [\(number)] \(shown)")
    }

    /// The statement failed; what it gave before stays.
    func failed(_ kind: String, _ message: String) {
        let oneLine = message.split(whereSeparator: \.isNewline).joined(separator: " | ")
        append("ERROR: \(kind): \(oneLine)")
    }

    /// Lines that a `print` sink wrote.
    func printed(_ lines: [String]) {
        state.withLock { $0.rows += lines.map(Self.spaced) }
        flushRows()
    }

    /// `+I[a]` and `id> +I[a]` as the suite writes them: `+I [a]`, `+I id> [a]`.
    ///
    /// With several shards the sink names its own before the row, as Flink does (`id:2> +I[a]`, `2> +I[a]`); the
    /// suite's answers come from one shard, so that number is left out.
    private static func spaced(_ line: String) -> String {
        for kind in ["+I[", "-U[", "+U[", "-D["] {
            if line.hasPrefix(kind) { return line.prefix(2) + " " + line.dropFirst(2) }
            guard let mark = line.firstRange(of: "> " + kind) else { continue }
            let row = line[line.index(mark, offsetBy: 4)...]
            let identifier = withoutShard(line[..<mark])
            return kind.prefix(2) + " " + (identifier.isEmpty ? "" : identifier + "> ") + row
        }
        return line
    }

    /// An identifier without the shard number that the sink has put behind it, or in its place.
    private static func withoutShard(_ identifier: Substring) -> Substring {
        let digits = identifier.reversed().prefix { $0.isNumber }.count
        if digits == 0 { return identifier }
        let rest = identifier.dropLast(digits)
        if rest.isEmpty { return rest }
        return rest.last == ":" ? rest.dropLast() : identifier
    }

    func done() throws { append(state.withLock { $0.isFilling } ? "-1" : "OK") }

    func text(_ lines: [String]) throws { for line in lines { append(line) } }

    func begin(_ result: QueryResult) throws {
        try state.withLock { state in
            state.renderer = try RowText(result.fields, timeZone: result.timeZone)
            state.lines.append("COLUMNS " + result.fields.map { "\($0.name) \($0.type)" }.joined(separator: ", "))
        }
    }

    func rows(_ batch: Batch) throws {
        state.withLock { state in
            guard var renderer = state.renderer else { return }
            for row in 0..<batch.rowCount {
                state.rows.append("\(batch.kind(row).shortText) \(renderer.jsonArray(batch, row: row))")
            }
            state.renderer = renderer
        }
    }

    func end() throws {
        let final = state.withLock { Self.folded($0.rows) }
        flushRows()
        append("FINAL \(final.count) rows")
        for row in final { append("= \(row)") }
    }

    /// Writes the changelog lines that are still held back.
    func flushRows() {
        state.withLock { state in
            state.lines += state.rows
            state.rows = []
        }
    }

    /// The changelog folded to a multiset, sorted.
    private static func folded(_ rows: [String]) -> [String] {
        var counts: [String: Int] = [:]
        for row in rows { counts[String(row.dropFirst(3)), default: 0] += row.hasPrefix("+") ? 1 : -1 }
        return counts.sorted { $0.key < $1.key }.flatMap { row, count in
            count < 0 ? ["(\(count)x) \(row)"] : Array(repeating: row, count: count)
        }
    }

    private func append(_ line: String) { state.withLock { $0.lines.append(line) } }

    /// The whole answer so far.
    var answer: String { state.withLock { $0.lines.joined(separator: "\n") + "\n" } }
}

extension String {
    /// Where `text` first occurs.
    fileprivate func firstRange(of text: String) -> Index? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index }
            index = self.index(after: index)
        }
        return nil
    }
}
