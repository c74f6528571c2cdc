import Glibc
import SluiceState

/// A folder that this process has for itself, by a lock that the system gives back when the process ends in any way.
final class OwnedFolder: Sendable {
    /// Where it lies.
    let path: String
    private let descriptor: Int32

    private init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Takes a folder; nil where another process has it, or has just moved it away.
    static func take(_ path: String) throws(StateError) -> OwnedFolder? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StateFolder.failure(path, "opened")
        }
        let folder = OwnedFolder(path, descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw StateFolder.failure(path, "locked")
        }
        // The name may have gone, or become another folder's, before the lock was there.
        var named = stat()
        var locked = stat()
        guard stat(path, &named) == 0, fstat(descriptor, &locked) == 0 else { return nil }
        return named.st_ino == locked.st_ino && named.st_dev == locked.st_dev ? folder : nil
    }
}
