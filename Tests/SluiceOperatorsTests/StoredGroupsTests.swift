import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// A GROUP BY that is stopped and started again gives what one that went on gives, for every aggregate function.
@Suite struct StoredGroupsTests {
    /// Two keys, a filter, and a column of every kind that aggregates take.
    static let types: [DataType] = [
        DataType(.bigint), DataType(.string), DataType(.boolean), DataType(.tinyint), DataType(.smallint),
        DataType(.int), DataType(.bigint), DataType(.float), DataType(.double),
        DataType(.decimal(precision: 9, scale: 2)), DataType(.decimal(precision: 30, scale: 4)), DataType(.string),
        DataType(.bytes), DataType(.date), DataType(.timestamp(3)), DataType(.array(DataType(.int))),
        DataType(.row([RowField("a", DataType(.int)), RowField("b", DataType(.string))])), DataType(.bitmap),
    ]
    private static let firstArgument = 2
    private static let numbers = 3...10
    private static let bigint = 6
    private static let text = 11

    private static func value(_ type: DataType, _ random: inout SeededRandom) -> Value {
        if random.once(in: 6) { return .null }
        let number = random.number(-3...3)
        switch type.logical {
        case .boolean: return .boolean(number > 0)
        case .float: return .float(number == 3 ? .nan : Float(number) / 2)
        case .double: return .double(number == 3 ? .nan : Double(number) / 2)
        case .decimal(let precision, _): return precision > 18 ? .wide(Int128(number) << 66) : .integer(number * 101)
        case .varchar, .varbinary:
            return .string(number < 0 ? "a text that is longer than a view \(number)" : "t\(number)")
        case .bitmap: return .bytes(bitmap(of: UInt8(number + 4)))
        case .array: return .array([.integer(number), .null])
        case .row: return .row([.integer(number), .string("r\(number)")])
        default: return .integer(number)
        }
    }

    /// A set of one or two integers in the portable form of RoaringBitmap: a container without runs.
    private static func bitmap(of member: UInt8) -> [UInt8] {
        let members = member % 2 == 0 ? [member] : [member, member + 2]
        let head = [0x3a, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, UInt8(members.count - 1), 0, 16, 0, 0, 0] as [UInt8]
        return head + members.flatMap { [$0, 0] }
    }

    /// Rows of few groups; some take back what came before.
    private static func rows(_ random: inout SeededRandom, count: Int, isRetractable: Bool) -> [ChangeRow] {
        var live: [[Value]] = []
        return (0..<count).map { _ in
            if isRetractable, !live.isEmpty, Int.random(in: 0..<100, using: &random) < 47 {
                return ChangeRow(live.remove(at: Int.random(in: live.indices, using: &random)), .delete)
            }
            var values = types.map { value($0, &random) }
            values[0] = random.once(in: 7) ? .null : .integer(random.number(0...4))
            live.append(values)
            return ChangeRow(values)
        }
    }

    /// A call of `function` for each list of arguments that it takes.
    private static func calls(_ function: AggregateFunction) throws -> [AggregateCall] {
        var calls: [AggregateCall] = []
        func add(_ arguments: [Int], _ literals: [Value?], types: [DataType], distinct: Bool = false) {
            let infos = zip(types, literals).map { ArgumentInfo($0, literal: $1) }
            guard let signature = try? function.resolve(infos, false), signature.arguments == types else { return }
            calls.append(
                AggregateCall(
                    function: function,
                    arguments: arguments,
                    argumentTypes: signature.arguments,
                    literals: literals,
                    isDistinct: distinct,
                    resultType: signature.result.nullable(true)
                )
            )
        }
        let all = Array(types.indices.dropFirst(firstArgument))
        switch function.name {
        case "JSON_ARRAYAGG":
            for flag in ["NULL", "ABSENT"] {
                for column in all {
                    add([column, column], [.string(flag), nil], types: [DataType(.string), types[column]])
                }
            }
        case "JSON_OBJECTAGG": break
        case "PERCENTILE":
            for column in numbers {
                add([column, column], [nil, .double(0.3)], types: [types[column], .notNull(.double)])
            }
        default:
            if function.name == "COUNT" { add([], [], types: []) }
            for column in all {
                add([column], [nil], types: [types[column]])
                if function.name != "SINGLE_VALUE" { add([column], [nil], types: [types[column]], distinct: true) }
            }
        }
        return calls
    }

    /// Runs the same steps with and without interruptions, and compares what comes after each.
    private static func compare(
        _ operation: GroupAggregateOperation,
        _ rows: [ChangeRow],
        _ random: inout SeededRandom,
        _ comment: String
    ) throws {
        let keyTypes = operation.keys.map { types[$0] }
        let make = { try GroupAggregateOperator(operation, keyTypes: keyTypes, context: Fixture.context) }
        let whole = try StoredRun(types, keys: operation.keys, shardCount: 1, make: make)
        let eviction = EvictionPolicy(byteCountMax: .max, evictsAlways: random.once(in: 2))
        let broken = try StoredRun(types, keys: operation.keys, shardCount: 2, eviction: eviction, make: make)
        var start = 0
        while start < rows.count {
            let end = min(rows.count, start + Int.random(in: 1...25, using: &random))
            try whole.feed(.rows(Array(rows[start..<end])))
            try broken.feed(.rows(Array(rows[start..<end])))
            start = end
            // As text, because NaN is not equal to itself.
            let (expected, actual) = (whole.output.rows.map { "\($0)" }, broken.output.rows.map { "\($0)" })
            try #require(expected.sorted() == actual.sorted(), "\(comment), rows ..<\(end)")
            whole.output.clear()
            broken.output.clear()
            guard random.once(in: 2) else { continue }
            try broken.save()
            if random.once(in: 2) { try broken.restart(shardCount: Int.random(in: 1...3, using: &random)) }
        }
    }

    /// Without checkpoints all groups leave memory after each batch, and nothing is different.
    @Test(arguments: [false, true])
    func everyAggregateComesBackFromTheSpill(isRetractable: Bool) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        let rows = Self.rows(&random, count: 150, isRetractable: isRetractable)
        var spillingCount = 0
        for function in FunctionCatalogue.builtins.allAggregates where function.name != "SINGLE_VALUE" {
            let calls = try Self.calls(function).filter { !$0.isDistinct }
            let operation = GroupAggregateOperation(
                keys: [0],
                aggregates: calls,
                consumesRetractions: isRetractable,
                emitsUpdateBefore: true
            )
            let make = { try GroupAggregateOperator(operation, keyTypes: [Self.types[0]], context: Fixture.context) }
            let (whole, spilling) = (try make(), try make())
            guard spilling.canSpill else { continue }
            spillingCount += 1
            let spill = StateSpill(
                MemoryStorage(),
                owner: 3,
                tables: spilling.stateTables,
                shardIndex: 0,
                eviction: EvictionPolicy(byteCountMax: .max, evictsAlways: true)
            )
            spilling.spill(into: spill)
            let (expected, actual) = (Collector(), Collector())
            var start = 0
            while start < rows.count {
                let end = min(rows.count, start + Int.random(in: 1...9, using: &random))
                let batch = Batch.of(Array(rows[start..<end]), Self.types)
                try whole.process(batch, from: 0, into: Output(main: expected))
                try spilling.process(batch, from: 0, into: Output(main: actual))
                start = end
            }
            #expect(expected.rows.map { "\($0)" } == actual.rows.map { "\($0)" }, "seed \(seed), \(function.name)")
            let counters = try #require(spilling.counters.cold)
            #expect(counters.evictions > 0 && counters.found > 0)
            // What was taken back to the last row is not kept there.
            var stored = 0
            try spill.reader.forEachChunk(of: 0) { _, _, rowCount in stored += rowCount }
            #expect(stored <= 6)
        }
        #expect(spillingCount > 4)
    }

    @Test(arguments: [false, true])
    func everyAggregateGoesOnWhereItStood(isRetractable: Bool) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        let rows = Self.rows(&random, count: 150, isRetractable: isRetractable)
        for function in FunctionCatalogue.builtins.allAggregates {
            let calls = try Self.calls(function)
            #expect(!calls.isEmpty || function.name == "JSON_OBJECTAGG", "no call of \(function.name)")
            // Several at a time, so that tables and columns of one are not taken for those of another.
            for start in stride(from: 0, to: calls.count, by: 5) {
                let some = Array(calls[start..<min(start + 5, calls.count)])
                let operation = GroupAggregateOperation(
                    keys: [0],
                    aggregates: some,
                    consumesRetractions: isRetractable,
                    emitsUpdateBefore: true
                )
                let comment = "seed \(seed), \(function.name) of \(some.map(\.argumentTypes))"
                let fed = function.name == "SINGLE_VALUE" ? Self.single(rows) : rows
                do {
                    try Self.compare(operation, fed, &random, comment)
                } catch {
                    Issue.record("\(comment): \(error)")
                }
            }
        }
    }

    /// Rows of groups that have one row at most at any time.
    private static func single(_ rows: [ChangeRow]) -> [ChangeRow] {
        var held: [Value: [Value]] = [:]
        return rows.filter { row in
            let key = row.values[0]
            if row.kind == .insert, held[key] == nil {
                held[key] = row.values
                return true
            }
            guard row.kind == .delete, held[key] == row.values else { return false }
            held[key] = nil
            return true
        }
    }

    /// JSON_OBJECTAGG wants keys that are not NULL and each at most once.
    @Test(arguments: [false, true])
    func objectsGoOnWhereTheyStood(isRetractable: Bool) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        var rows = Self.rows(&random, count: 150, isRetractable: false)
        for index in rows.indices { rows[index].values[Self.text] = .string("k\(index)") }
        if isRetractable {
            for index in stride(from: 3, to: 140, by: 4) { rows[index] = ChangeRow(rows[index - 3].values, .delete) }
        }
        guard let function = FunctionCatalogue.builtins.aggregate("JSON_OBJECTAGG") else { return }
        let types = [DataType(.string), Self.types[Self.text], Self.types[Self.bigint]]
        let call = AggregateCall(
            function: function,
            arguments: [Self.text, Self.text, Self.bigint],
            argumentTypes: types,
            literals: [.string("NULL"), nil, nil],
            resultType: DataType(.string)
        )
        let operation = GroupAggregateOperation(
            keys: [0],
            aggregates: [call],
            consumesRetractions: isRetractable,
            emitsUpdateBefore: true
        )
        try Self.compare(operation, rows, &random, "seed \(seed)")
    }

    /// No keys, one, two; a filter; DISTINCT values that calls share.
    @Test(arguments: [[], [0], [1], [0, 1]], [false, true])
    func keysOfAllKinds(keys: [Int], isRetractable: Bool) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        let rows = Self.rows(&random, count: 400, isRetractable: isRetractable)
        let types = Self.types
        let operation = GroupAggregateOperation(
            keys: keys,
            aggregates: [
                try Fixture.call("COUNT", [], types), try Fixture.call("SUM", [6], types, filter: 2, distinct: true),
                try Fixture.call("COUNT", [6], types, filter: 2, distinct: true),
                try Fixture.call("MAX", [11], types), try Fixture.call("LISTAGG", [11], types, filter: 2),
            ],
            consumesRetractions: isRetractable,
            emitsUpdateBefore: true
        )
        try Self.compare(operation, rows, &random, "seed \(seed)")
    }

    /// An epoch writes the groups that it touched, and what is gone leaves nothing behind.
    @Test func onlyWhatHasChangedIsWritten() throws {
        let types = [DataType(.bigint), DataType(.string)]
        let operation = GroupAggregateOperation(
            keys: [0],
            aggregates: [
                try Fixture.call("COUNT", [1], types, distinct: true), try Fixture.call("LISTAGG", [1], types),
                try Fixture.call("MIN", [1], types),
            ],
            consumesRetractions: true,
            emitsUpdateBefore: true
        )
        let stage = try GroupAggregateOperator(operation, keyTypes: [types[0]], context: Fixture.context)
        let tables = stage.stateTables
        try stage.restore(from: StateReader(MemoryStorage(), owner: 1, tables: tables, keyGroups: 0..<128))
        func row(_ key: Int64, _ text: String, _ kind: RowKind = .insert) -> ChangeRow {
            ChangeRow([.integer(key), .string(text)], kind)
        }
        func changes(_ rows: [ChangeRow]) throws -> (puts: Int, removals: Int, drops: Int) {
            if !rows.isEmpty { try stage.process(Batch.of(rows, types), from: 0, into: Output(main: Collector())) }
            let saved = EpochChanges()
            try stage.save(into: StateSnapshot(owner: 1, tables: tables, shardIndex: 0, changes: saved))
            var (puts, removals) = (0, 0)
            saved.encode().forEach { _, value in if value == nil { removals += 1 } else { puts += 1 } }
            return (puts, removals, saved.dropped.count)
        }
        // A row of the group, and an element for each of the three calls and values.
        #expect(try changes((0..<10).map { row($0, "a") }) == (40, 0, 0))
        #expect(try changes([]) == (0, 0, 0))
        #expect(try changes([row(3, "b")]) == (4, 0, 0))
        #expect(try changes([row(3, "a", .delete)]) == (1, 3, 0))
        #expect(try changes([row(3, "b", .delete)]) == (0, 1, 3))
        // What comes and goes between two barriers is never written.
        #expect(try changes([row(77, "a"), row(77, "a", .delete)]) == (0, 0, 0))
        // A group that goes and comes back begins anew; that the value it had is gone is said once more.
        #expect(try changes([row(4, "a", .delete)]) == (0, 1, 3))
        try stage.process(Batch.of([row(5, "a", .delete)], types), from: 0, into: Output(main: Collector()))
        #expect(try changes([row(5, "c")]) == (4, 1, 3))
    }

    /// The time to live goes on over a restart.
    @Test func timeToLiveGoesOn() throws {
        let types = [DataType(.bigint), DataType(.string)]
        let clock = ManualClock()
        var operation = GroupAggregateOperation(
            keys: [0],
            aggregates: [try Fixture.call("COUNT", [], types), try Fixture.call("LISTAGG", [1], types)],
            consumesRetractions: false,
            emitsUpdateBefore: false
        )
        operation.stateTTLMillis = 100
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let run = try StoredRun(types, keys: [0], shardCount: 1) {
            try GroupAggregateOperator(operation, keyTypes: [types[0]], context: context)
        }
        func counts(_ keys: [Int64], atMillis millis: Int64) throws -> [[Value]] {
            clock.micros.store(millis * 1_000, ordering: .relaxed)
            run.output.clear()
            try run.feed(.rows(keys.map { ChangeRow([.integer($0), .string("v")]) }))
            try run.save()
            try run.restart(shardCount: Int(millis) % 3 + 1)
            return run.output.rows.map { Array($0.values.dropFirst()) }
        }
        #expect(try counts([1, 2], atMillis: 0) == [[.integer(1), .string("v")], [.integer(1), .string("v")]])
        #expect(try counts([1], atMillis: 60) == [[.integer(2), .string("v,v")]])
        // The first was touched 60 ms ago, the second 120.
        #expect(try counts([1], atMillis: 120) == [[.integer(3), .string("v,v,v")]])
        #expect(try counts([2], atMillis: 121) == [[.integer(1), .string("v")]])
        #expect(try counts([1], atMillis: 230) == [[.integer(1), .string("v")]])
    }

    /// Groups whose time has run out while they were in memory leave the storage, too.
    @Test func expiredGroupsLeaveTheStorage() throws {
        let types = [DataType(.bigint), DataType(.string)]
        let clock = ManualClock()
        var operation = GroupAggregateOperation(
            keys: [0],
            aggregates: [try Fixture.call("COUNT", [], types), try Fixture.call("LISTAGG", [1], types)],
            consumesRetractions: false,
            emitsUpdateBefore: false
        )
        operation.stateTTLMillis = 100
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let run = try StoredRun(types, keys: [0], shardCount: 1) {
            try GroupAggregateOperator(operation, keyTypes: [types[0]], context: context)
        }
        func stored(after keys: [Int64], atMillis millis: Int64) throws -> Int {
            clock.micros.store(millis * 1_000, ordering: .relaxed)
            try run.feed(.rows(keys.map { ChangeRow([.integer($0), .string("v")]) }))
            try run.save()
            return try run.storedCount()
        }
        let one = try stored(after: [1], atMillis: 0)
        let many = try stored(after: Array(2...500), atMillis: 1)
        #expect(many > 499 * (one / 2))
        // One group is used on; the sweep that follows takes all others away.
        _ = try stored(after: [1], atMillis: 90)
        #expect(try stored(after: [1], atMillis: 160) <= 2 * one)
    }
}
