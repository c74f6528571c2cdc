import Sluice
import Synchronization

/// Collects what closures of a job get.
final class Collected<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    func append(_ element: Element) { state.withLock { $0.append(element) } }

    var all: [Element] { state.withLock { $0 } }
}

extension DataStream {
    /// Collects every change as text: `+I[a, 1]`.
    func collectText() throws -> Collected<String> {
        let rows = Collected<String>()
        try to { (kind: RowKind, row: Row) in
            rows.append("\(kind.shortText)[\(row.values.map(text).joined(separator: ", "))]")
        }
        return rows
    }
}

/// A value as the tests write it: texts plain, times in microseconds.
func text(_ value: Value) -> String {
    switch value {
    case .null: "NULL"
    case .boolean(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .wide(let number): "\(number)"
    case .float(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bytes: value.stringValue ?? ""
    case .array(let values): "[\(values.map(text).joined(separator: ", "))]"
    case .map(let keys, let values):
        "{\(zip(keys, values).map { "\(text($0))=\(text($1))" }.joined(separator: ", "))}"
    case .row(let values): "(\(values.map(text).joined(separator: ", ")))"
    }
}

/// A login of some client.
struct Login: StreamRow, Hashable {
    var client: String
    var failed: Bool
    var attempts: Int
    var at: Timestamp

    static let columns: [StreamColumn<Login>] = [
        .init("client", \.client), .init("failed", \.failed), .init("attempts", \.attempts), .init("at", \.at),
    ]

    init(_ client: String, failed: Bool, attempts: Int = 1, second: Int64) {
        self.client = client
        self.failed = failed
        self.attempts = attempts
        at = Timestamp(micros: second * 1_000_000)
    }

    init(_ row: Row) throws {
        client = try row["client"]
        failed = try row["failed"]
        attempts = try row["attempts"]
        at = try row["at"]
    }
}

/// A client and a number.
struct Tally: StreamRow, Hashable {
    var client: String
    var number: Int64

    static let columns: [StreamColumn<Tally>] = [.init("client", \.client), .init("number", \.number)]

    init(client: String, number: Int64) {
        self.client = client
        self.number = number
    }

    init(_ row: Row) throws {
        client = try row["client"]
        number = try row["number"]
    }
}

/// Five logins of two clients in the first 25 seconds.
let fiveLogins = [
    Login("a", failed: true, attempts: 3, second: 1), Login("b", failed: false, attempts: 1, second: 2),
    Login("a", failed: true, attempts: 5, second: 9), Login("a", failed: false, attempts: 2, second: 12),
    Login("b", failed: true, attempts: 7, second: 25),
]

/// A builder with the stream of `fiveLogins`, called `logins`.
func loginStream() throws -> (builder: StreamBuilder, logins: DataStream) {
    let builder = StreamBuilder()
    return (builder, try builder.source(rows: fiveLogins, rowtime: "at", name: "logins"))
}

/// The code of the `StreamError` that `body` throws.
func errorCode(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "none"
    } catch let error as StreamError {
        return error.code
    } catch {
        return "\(error)"
    }
}
