import Glibc
import SluiceColumns
import SluiceKernels

/// Measures and checks expressions over the probe table.
struct FunctionBenchmark {
    private let rowCount: Int
    private var table: ProbeTable
    private let answers: ResultRecord
    /// What was computed, in the order of the cases.
    private(set) var checksums: [(sql: String, checksum: String)] = []

    /// Makes the probe table of `rowCount` rows; `answers` holds the checksums of results over as many.
    init(answers: ResultRecord, rowCount: Int = 4_096) throws {
        table = try ProbeTable(rowCount: rowCount)
        self.answers = answers
        self.rowCount = rowCount
    }

    /// CPU nanoseconds per row.
    ///
    /// - Throws: `BenchmarkError` where the result is not the one on record, or depends on the batch.
    mutating func measure(_ measured: FunctionCase, isChecked: Bool = true) throws -> Double {
        do {
            let measurement = try FunctionMeasurement(try table.expression(measured.sql))
            try measurement.checkRowWise(rowCount: rowCount)
            let checksum = ResultChecksum.of(try measurement.texts())
            checksums.append((measured.sql, checksum))
            if isChecked, let wanted = answers[measured.sql], wanted != checksum {
                throw BenchmarkError("the result's checksum is \(checksum), wanted \(wanted)")
            }
            if isChecked, answers[measured.sql] == nil { throw BenchmarkError("no checksum on record: \(checksum)") }
            return try measurement.nanosPerRow()
        } catch {
            throw BenchmarkError("\(measured.sql): \(error)")
        }
    }
}

/// The checksums of results on record: a line each, the checksum and the expression.
struct ResultRecord {
    private var checksums: [String: String] = [:]

    /// A record without entries.
    init() {}

    /// Reads the lines of a record.
    init(lines: [String]) {
        for line in lines {
            guard let space = line.firstIndex(of: " ") else { continue }
            checksums[String(line[line.index(after: space)...])] = String(line[..<space])
        }
    }

    /// The checksum of an expression's result.
    subscript(sql: String) -> String? {
        get { checksums[sql] }
        set { checksums[sql] = newValue }
    }

    /// The expressions on record.
    var expressions: Set<String> { Set(checksums.keys) }

    /// The lines of the record, in the order of the expressions given.
    func lines(_ expressions: [String]) -> [String] {
        expressions.compactMap { sql in checksums[sql].map { "\($0) \(sql)" } }
    }
}
