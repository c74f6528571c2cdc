import Testing

@testable import SluiceConnectors

@Suite("Formats answer as Flink does")
struct FormatGoldenTests {
    @Test("json", arguments: GoldenCase.all("json"))
    func json(golden: GoldenCase) {
        #expect(golden.ourAnswer() == golden.answer)
        #expect(golden.ourAnswer(blockByteCount: 7) == golden.answer)
    }

    @Test("csv", arguments: GoldenCase.all("csv"))
    func csv(golden: GoldenCase) {
        #expect(golden.ourAnswer() == golden.answer)
        #expect(golden.ourAnswer(blockByteCount: 1) == golden.answer)
    }

    @Test("raw", arguments: GoldenCase.all("raw"))
    func raw(golden: GoldenCase) {
        #expect(golden.ourAnswer() == golden.answer)
    }

    @Test("The cases are there")
    func casesAreThere() {
        #expect(GoldenCase.all("json").count > 250)
        #expect(GoldenCase.all("csv").count > 150)
        #expect(GoldenCase.all("raw").count > 10)
    }
}
