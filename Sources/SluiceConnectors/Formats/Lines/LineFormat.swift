import SluiceColumns
import SluiceConnect
import SluiceKernels

/// What becomes of a line that cannot be read, or a field whose value does not fit its column.
enum LineErrorRule: String {
    /// The job ends, with the line and the byte.
    case fail
    /// The line is left out.
    case skip
    /// What cannot be read is NULL; the metadata column `value.error` says why.
    case null
}

/// A format of lines that fall apart into named fields, with its options read.
struct LineDecoding: DecodingFormat {
    /// The name of the format.
    let name: String
    /// How lines fall apart.
    let form: any LineForm
    /// What becomes of bad lines.
    let errorRule: LineErrorRule
    /// Java's date patterns for timestamps; those of the form where there are none.
    let timePatterns: [String]

    /// Why a line or one of its fields could not be read, NULL where all could.
    static let errorKey = "error"
    /// The line as it stands.
    static let lineKey = "line"

    var metadata: [(key: String, type: DataType)] {
        [(key: Self.errorKey, type: DataType(.string)), (key: Self.lineKey, type: DataType(.string))]
    }

    func makeDecoder(schema: [TableColumn], columns: [ProjectedColumn]) throws -> any RecordDecoder {
        try LineRecordDecoder(self, schema: schema, columns: columns)
    }

    /// The fields for these columns.
    ///
    /// - Throws: `unsupportedSchema` where a column is no field of the form.
    func table(_ columns: [TableColumn]) throws -> LineTable {
        for column in columns where !form.isOpen {
            if form.fields.contains(where: { $0.name == column.name }) { continue }
            throw ConnectorError(
                .user,
                "unsupportedSchema",
                "the \(name) format gives no field '\(column.name)'; its fields are "
                    + form.fields.map(\.name).joined(separator: ", ")
            )
        }
        do {
            let wanted = columns.map { LineTable.Wanted($0.name, $0.type) }
            return try LineTable(form, wanted, timePatterns: timePatterns)
        } catch let error as FunctionError {
            throw ConnectorError(.user, "unsupportedSchema", "the \(name) format: \(error.message)")
        }
    }
}

extension LineDecoding {
    /// The options that all formats of lines have.
    static func sharedOptions(_ name: String) -> [OptionDescriptor] {
        [
            OptionDescriptor(
                "\(name).on-error",
                "fail|skip|null",
                default: "fail",
                "What becomes of a line that has another form, or a value that does not fit its column: the job fails, "
                    + "the line is left out, or what cannot be read is NULL and the metadata 'value.error' says why."
            ),
            OptionDescriptor(
                "\(name).timestamp-format",
                "string",
                "Java's date patterns for columns of timestamps, tried in order, with ';' between them."
            ),
        ]
    }

    /// A format whose form the options describe.
    static func descriptor(
        _ name: String,
        _ summary: String,
        _ options: [OptionDescriptor] = [],
        _ form: @escaping @Sendable (_ options: inout OptionReader) throws -> any LineForm
    ) -> FormatDescriptor {
        FormatDescriptor(
            name: name,
            summary: summary,
            options: options + sharedOptions(name),
            makeDecoding: { reader in
                let rule = try reader.choice("\(name).on-error", ["fail", "skip", "null"]) ?? "fail"
                let patterns = reader.string("\(name).timestamp-format") ?? ""
                let timePatterns = patterns.split(separator: ";").map(String.init)
                for pattern in timePatterns { try check(pattern, "\(name).timestamp-format") }
                return LineDecoding(
                    name: name,
                    form: try form(&reader),
                    errorRule: LineErrorRule(rawValue: rule) ?? .fail,
                    timePatterns: timePatterns
                )
            }
        )
    }

    private static func check(_ pattern: String, _ option: String) throws(ConnectorError) {
        do {
            _ = try DatePattern(pattern, dialect: .dateTimeFormatter)
        } catch {
            throw ConnectorError(.user, "badOption", "'\(option)': \(error.description)", option: option)
        }
    }
}
