import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluicePlan
import SluiceRuntime
import SluiceState
import SluiceTesting
import Synchronization

/// Builds plans over `testFields` node by node.
struct TestPlan {
    private(set) var plan = PhysicalPlan(nodes: [])

    mutating func add(_ operation: PhysicalOperation, _ inputs: [PhysicalInput] = []) -> PhysicalInput {
        let id = plan.nodes.count
        plan.nodes.append(
            PhysicalNode(id: id, inputs: inputs, operation: operation, fields: testFields, mode: .insertOnly)
        )
        return PhysicalInput(id)
    }

    mutating func scan(_ table: MemoryScan, rowsPerSecond: Double? = nil) -> PhysicalInput {
        let columns = testFields.indices.map { ProjectedColumn(index: $0, type: testFields[$0].type) }
        return add(
            .scan(ScanOperation(tableName: "numbers", table: table, columns: columns, rowsPerSecond: rowsPerSecond))
        )
    }

    /// The watermark of a row is its time.
    mutating func watermark(_ input: PhysicalInput, idleTimeoutMillis: Int64? = nil) -> PhysicalInput {
        add(
            .watermark(
                WatermarkOperation(
                    timeColumn: 2,
                    expression: .column(2, testFields[2].type),
                    idleTimeoutMillis: idleTimeoutMillis
                )
            ),
            [input]
        )
    }

    /// A place for an operator of a test.
    mutating func slot(_ inputs: PhysicalInput...) -> PhysicalInput {
        add(inputs.count == 1 ? .calc(CalcOperation()) : .union, inputs)
    }

    mutating func union(_ inputs: PhysicalInput...) -> PhysicalInput { add(.union, inputs) }

    mutating func exchange(_ input: PhysicalInput, keys: [Int]? = [0]) -> PhysicalInput {
        add(.exchange(ExchangeOperation(keys.map { .keys($0) } ?? .single)), [input])
    }

    mutating func sink(
        _ input: PhysicalInput,
        _ log: SinkLog,
        notNullColumns: [Int] = [],
        dropsNulls: Bool = false
    ) {
        let operation = SinkOperation(
            tableName: "kept",
            table: MemorySink(log: log),
            notNullColumns: notNullColumns,
            dropsNulls: dropsNulls
        )
        _ = add(.sink(operation), [input])
    }

    mutating func sink(_ input: PhysicalInput, _ table: any SinkTable) {
        _ = add(.sink(SinkOperation(tableName: "kept", table: table)), [input])
    }

    mutating func collect(_ input: PhysicalInput) { _ = add(.collect, [input]) }
}

/// Runs a plan; operators of `slots` take the place of the nodes' own.
func run(
    _ plan: TestPlan,
    parallelism: Int = 1,
    batchRows: Int = 16,
    checkpointEveryRows: Int? = nil,
    bound: MailboxBound = MailboxBound(),
    clock: any RunClock = SystemRunClock(),
    memoryBytesMax: Int = .max,
    slots: [Int: @Sendable () -> any Operator] = [:],
    onResult: @escaping @Sendable (_ node: Int, _ batch: Batch) throws -> Void = { _, _ in }
) throws -> JobMetrics {
    let specification = JobSpecification(
        plan: plan.plan,
        parallelism: parallelism,
        batchRows: batchRows,
        checkpointEveryRows: checkpointEveryRows,
        context: EvaluationContext(clock: { clock.nowNanos() / 1_000 }),
        memoryBytesMax: memoryBytesMax,
        mailboxBound: bound,
        clock: clock,
        makeOperator: { node, fields, modes, context in
            if let make = slots[node.id] { return make() }
            return try OperatorFactory.make(node, inputFields: fields, inputModes: modes, context: context)
        }
    )
    return try Job(specification, onResult: onResult).run()
}

/// What an operator in a slot has seen, over all shards.
final class Recording: Sendable {
    struct Seen: Sendable {
        /// Rows with the watermark in force before each.
        var rows: [(row: TestRow, running: Int64?)] = []
        var watermarks: [Int64] = []
        /// Rows that had come when the barrier of each epoch did.
        var rowsAtEpoch: [Int64: Int] = [:]
        var epochs: [Int64] = []
        var finishCount = 0
    }

    private let shards = Mutex<[Seen]>([])

    /// What each instance has seen.
    var seen: [Seen] { shards.withLock { $0 } }

    func open() -> Int {
        shards.withLock {
            $0.append(Seen())
            return $0.count - 1
        }
    }

    func update(_ instance: Int, _ change: (inout Seen) -> Void) { shards.withLock { change(&$0[instance]) } }

    /// Makes the operators that record here.
    func maker() -> @Sendable () -> any Operator { { RecordingOperator(self) } }
}

/// Passes everything on and notes it.
private final class RecordingOperator: Operator {
    private let recording: Recording
    private let instance: Int

    init(_ recording: Recording) {
        self.recording = recording
        instance = recording.open()
    }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let rows = TestRow.rows(of: batch)
        recording.update(instance) { seen in
            for (index, row) in rows.enumerated() {
                seen.rows.append(
                    (row, batch.runningWatermarks.flatMap { $0.value(index).integerValue }.map { Int64($0) })
                )
            }
        }
        try output.emit(batch)
    }

    func advance(to watermark: Watermark, into output: borrowing Output) throws {
        recording.update(instance) { $0.watermarks.append(watermark.micros) }
        try output.advance(to: watermark)
    }

    func snapshot(at barrier: Barrier) throws {
        recording.update(instance) {
            $0.epochs.append(barrier.epoch)
            $0.rowsAtEpoch[barrier.epoch] = $0.rows.count
        }
    }

    func finish(into output: borrowing Output) throws { recording.update(instance) { $0.finishCount += 1 } }

    var stateTables: [StateTable] { [] }
}

/// Applies a function to every batch.
final class MappingOperator: Operator {
    private let transform: (Batch) -> [Batch]

    init(_ transform: @escaping (Batch) -> [Batch]) { self.transform = transform }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        for result in transform(batch) { try output.emit(result) }
    }

    var stateTables: [StateTable] { [] }
}

/// Puts the rows of key 3 aside.
final class SplittingOperator: Operator {
    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let rows = TestRow.rows(of: batch)
        try output.emit(TestRow.batch(rows.filter { $0.key != 3 }))
        try output.emitLate(TestRow.batch(rows.filter { $0.key == 3 }))
    }

    var stateTables: [StateTable] { [] }
}

/// Leaps to the deadline of each wait, so that nothing waits for real.
final class LeapingClock: RunClock {
    private let now = Mutex<Int64>(0)
    private let parks = Mutex<Int>(0)

    /// Waits that had a deadline.
    var parkCount: Int { parks.withLock { $0 } }

    func nowNanos() -> Int64 { now.withLock { $0 } }

    /// Lets time pass.
    func pass(nanos: Int64) { now.withLock { $0 += nanos } }

    func park(_ parker: Parker, untilNanos deadlineNanos: Int64?) {
        guard let deadlineNanos else { return parker.park(untilNanos: nil) }
        parks.withLock { $0 += 1 }
        now.withLock { $0 = max($0, deadlineNanos) }
    }
}
