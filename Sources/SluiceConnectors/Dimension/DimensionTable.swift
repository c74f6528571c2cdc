import SluiceColumns
import SluiceConnect
import Synchronization

/// A table of files that is looked up by indexes on disk.
struct DimensionTable: LookupTable {
    private let scan: FilesystemScan
    private let table: TableDescription
    private let options: DimensionOptions
    private let versions: DimensionVersions

    /// Takes the table; nothing is opened yet.
    init(_ scan: FilesystemScan, _ table: TableDescription, _ options: DimensionOptions) {
        self.scan = scan
        self.table = table
        self.options = options
        versions = DimensionVersions(DimensionStore(scan, table, options))
    }

    var summary: String {
        "dimension path=\(scan.options.path.text) format=\(scan.formatName) access=\(options.access)"
            + (options.takesMostSpecific ? " match=most-specific" : "")
    }

    var refreshMillis: Int64? { options.reloadMillis }

    func access(keys: [Int], probes: [LookupProbe]) -> LookupAccess? {
        let probe = probes.firstIndex { IndexDefinition.canBuild($0, table) }
        if keys.isEmpty && probe == nil { return nil }
        let request = LookupRequest(keys: keys, probe: probe.map { probes[$0] })
        return LookupAccess(probe: probe, text: IndexDefinition(request).text(table))
    }

    func makeReader(_ request: LookupRequest, columns: [ProjectedColumn], context: ReaderContext) throws
        -> any LookupReader
    {
        // What is missing is built now, so that the job does not begin where that fails.
        _ = try versions.current(IndexDefinition(request))
        return DimensionReader(versions, table, request, columns, options)
    }

    func refresh() throws { try versions.refresh() }
}

/// The versions of a dimension table that are asked now, one for each index.
///
/// Safe from any thread. Who asks keeps the version that it began with until its batch is done.
final class DimensionVersions: Sendable {
    private let store: DimensionStore
    private let opened = Mutex<[IndexDefinition: DimensionVersion]>([:])

    /// Opens nothing yet.
    init(_ store: DimensionStore) { self.store = store }

    /// The version with an index; the first who asks opens it, and builds what is missing, while others wait.
    func current(_ definition: IndexDefinition) throws -> DimensionVersion {
        try opened.withLock { opened in
            if let version = opened[definition] { return version }
            let version = try store.open(definition)
            opened[definition] = version
            return version
        }
    }

    /// Builds and takes what the source holds now, where it changed.
    func refresh() throws {
        let held = opened.withLock { $0 }
        guard !held.isEmpty else { return }
        let source = try store.sourceDigest()
        for (definition, version) in held where version.source != source {
            // Those who ask go on meanwhile with what they have.
            let next = try store.open(definition)
            opened.withLock { $0[definition] = next }
        }
    }
}
