import SluiceColumns
import SluiceState
import Testing

@Suite struct EpochManifestTests {
    private static let manifest = EpochManifest(
        epoch: 12,
        fence: 3,
        isFinished: true,
        jobID: "job ü",
        parallelism: 4,
        operators: [
            EpochManifest.Operator(
                owner: .max - 1,
                summary: "GroupAggregate(keys=[a])",
                tables: [
                    EpochManifest.Table(
                        StateTable(
                            "groups",
                            keyTypes: [DataType(.decimal(precision: 20, scale: 2))],
                            valueTypes: [DataType(.array(.notNull(.double))), .notNull(.boolean)],
                            scope: .keyed(columns: 1)
                        )
                    ),
                    EpochManifest.Table(name: "mark", keyTypes: [], valueTypes: ["INT"], isPerShard: true),
                    EpochManifest.Table(name: "rows", keyTypes: [], valueTypes: [], isPerShard: false, isPacked: true),
                ]
            ),
            EpochManifest.Operator(owner: 7, summary: "of format 1"),
        ],
        sources: [
            EpochManifest.Source(owner: 1, split: "a.csv", position: nil),
            EpochManifest.Source(owner: 1, split: "b.csv", position: 77, detail: ["line": "3", "": "x"]),
        ],
        sinks: [EpochManifest.Sink(owner: 2, transaction: [0, 1, 255])],
        origin: "/var/savepoints/5"
    )

    @Test func readsWhatItWrote() throws {
        #expect(try EpochManifest(Self.manifest.bytes) == Self.manifest)
    }

    /// Bytes that the first release wrote: format 1, with one operator, a source and a sink.
    @Test func readsFormat1() throws {
        var bytes = Array("sluice".utf8) + [1]
        let old = Value.row([
            .integer(12), .integer(3), .boolean(false), .string("job"), .integer(4),
            .array([.row([.integer(9), .string("Deduplicate")])]),
            .array([.row([.integer(1), .string("a.csv"), .integer(77), .map(keys: [], values: [])])]),
            .array([.row([.integer(2), .bytes([5])])]),
        ])
        RowKeyCodec.append(old, to: &bytes)
        let expected = EpochManifest(
            epoch: 12,
            fence: 3,
            jobID: "job",
            parallelism: 4,
            operators: [EpochManifest.Operator(owner: 9, summary: "Deduplicate")],
            sources: [EpochManifest.Source(owner: 1, split: "a.csv", position: 77)],
            sinks: [EpochManifest.Sink(owner: 2, transaction: [5])]
        )
        #expect(try EpochManifest(bytes) == expected)
    }

    /// Formats 2 and 3 did not say whether the records of a table are many rows: none were.
    @Test func readsTablesOfFormat3() throws {
        var bytes = Array("sluice".utf8) + [3]
        let table = Value.row([.string("groups"), .array([.string("INT")]), .array([]), .boolean(true)])
        let old = Value.row([
            .integer(1), .integer(1), .boolean(false), .string("job"), .integer(1),
            .array([.row([.integer(9), .string("Rank"), .array([table])])]), .array([]), .array([]), .null, .integer(5),
        ])
        RowKeyCodec.append(old, to: &bytes)
        let expected = EpochManifest.Table(name: "groups", keyTypes: ["INT"], valueTypes: [], isPerShard: true)
        #expect(try EpochManifest(bytes).operators.first?.tables == [expected])
    }

    @Test func refusesANewerFormat() throws {
        var bytes = Self.manifest.bytes
        bytes[6] = EpochManifest.formatVersion + 1
        let error = try #require(throws: StateError.self) { _ = try EpochManifest(bytes) }
        #expect(error.code == "newerFormat")
    }

    @Test(arguments: [[], Array("sluice".utf8), Array("something else".utf8), Array("sluice\u{1}\u{0}".utf8)])
    func refusesWhatIsNoManifest(bytes: [UInt8]) throws {
        let error = try #require(throws: StateError.self) { _ = try EpochManifest(bytes) }
        #expect(error.code == "notState")
    }
}
