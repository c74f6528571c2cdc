import Sluice
import SluiceTesting
import Testing

/// A row of two numbers, either of which can be missing.
struct NumberPair: StreamRow, Hashable {
    var a: Int32?
    var b: Int32?

    static let columns: [StreamColumn<NumberPair>] = [.init("a", \.a), .init("b", \.b)]

    init(a: Int32?, b: Int32?) {
        self.a = a
        self.b = b
    }

    init(_ row: Row) throws {
        a = try row["a"]
        b = try row["b"]
    }
}

extension [NumberPair] {
    /// Pairs of small numbers and NULLs, so that most of them meet others.
    static func random(count: Int, using numbers: inout SeededRandom) -> [NumberPair] {
        func number() -> Int32? {
            let number = Int32.random(in: -1...4, using: &numbers)
            return number < 0 ? nil : number
        }
        return (0..<count).map { _ in NumberPair(a: number(), b: number()) }
    }

    /// The greatest `b` of each `a`: what `SELECT a, MAX(b) AS b ... GROUP BY a` gives.
    var greatest: [NumberPair] {
        Dictionary(grouping: self, by: \.a).map { key, rows in NumberPair(a: key, b: rows.compactMap(\.b).max()) }
    }
}

/// The settings under which a query must give the same rows.
struct RunSetting: CustomTestStringConvertible, Sendable {
    var batchRows: Int
    var parallelism: Int

    var testDescription: String { "batches of \(batchRows), \(parallelism) shards" }

    static let all = [
        RunSetting(batchRows: 4_096, parallelism: 1), RunSetting(batchRows: 1, parallelism: 1),
        RunSetting(batchRows: 3, parallelism: 4),
    ]
}

/// Runs queries over two tables of pairs, `l` and `r`.
struct PairQueries {
    var left: [NumberPair]
    var right: [NumberPair]

    /// Random tables of up to `countMax` rows.
    init(seed: UInt64, countMax: Int) {
        var numbers = SeededRandom(seed)
        left = .random(count: Int.random(in: 0...countMax, using: &numbers), using: &numbers)
        right = .random(count: Int.random(in: 0...countMax, using: &numbers), using: &numbers)
    }

    /// The plan of the query after `settings`, SET statements.
    func plan(_ query: String, settings: String) throws -> String {
        let builder = StreamBuilder()
        try builder.execute(settings)
        _ = try builder.source(rows: left, name: "l")
        _ = try builder.source(rows: right, name: "r")
        return try builder.execute("EXPLAIN \(query)").joined(separator: "\n")
    }

    /// The rows that the query's changes leave, as text without their kind, sorted.
    ///
    /// - Parameter settings: SET statements that come before it.
    func rows(_ query: String, _ setting: RunSetting, settings: String = "") throws -> [String] {
        let builder = StreamBuilder()
        try builder.execute(settings)
        builder.batchRows = setting.batchRows
        builder.parallelism = setting.parallelism
        _ = try builder.source(rows: left, name: "l")
        _ = try builder.source(rows: right, name: "r")
        let changes = try builder.sql(query).collectText()
        try builder.start()
        var counts: [String: Int] = [:]
        for change in changes.all { counts[String(change.dropFirst(2)), default: 0] += change.first == "+" ? 1 : -1 }
        #expect(counts.values.allSatisfy { $0 >= 0 }, "\(query) takes back rows that are not there")
        return counts.flatMap { Array(repeating: $0.key, count: max(0, $0.value)) }.sorted()
    }
}

/// A value of a model as a row's text has it.
func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "NULL" }
