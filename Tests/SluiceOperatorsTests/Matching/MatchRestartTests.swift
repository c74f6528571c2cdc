import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// MATCH_RECOGNIZE goes on in the middle of matches as if it had never stopped.
@Suite struct MatchRestartTests {
    @Test(arguments: MatchOperatorTests.shapes)
    func matches(shape: MatchOperatorTests.Shape) throws {
        let specification = try MatchOperatorTests.specification(shape)
        for seed in UInt64(1)...2 {
            var random = SeededRandom(seed)
            let rows = MatchOperatorTests.rows(seed, count: 120).map { (input: 0, row: $0) }
            let steps = RestartDriver.steps(
                rows,
                types: [MatchOperatorTests.types],
                time: [1],
                delayMicros: MatchOperatorTests.delayMicros,
                &random
            )
            let driver = RestartDriver(dealing: [[0]]) { try MatchOperatorTests.makeOperator(specification) }
            // Partitions have no order among each other.
            try driver.check(steps, seed: seed, isOrdered: false)
        }
    }
}
