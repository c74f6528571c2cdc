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
        operators: [EpochManifest.Operator(owner: .max - 1, summary: "GroupAggregate(keys=[a])")],
        sources: [
            EpochManifest.Source(owner: 1, split: "a.csv", position: nil),
            EpochManifest.Source(owner: 1, split: "b.csv", position: 77, detail: ["line": "3", "": "x"]),
        ],
        sinks: [EpochManifest.Sink(owner: 2, transaction: [0, 1, 255])]
    )

    @Test func readsWhatItWrote() throws {
        #expect(try EpochManifest(Self.manifest.bytes) == Self.manifest)
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
