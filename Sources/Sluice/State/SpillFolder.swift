import Glibc
import SluiceState
import Synchronization

/// The folder of state that finds no room in memory: made when it is needed, removed when its job ends.
///
/// It lies in TMPDIR, or else in /var/tmp, which is on a disk. The folder of a process that was killed stays: whoever
/// needs one in the same place next takes away those that nobody has.
final class SpillFolder: Sendable {
    private let directory: String
    private let place = Mutex<OwnedFolder?>(nil)

    private static let prefix = "sluice-spill-"
    /// How often a folder is made: another process may take a new one for abandoned before it is locked.
    private static let attemptCountMax = 8

    private init(_ directory: String) { self.directory = directory }

    /// A storage in such a folder, for a process that may hold `memoryBytesMax`.
    static func storage(within memoryBytesMax: Int, below directory: String = temporaryDirectory) -> DeferredStorage {
        let folder = SpillFolder(directory)
        let memory = StorageMemory(within: memoryBytesMax)
        return DeferredStorage(
            memoryByteCount: memory.byteCount,
            open: { () throws(StateError) in
                try RocksDBStorage(path: try folder.make(), memory: memory, isTemporary: true)
            },
            discard: { folder.remove() }
        )
    }

    private static var temporaryDirectory: String {
        guard let given = getenv("TMPDIR"), given.pointee != 0 else { return "/var/tmp" }
        return String(cString: given)
    }

    /// Makes the folder; gives its path.
    private func make() throws(StateError) -> String {
        removeAbandoned()
        for _ in 0..<Self.attemptCountMax {
            var template = Array("\(directory)/\(Self.prefix)XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw StateFolder.failure(directory, "used for state") }
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let folder = try OwnedFolder.take(path) else { continue }
            place.withLock { $0 = folder }
            return path
        }
        throw StateError(.external, "storageFailed", "other processes take away what is made in '\(directory)'")
    }

    /// Takes the folder away.
    private func remove() {
        place.withLock { place in
            // What cannot be removed is left to whoever needs a folder next.
            if let last = place { try? StateFolder.remove(last.path) }
            place = nil
        }
    }

    private func removeAbandoned() {
        for name in StateFolder.names(in: directory) ?? [] where name.hasPrefix(Self.prefix) {
            // That of another user cannot be opened.
            guard let folder = try? OwnedFolder.take("\(directory)/\(name)") else { continue }
            try? StateFolder.remove(folder.path)
        }
    }
}
