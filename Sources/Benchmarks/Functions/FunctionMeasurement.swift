import Glibc
import SluiceColumns
import SluiceKernels

/// One expression compiled over the probe table.
struct FunctionMeasurement {
    private let expression: ProbeTable.Expression
    private let evaluator: ExpressionEvaluator

    init(_ expression: ProbeTable.Expression) throws {
        self.expression = expression
        evaluator = try ExpressionEvaluator([expression.bound], context: ProbeTable.context)
    }

    /// The functions that are called.
    var functions: Set<String> { Self.functions(expression.bound) }

    private static func functions(_ expression: ScalarExpression) -> Set<String> {
        var names = expression.children.reduce(into: Set<String>()) { $0.formUnion(functions($1)) }
        if case .call(let call) = expression { names.insert(call.function.name) }
        return names
    }

    /// CPU nanoseconds per row: the median of `sampleCount` samples, each of enough batches to last `sampleNanos`.
    func nanosPerRow(sampleCount: Int = 7, sampleNanos: Int64 = 2_000_000) throws -> Double {
        var batchCount = 1
        while try cpuNanos(batchCount) < sampleNanos { batchCount *= 2 }
        var samples: [Int64] = []
        for _ in 0..<sampleCount { samples.append(try cpuNanos(batchCount)) }
        return Double(samples.sorted()[sampleCount / 2]) / Double(batchCount * expression.batch.rowCount)
    }

    private func cpuNanos(_ batchCount: Int) throws -> Int64 {
        let start = Self.threadNanos()
        for _ in 0..<batchCount { _ = try evaluator.evaluateOne(0, expression.batch) }
        return Self.threadNanos() - start
    }

    private static func threadNanos() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The rows of the result, as CAST to STRING shows them; nil is NULL.
    func texts() throws -> [String?] {
        // Compiled anew, so that random values begin at their seed.
        let fresh = try ExpressionEvaluator([expression.bound], context: ProbeTable.context)
        let column = try fresh.evaluateOne(0, expression.batch)
        let renderer = try TextRenderer(column.type.logical, timeZone: ProbeTable.context.timeZone, as: .printed)
        var buffer = TextBuffer()
        return (0..<column.count).map { row in
            if column.isNull(row) { return nil }
            buffer.removeAll()
            renderer.append(column, column.isConstant ? 0 : row, to: &buffer)
            return buffer.text
        }
    }

    /// Checks `rowCount` rows against the same expression over a batch of that row alone, whose columns are constants.
    ///
    /// Says nothing about functions that give each row another value.
    func checkRowWise(rowCount: Int) throws {
        guard expression.bound.isDeterministic else { return }
        let batch = expression.batch
        let whole = try evaluator.evaluateOne(0, batch)
        for row in 0..<min(rowCount, batch.rowCount) {
            let constants = batch.columns.map { Column.constant($0.value(row), $0.type, count: 1) }
            let alone = try evaluator.evaluateOne(0, Batch(columns: constants, rowCount: 1)).value(0)
            if !Self.isSame(alone, whole.value(row)) {
                throw BenchmarkError("row \(row) is \(whole.value(row)) in the batch and \(alone) alone")
            }
        }
    }

    /// Whether two values are the same; a NaN is the same as another.
    private static func isSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.double(let left), .double(let right)): left == right || left.isNaN && right.isNaN
        case (.float(let left), .float(let right)): left == right || left.isNaN && right.isNaN
        default: left == right
        }
    }
}

/// A hash of the texts of a result, the same on every machine (FNV-1a).
enum ResultChecksum {
    static func of(_ texts: [String?]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in texts {
            for byte in text.map({ Array($0.utf8) }) ?? [0xFF] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xFE) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
