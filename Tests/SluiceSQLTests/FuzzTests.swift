import Glibc
import SluiceTesting
import Testing

@testable import SluiceSQL

/// The number an environment variable holds.
private func environmentNumber(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
}

/// Damages `sql` in one random way.
private func mutated(_ sql: String, by other: String, _ random: inout SeededRandom) -> String {
    var bytes = Array(sql.utf8)
    var words = sql.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard !bytes.isEmpty else { return other }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let word = Int.random(in: 0..<words.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.insert(contentsOf: "()[]{}<>,.;'`*/+-=:?^|$".utf8.shuffled(using: &random).prefix(2), at: place)
    case 4: words.remove(at: word)
    case 5: words.insert(words[word], at: word)
    case 6: words.swapAt(word, Int.random(in: 0..<words.count, using: &random))
    default: words.replaceSubrange(word..<words.count, with: other.split(separator: " ").map(String.init).suffix(8))
    }
    let joined = words.joined(separator: " ")
    return joined == sql ? String(decoding: bytes, as: UTF8.self) : joined
}

/// No text may crash or hang the parser, and whatever it accepts it must print as something it accepts.
///
/// Runs 40,000 texts; SLUICE_FUZZ_SECONDS runs that long instead, SLUICE_FUZZ_SEED repeats a run.
@Test func damagedStatementsNeverCrash() {
    let seed = environmentNumber("SLUICE_FUZZ_SEED") ?? UInt64.random(in: 0...UInt64.max)
    print("seed of the parser's fuzz test: \(seed)")
    var random = SeededRandom(seed)
    let corpus = [acceptedQueries, acceptedStatements, rejectedQueries, rejectedStatements].flatMap(statements)
    let clock = ContinuousClock()
    let end = environmentNumber("SLUICE_FUZZ_SECONDS").map { clock.now + .seconds(Int64($0)) }
    var count = 0
    while end.map({ clock.now < $0 }) ?? (count < 40_000) {
        var sql = corpus[Int.random(in: 0..<corpus.count, using: &random)]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            sql = mutated(sql, by: corpus[Int.random(in: 0..<corpus.count, using: &random)], &random)
        }
        checkSurvival(sql, seed)
        count += 1
    }
}

private func checkSurvival(_ sql: String, _ seed: UInt64) {
    let byteCount = sql.utf8.count
    for statement in Script.parse(sql) {
        switch statement.result {
        case .success(let tree):
            let again = try? Parser.parseStatement(tree.sql)
            #expect(again == tree, "seed \(seed): \(sql) was printed as \(tree.sql)")
        case .failure(let error):
            #expect(error.span.upperBound <= byteCount, "seed \(seed): \(sql)")
            #expect(!error.rendered(in: sql).isEmpty)
        }
    }
}
