import SluiceColumns

/// A form of text that falls apart into named fields: a log line, an event, a list of pairs.
package protocol LineForm: Sendable {
    /// The fields that every line of the form can have, with the types they have by themselves.
    var fields: [RowField] { get }
    /// Whether lines can have fields of any other name, too.
    var isOpen: Bool { get }
    /// The Java date patterns of its times, where they are not those of SQL.
    var timePatterns: [String] { get }
    /// Makes the parser of one kernel or reader.
    ///
    /// - Parameter names: the fields that are wanted.
    /// - Throws: where the form has no field of a name.
    func makeParser(for names: [String]) throws -> any LineParser
}

extension LineForm {
    /// The fields are those of `fields` alone.
    package var isOpen: Bool { false }
    /// Times are written as in SQL.
    package var timePatterns: [String] { [] }

    /// The places of `names` among the fields.
    ///
    /// - Throws: `FunctionError` for a name that is not among them.
    func places(of names: [String]) throws -> [Int] {
        try names.map { name in
            if let place = fields.firstIndex(where: { $0.name == name }) { return place }
            throw FunctionError(
                "no field '\(name)'",
                hint: "its fields are \(fields.map(\.name).joined(separator: ", "))"
            )
        }
    }
}

/// Takes lines apart, a column of them at a time.
///
/// Not `Sendable`: it belongs to one kernel or reader, and keeps what it compiled.
package protocol LineParser: AnyObject {
    /// The texts of the wanted fields, a column each, with the lines that could not be read.
    func texts(of lines: Column) -> ParsedLines
}

/// Takes one line apart; the rows of a column go through it in a loop made for its type.
protocol LineReader {
    /// Reads the fields of `line`, which come in empty.
    ///
    /// - Returns: what is wrong with the line; nil where nothing is.
    mutating func read(_ line: Span<UInt8>, into fields: inout LineFields) -> LineProblem?
}

/// What is wrong with a line.
enum LineProblem {
    case form(StaticString)
    case tooManySteps
    case tooLong

    var reason: String {
        switch self {
        case .form(let reason): "\(reason)"
        case .tooManySteps: "the pattern takes too many steps for the line"
        case .tooLong: "the line is longer than \(LineLimits.byteCountMax) bytes"
        }
    }
}

/// Bounds that keep any single line from holding up a job.
enum LineLimits {
    /// A longer line is not read.
    static let byteCountMax = 1 << 18
}

/// The loop over a column of lines.
final class LineLoop<Reader: LineReader>: LineParser {
    private var reader: Reader
    private var fields: LineFields
    private let fieldCount: Int

    init(_ reader: Reader, fieldCount: Int) {
        self.reader = reader
        self.fieldCount = fieldCount
        fields = LineFields(count: fieldCount)
    }

    func texts(of lines: Column) -> ParsedLines {
        let rowCount = lines.count
        let lines = lines.flattened()
        var texts = LineTexts(fieldCount: fieldCount, rowCount: rowCount)
        var failures: [LineFailure] = []
        let bytes = [lines]
        let spans = bytes.text(0)
        let views = bytes.views(0)
        for row in 0..<rowCount where !lines.isNull(row) {
            fields.clear()
            let line = spans[row]
            let problem = line.count > LineLimits.byteCountMax ? .tooLong : reader.read(line, into: &fields)
            if let problem {
                failures.append(
                    LineFailure(row: row, field: nil, reason: problem.reason, isLimit: problem.isLimit)
                )
            } else {
                texts.store(fields, of: views[row], row: row)
            }
        }
        return ParsedLines(columns: texts.finish(sharing: lines.arenas), failures: failures)
    }
}

extension LineProblem {
    /// Whether the line was given up, rather than found to be of another form.
    var isLimit: Bool {
        switch self {
        case .form: false
        case .tooManySteps, .tooLong: true
        }
    }
}
