import Sluice
import SluiceColumns
import SluiceRuntime

/// Prints rows as an aligned table, in memory that does not grow with the result.
///
/// The first rows are held back to find the widths of the columns; a later value that is wider pushes its row to the
/// right. Rows that come slowly are not held back.
final class TableWriter: RowWriter {
    /// Rows held back at most.
    private static let sampleRowCount = 1_000
    /// How long rows are held back at most, seen when the next ones come.
    private static let holdNanos: Int64 = 500_000_000

    private let output: StandardOutput
    private let headers: [String]
    private let isNumeric: [Bool]
    private let widthMax: [Int?]
    private let showsKinds: Bool
    private let holdsRows: Bool
    private var renderer: RowText
    private var held: [[String]] = []
    private var firstNanos: Int64 = 0
    private var widths: [Int]?
    private var rowCount = 0

    /// Makes a writer of the rows of `result`.
    init(_ result: QueryResult, to output: StandardOutput) throws {
        self.output = output
        showsKinds = result.operationColumn != nil
        holdsRows = result.isPrompt
        renderer = try RowText(result.fields, timeZone: result.timeZone)
        let kind = [result.operationColumn].compactMap(\.self)
        headers = kind + result.fields.map { CellText.shown($0.name, widthMax: nil) }
        isNumeric = kind.map { _ in false } + result.fields.map { $0.type.logical.isShownAsNumber }
        widthMax =
            kind.map { _ in nil }
            + result.fields.map { field in
                field.type.logical.hasFixedWidth ? nil : result.columnWidthMax
            }
    }

    func write(_ batch: Batch) throws {
        if batch.rowCount == 0 { return }
        rowCount += batch.rowCount
        let rows = (0..<batch.rowCount).map { cells(batch, row: $0) }
        if widths != nil { return try print(rows) }
        let now = SystemRunClock().nowNanos()
        if held.isEmpty { firstNanos = now }
        held += rows
        if !holdsRows || held.count >= Self.sampleRowCount || now - firstNanos > Self.holdNanos { try printHeld() }
    }

    func finish() throws {
        if widths == nil { try printHeld() }
        let unit = showsKinds ? (rowCount == 1 ? "change" : "changes") : (rowCount == 1 ? "row" : "rows")
        try output.write("\(rule)\n\(rowCount) \(unit)\n")
    }

    func abandon() throws {
        if !held.isEmpty { try printHeld() }
    }

    private func cells(_ batch: Batch, row: Int) -> [String] {
        var cells = showsKinds ? [batch.kind(row).shortText] : []
        for (field, column) in batch.columns.enumerated() {
            let text = renderer.text(column, row: row, field: field) ?? "NULL"
            cells.append(CellText.shown(text, widthMax: widthMax[cells.count]))
        }
        return cells
    }

    /// Fixes the widths, and prints the head and the rows held back.
    private func printHeld() throws {
        widths = headers.indices.map { column in
            held.reduce(CellText.width(headers[column])) { max($0, CellText.width($1[column])) }
        }
        try output.write("\(rule)\n\(line(headers, alignsNumbers: false))\n\(rule)\n")
        let rows = held
        held = []
        try print(rows)
    }

    private func print(_ rows: [[String]]) throws {
        var lines: [UInt8] = []
        for row in rows {
            lines += line(row, alignsNumbers: true).utf8
            lines.append(UInt8(ascii: "\n"))
        }
        try output.write(lines)
    }

    private var rule: String {
        "+" + (widths ?? []).map { String(repeating: "-", count: $0 + 2) }.joined(separator: "+") + "+"
    }

    private func line(_ cells: [String], alignsNumbers: Bool) -> String {
        var line = "|"
        for (column, cell) in cells.enumerated() {
            let width = widths?[column] ?? 0
            let padding = String(repeating: " ", count: max(0, width - CellText.width(cell)))
            line += alignsNumbers && isNumeric[column] ? " \(padding)\(cell) |" : " \(cell)\(padding) |"
        }
        return line
    }
}

extension LogicalType {
    /// Whether its values are printed at the right.
    fileprivate var isShownAsNumber: Bool {
        switch self {
        case .tinyint, .smallint, .int, .bigint, .float, .double, .decimal: true
        default: false
        }
    }

    /// Whether its texts have a bound of their own, so that none is cut.
    fileprivate var hasFixedWidth: Bool {
        switch self {
        case .char, .varchar, .binary, .varbinary, .array, .map, .multiset, .row, .structured, .raw, .variant,
            .bitmap:
            false
        default: true
        }
    }
}
