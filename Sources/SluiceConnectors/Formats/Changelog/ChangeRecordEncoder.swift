import SluiceColumns
import SluiceConnect

/// Writes each change of a row as a line of JSON in the envelope of a change-data-capture tool.
///
/// As in Flink a row that is added is an insert, whether it is new or the new form of one, and a row that is taken back
/// a delete.
final class ChangeRecordEncoder: RecordEncoder {
    private let rows: JSONRecordEncoder
    private let addition: ChangeFrame
    private let removal: ChangeFrame

    init(_ frames: ChangeFrames, schema: [TableColumn], rules: JSONEncodingRules) throws(ConnectorError) {
        rows = try JSONRecordEncoder(schema: schema, rules: rules)
        addition = frames.addition(leavesOutNulls: rules.leavesOutNulls)
        removal = frames.removal(leavesOutNulls: rules.leavesOutNulls)
    }

    func encode(_ batch: Batch, into output: inout TextBuffer) throws(ConnectorError) {
        for row in 0..<batch.rowCount {
            let frame = batch.kind(row).isAddition ? addition : removal
            output.append(frame.head)
            try rows.appendObject(batch.columns, row, to: &output)
            output.append(frame.tail)
        }
    }
}

/// What stands around a row in its line.
struct ChangeFrame: Sendable {
    var head: String
    var tail: String
}

/// What stands around added and removed rows in each of the formats.
enum ChangeFrames: Sendable {
    /// Two fields for the row, `before` and `after`, and one that says what has happened.
    case beforeAndAfter(changeField: String, insert: String, delete: String)
    /// The field `data` for the row, as a list or not, and `type`.
    case data(isList: Bool, insert: String, delete: String)

    func addition(leavesOutNulls: Bool) -> ChangeFrame {
        switch self {
        case .beforeAndAfter(let field, let insert, _):
            let before = leavesOutNulls ? "" : "\"before\":null,"
            return ChangeFrame(head: "{\(before)\"after\":", tail: ",\"\(field)\":\"\(insert)\"}\n")
        case .data(let isList, let insert, _): return Self.data(isList, insert)
        }
    }

    func removal(leavesOutNulls: Bool) -> ChangeFrame {
        switch self {
        case .beforeAndAfter(let field, _, let delete):
            let after = leavesOutNulls ? "" : ",\"after\":null"
            return ChangeFrame(head: "{\"before\":", tail: "\(after),\"\(field)\":\"\(delete)\"}\n")
        case .data(let isList, _, let delete): return Self.data(isList, delete)
        }
    }

    private static func data(_ isList: Bool, _ type: String) -> ChangeFrame {
        ChangeFrame(head: isList ? "{\"data\":[" : "{\"data\":", tail: "\(isList ? "]" : ""),\"type\":\"\(type)\"}\n")
    }
}
