import Testing

@Suite("Modules import only what stands below them")
struct LayerTests {
    @Test("Every folder of Sources is a room of the table, and every room is a folder")
    func tableAndFoldersAgree() {
        #expect(Set(SourceTree.folders(under: "Sources")) == Set(Layers.all.keys).union(Layers.cTargets))
    }

    @Test("The table itself points down only", arguments: Layers.all.keys.sorted())
    func tablePointsDown(module: String) throws {
        let layer = try #require(Layers.all[module])
        for below in layer.modules where !Layers.cTargets.contains(below) {
            let lower = try #require(Layers.all[below], "\(module) may import \(below), which is no room")
            #expect(lower.level < layer.level, "\(module) stands no higher than \(below)")
        }
    }

    @Test("Package.swift declares the dependencies of the table", arguments: Layers.all.keys.sorted())
    func manifestAgrees(module: String) throws {
        let manifest = try #require(SourceTree.file("Package.swift"))
        let layer = try #require(Layers.all[module])
        let declared = try #require(Self.dependencies(of: module, in: String(decoding: manifest.bytes, as: UTF8.self)))
        #expect(declared == layer.modules)
    }

    @Test("Imports keep to the table", arguments: SourceTree.sources.map(\.path))
    func importsKeepToTheTable(path: String) throws {
        let file = try #require(SourceTree.file(path))
        let layer = try #require(Layers.all[file.target], "\(file.target) is no room of the table")
        var allowed = layer.modules.union(layer.foreign)
        if Layers.foundationTargets[file.target] != nil { allowed.formUnion(Layers.foundations) }
        for (index, line) in SourceTree.text(file).codeLines.enumerated() {
            guard let module = Layers.importedModule(line) else { continue }
            #expect(allowed.contains(module), "\(path):\(index + 1): \(file.target) may not import \(module)")
        }
    }

    @Test(
        "Imports are recognised in every form",
        arguments: [
            ("import SluiceColumns", "SluiceColumns"), ("package import SluiceSQL", "SluiceSQL"),
            ("@testable import Sluice", "Sluice"), ("@preconcurrency internal import Glibc", "Glibc"),
            ("import struct SluiceColumns.Batch", "SluiceColumns"), ("public import func Glibc.open", "Glibc"),
        ]
    )
    func importsAreRecognised(line: String, module: String) {
        #expect(Layers.importedModule(line) == module)
    }

    @Test("What only looks like an import is none", arguments: ["let import_ = 1", "importSomething()", "", "import"])
    func othersAreNot(line: String) {
        #expect(Layers.importedModule(line) == nil)
    }

    /// The modules of ours named in a target's declaration in the manifest, or nil when it is not declared.
    private static func dependencies(of module: String, in manifest: String) -> Set<String>? {
        let quoted = "\"\(module)\""
        guard let start = targetStart(quoted, in: manifest) else { return nil }
        let rest = manifest[start...]
        // A target without a list of dependencies ends with the parenthesis.
        guard let open = rest.firstIndex(of: "["), let end = rest.firstIndex(of: ")"), open < end else { return [] }
        guard let close = rest[open...].firstIndex(of: "]") else { return nil }
        let strings = rest[open..<close].split(separator: "\"", omittingEmptySubsequences: false)
        let names = strings.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        return Set(names).intersection(Set(Layers.all.keys).union(Layers.cTargets))
    }

    /// Where the target's own name ends: its first mention that is the first argument of `room(` or `name:`.
    private static func targetStart(_ quoted: String, in manifest: String) -> String.Index? {
        guard let targets = manifest.firstRange(of: "targets: [\n") else { return nil }
        var rest = manifest[targets.upperBound...]
        while let range = rest.firstRange(of: quoted) {
            let before = manifest[..<range.lowerBound]
                .filter { !$0.isWhitespace }
                .suffix(5)
            if before.hasSuffix("room(") || before.hasSuffix("name:") { return range.upperBound }
            rest = rest[range.upperBound...]
        }
        return nil
    }
}
