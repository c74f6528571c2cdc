import SluiceConnect
import Synchronization

/// The part files of a sink whose names are durable: a name is when its directory has been synchronised, and then the
/// file can be found after a power cut.
final class DurableParts: Sendable {
    private struct State {
        var files: Set<PartTransaction.Place> = []
        var directories: Set<String> = []
    }

    private let state = Mutex(State())

    /// Makes the names of files durable that are new, and those of the directories that were made for them below
    /// `root`.
    func synchronise(_ files: [PartTransaction.File], below root: String) throws(ConnectorError) {
        let known = state.withLock { $0 }
        let fresh = files.filter { !known.files.contains($0.place) }
        var directories = Set(fresh.map(\.directory))
        for directory in directories where !known.directories.contains(directory) {
            var above = directory[...]
            while let slash = above.lastIndex(of: "/"), above.hasPrefix(root) {
                above = above[..<slash]
                directories.insert(above.isEmpty ? "/" : String(above))
            }
        }
        try Self.synchronise(directories)
        state.withLock { state in
            state.files.formUnion(fresh.map(\.place))
            state.directories.formUnion(directories)
        }
    }

    /// Makes the names durable under which files have been published.
    func synchronisePublished(_ files: [PartTransaction.File]) throws(ConnectorError) {
        try Self.synchronise(Set(files.map(\.directory)))
        state.withLock { $0.files.subtract(files.map(\.place)) }
    }

    private static func synchronise(_ directories: Set<String>) throws(ConnectorError) {
        for directory in directories.sorted() {
            // One that is gone has lost its files; whoever needs them says so.
            try OpenFile.readingIfPresent(directory.isEmpty ? "." : directory)?.synchronise()
        }
    }
}
