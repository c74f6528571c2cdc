import SluiceKernels
import Testing

@testable import Benchmarks

@Suite("The benchmark of scalar functions")
struct FunctionBenchmarkTests {
    /// Functions that no plan over rows calls: constants, and those that are planned as another function.
    static let plannedAway: Set<String> = ["E", "PI", "IS UNKNOWN", "IS NOT UNKNOWN"]

    @Test("measures functions of every category of the catalogue, and nearly all of them")
    func measuresAll() throws {
        var table = try ProbeTable(rowCount: 1)
        var measured: Set<String> = []
        for one in FunctionCase.all {
            measured.formUnion(try FunctionMeasurement(try table.expression(one.sql)).functions)
        }
        let functions = FunctionCatalogue.builtins.allScalars.filter { !Self.plannedAway.contains($0.name) }
        let missing = functions.filter { !measured.contains($0.name) }
        let categories = Set(functions.filter { measured.contains($0.name) }.map(\.category))
        #expect(Set(missing.map(\.category)).isSubset(of: categories), "add a family to FunctionFamily")
        // A new function does not have to bring a case, but the table keeps up.
        #expect(missing.count * 10 <= functions.count, "add cases to FunctionCases+*.swift: \(missing.map(\.name))")
        #expect(measured.isDisjoint(with: Self.plannedAway))
    }

    @Test("has cases of every family", arguments: FunctionFamily.allCases)
    func coversFamily(family: FunctionFamily) {
        #expect(FunctionCase.all.contains { $0.family == family })
    }

    @Test("has a result on record for every case, and for nothing else")
    func hasRecord() throws {
        #expect(
            ResultRecord(lines: try TextFile.lines(BenchmarkFile.record)).expressions
                == Set(FunctionCase.all.map(\.sql))
        )
    }

    @Test("finds no row that depends on the rest of its batch", arguments: FunctionFamily.allCases)
    func isRowWise(family: FunctionFamily) throws {
        var table = try ProbeTable(rowCount: 40)
        for one in FunctionCase.all where one.family == family {
            do {
                try FunctionMeasurement(try table.expression(one.sql)).checkRowWise(rowCount: 40)
            } catch {
                Issue.record("\(one.sql): \(error)")
            }
        }
    }

    @Test("tells a wrong result by its checksum")
    func failsWhereWrong() throws {
        var answers = ResultRecord()
        answers["n + m"] = ResultChecksum.of(["1", nil])
        var benchmark = try FunctionBenchmark(answers: answers, rowCount: 40)
        #expect(throws: BenchmarkError.self) { try benchmark.measure(FunctionCase(.integers, "n + m")) }
        #expect(throws: BenchmarkError.self) { try benchmark.measure(FunctionCase(.integers, "n - m")) }
        answers["n + m"] = benchmark.checksums.first?.checksum
        var corrected = try FunctionBenchmark(answers: answers, rowCount: 40)
        #expect(try corrected.measure(FunctionCase(.integers, "n + m")) > 0)
    }

    @Test("hashes NULL, the empty text and the order of the rows")
    func checksum() {
        let all = [["a", nil], [nil, "a"], ["a", ""], ["", "a"], ["a"], ["a", "NULL"]].map { ResultChecksum.of($0) }
        #expect(Set(all).count == all.count)
    }
}

/// Files of the project, found from this one.
enum BenchmarkFile {
    /// The checksums on record.
    static var record: String {
        let folders = #filePath.split(separator: "/").dropLast(4)
        return "/" + folders.joined(separator: "/") + "/scripts/bench/function-results.txt"
    }
}
