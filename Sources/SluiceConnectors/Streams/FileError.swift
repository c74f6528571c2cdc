import Glibc
import SluiceConnect

/// Makes errors of files: a stable code, the file's name, and what the system said.
enum FileError {
    /// The error for `errno` when trying to `verb` (as in "open", "write to") `path`.
    static func make(_ code: Int32, _ path: String, _ verb: String) -> ConnectorError {
        let reason = String(cString: strerror(code))
        let message = "cannot \(verb) \(path): \(reason)"
        switch code {
        case ENOENT, ENOTDIR: return ConnectorError(.user, "missingFile", message)
        case EACCES, EPERM, EROFS: return ConnectorError(.external, "permissionDenied", message)
        case ENOSPC, EDQUOT, EFBIG: return ConnectorError(.external, "diskFull", message)
        case EISDIR: return ConnectorError(.user, "isDirectory", message)
        case EEXIST: return ConnectorError(.external, "fileExists", message)
        case EPIPE: return ConnectorError(.external, "brokenPipe", message)
        case EMFILE, ENFILE: return ConnectorError(.external, "tooManyOpenFiles", message, isRetryable: true)
        default: return ConnectorError(.external, "inputOutput", message)
        }
    }
}
