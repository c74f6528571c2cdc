import Glibc
import SluiceState
import Synchronization

/// The folder of state that finds no room in memory: made when it is needed, removed when its job ends.
///
/// It lies in TMPDIR, or else in /var/tmp, which is on a disk. The folder of a process that was killed stays: whoever
/// needs one in the same place next takes away those whose lock nobody holds.
final class SpillFolder: Sendable {
    private struct Place {
        var path: String
        /// The file whose lock says that the folder is in use.
        var lock: Int32
    }

    private let place = Mutex<Place?>(nil)

    private static let prefix = "sluice-spill-"
    private static let lockName = "owner"

    /// A storage in such a folder, for a process that may hold `memoryBytesMax`.
    static func storage(within memoryBytesMax: Int) -> DeferredStorage {
        let folder = SpillFolder()
        let memory = StorageMemory(within: memoryBytesMax)
        return DeferredStorage(
            memoryByteCount: memory.byteCount,
            open: { () throws(StateError) in
                try RocksDBStorage(path: try folder.make(), memory: memory, isTemporary: true)
            },
            discard: { folder.remove() }
        )
    }

    private static var directory: String {
        guard let given = getenv("TMPDIR"), given.pointee != 0 else { return "/var/tmp" }
        return String(cString: given)
    }

    /// Makes the folder; gives its path.
    private func make() throws(StateError) -> String {
        let directory = Self.directory
        Self.removeAbandoned(in: directory)
        var template = Array("\(directory)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StateFolder.failure(directory, "used for state") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let lock = open("\(path)/\(Self.lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw StateFolder.failure(path, "locked") }
        place.withLock { $0 = Place(path: path, lock: lock) }
        return path
    }

    /// Takes the folder away.
    private func remove() {
        place.withLock { place in
            guard let last = place else { return }
            // What cannot be removed is left to whoever needs a folder next.
            try? StateFolder.remove(last.path)
            close(last.lock)
            place = nil
        }
    }

    private static func removeAbandoned(in directory: String) {
        for name in StateFolder.names(in: directory) ?? [] where name.hasPrefix(prefix) {
            let path = "\(directory)/\(name)"
            let lock = open("\(path)/\(lockName)", O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { try? StateFolder.remove(path) }
            close(lock)
        }
    }
}
