/// What a module of ours may import, and nothing else.
struct Layer: Sendable {
    /// How high it stands; it sees only modules that stand lower.
    let level: Int
    /// The modules of ours it may import.
    let modules: Set<String>
    /// The modules of the system and of other packages it may import.
    let foreign: Set<String>
}

/// The rooms of the house, as drawn in ARCHITECTURE.md: arrows point down only.
enum Layers {
    /// C libraries and shims: no Swift inside.
    static let cTargets: Set<String> = [
        "CSluiceShims", "CZlib", "CZstd", "CPCRE2", "CCrypto", "CHyperscan", "CRocksDB", "CSQLite", "CPostgreSQL",
    ]

    /// Modules that drag Foundation in, which costs 45 MB of binary and 10 ms of start.
    static let foundations: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationInternationalization", "FoundationNetworking", "FoundationXML",
    ]

    /// Targets that may import Foundation, each with its reason.
    static let foundationTargets: [String: String] = [:]

    /// The layer of every Swift target in `Sources`.
    static let all: [String: Layer] = [
        "SluiceColumns": Layer(level: 0, modules: ["CSluiceShims"], foreign: ["Glibc", "Synchronization"]),
        "SluiceSQL": Layer(level: 0, modules: [], foreign: []),
        "SluiceKernels": Layer(
            level: 1,
            modules: ["SluiceColumns", "CPCRE2", "CCrypto", "CHyperscan", "CSluiceShims"],
            foreign: ["Glibc"]
        ),
        "SluiceState": Layer(
            level: 1,
            modules: ["SluiceColumns", "CSluiceShims", "CRocksDB"],
            foreign: ["Glibc", "Synchronization"]
        ),
        "SluiceConnect": Layer(level: 1, modules: ["SluiceColumns"], foreign: ["Glibc", "Synchronization"]),
        "SluicePlan": Layer(
            level: 2,
            modules: ["SluiceSQL", "SluiceColumns", "SluiceKernels", "SluiceConnect"],
            foreign: ["Glibc"]
        ),
        "SluiceConnectors": Layer(
            level: 2,
            modules: [
                "SluiceConnect", "SluiceKernels", "SluiceColumns", "CZlib", "CZstd", "CSQLite", "CPostgreSQL",
                "CSluiceShims",
            ],
            foreign: ["Glibc", "Synchronization"]
        ),
        // No locks and no threads: an operator is single-threaded by construction.
        "SluiceOperators": Layer(
            level: 3,
            modules: ["SluicePlan", "SluiceKernels", "SluiceState", "SluiceColumns", "SluiceConnect"],
            foreign: []
        ),
        "SluiceRuntime": Layer(
            level: 4,
            modules: [
                "SluiceOperators", "SluicePlan", "SluiceKernels", "SluiceState", "SluiceConnect", "SluiceColumns",
            ],
            foreign: ["Glibc", "Synchronization"]
        ),
        "Sluice": Layer(
            level: 5,
            modules: [
                "SluiceRuntime", "SluiceOperators", "SluicePlan", "SluiceConnectors", "SluiceConnect", "SluiceKernels",
                "SluiceState", "SluiceSQL", "SluiceColumns",
            ],
            foreign: ["Glibc", "Synchronization"]
        ),
        "SluiceTesting": Layer(
            level: 6,
            modules: [
                "Sluice", "SluiceRuntime", "SluiceOperators", "SluicePlan", "SluiceConnectors", "SluiceConnect",
                "SluiceKernels", "SluiceState", "SluiceSQL", "SluiceColumns",
            ],
            foreign: ["Glibc", "Synchronization"]
        ),
        "SluiceCLI": Layer(
            level: 7,
            modules: [
                "Sluice", "SluiceRuntime", "SluicePlan", "SluiceConnectors", "SluiceConnect", "SluiceKernels",
                "SluiceSQL", "SluiceColumns",
            ],
            foreign: ["Glibc", "Synchronization", "ArgumentParser"]
        ),
        "Conformance": Layer(
            level: 7,
            modules: ["SluiceTesting", "Sluice"],
            foreign: ["Glibc", "Synchronization", "ArgumentParser"]
        ),
        "Benchmarks": Layer(
            level: 7,
            modules: ["SluicePlan", "SluiceConnect", "SluiceKernels", "SluiceSQL", "SluiceColumns"],
            foreign: ["Glibc", "ArgumentParser"]
        ),
    ]

    /// The module an import statement names, or nil when the line is no import.
    ///
    /// - Parameter codeLine: a line of blanked code, such as `package import struct SluiceColumns.Batch`.
    /// - Returns: the module alone, `SluiceColumns` in that example.
    static func importedModule(_ codeLine: String) -> String? {
        var words = codeLine.split(separator: " ").map(String.init)
        while let first = words.first,
            first.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(first)
        {
            words.removeFirst()
        }
        guard words.count >= 2, words.removeFirst() == "import" else { return nil }
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        if let kind = words.first, kinds.contains(kind), words.count > 1 { words.removeFirst() }
        return words.first.flatMap { $0.split(separator: ".").first }.map(String.init)
    }
}
