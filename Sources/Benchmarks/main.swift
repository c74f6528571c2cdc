import ArgumentParser
import Glibc
import SluiceColumns

/// Benchmarks of the engine's parts and of the machine: `benchmarks functions`, `benchmarks reads`.
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measures the engine's parts and checks what they compute.",
        subcommands: [FunctionsCommand.self, ReadsCommand.self]
    )
}

/// `benchmarks functions`: nanoseconds per row of every scalar function.
struct FunctionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "functions",
        abstract: "Prints CPU nanoseconds per row of scalar functions over 4,096 rows with NULLs, by family."
    )

    @Option(help: "The file with the checksums of the results.")
    var record = "scripts/bench/function-results.txt"

    @Option(help: "Only the families whose name contains this.")
    var family: String?

    @Option(help: "Only the expressions that contain this.")
    var only: String?

    @Flag(help: "Rewrite the checksums; only after the results have been compared with another engine.")
    var update = false

    @Option(help: "Print a family's expressions as a script for another engine, and measure nothing.")
    var script: String?

    func run() throws {
        if let script {
            guard let family = FunctionFamily(rawValue: script) else {
                let names = FunctionFamily.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("no family \(script); there are \(names)")
            }
            ReferenceScript.lines(family).forEach { print($0) }
            return
        }
        // As the shipped program does: batches of memory are used again.
        MemoryLedger.keepFreedMemory()
        var answers = ResultRecord(lines: try TextFile.lines(record))
        var benchmark = try FunctionBenchmark(answers: answers)
        let failureCount = try measure(&benchmark)
        if update {
            for (sql, checksum) in benchmark.checksums { answers[sql] = checksum }
            try TextFile.write(answers.lines(FunctionCase.all.map(\.sql)), to: record)
        }
        if failureCount > 0 { throw ExitCode(1) }
    }

    /// Measures the chosen cases and prints a line for each; gives the number of those that failed.
    private func measure(_ benchmark: inout FunctionBenchmark) throws -> Int {
        var failureCount = 0
        for measured in FunctionCase.all where isChosen(measured) {
            do {
                let nanos = try benchmark.measure(measured, isChecked: !update)
                print("\(Self.cell(measured.family.rawValue, 22)) \(Self.fixed(nanos)) ns/row  \(measured.sql)")
            } catch {
                print("FAILED: \(error)")
                failureCount += 1
            }
        }
        return failureCount
    }

    private func isChosen(_ measured: FunctionCase) -> Bool {
        family.map { measured.family.rawValue.contains($0) } ?? true && only.map { measured.sql.contains($0) } ?? true
    }

    private static func cell(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// One digit after the point, in seven columns.
    private static func fixed(_ nanos: Double) -> String {
        let tenths = Int((nanos * 10).rounded())
        let text = "\(tenths / 10).\(tenths % 10)"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }
}

Benchmarks.main()
