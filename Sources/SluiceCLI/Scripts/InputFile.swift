import Glibc

/// Why a file cannot be read, as the system says it.
struct InputFailure: Error {
    var message: String
}

/// Reads small files whole.
enum InputFile {
    private static let blockByteCount = 1 << 16

    /// The bytes of the file at `path`.
    static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        return try bytes(descriptor, path)
    }

    /// Everything that is left to read of a descriptor; `name` is for messages.
    static func bytes(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
        var result: [UInt8] = []
        var block = [UInt8](repeating: 0, count: blockByteCount)
        while true {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(name) }
            if count == 0 { return result }
            result += block[..<count]
        }
    }

    private static func failure(_ name: String) -> InputFailure {
        InputFailure(message: "'\(name)' cannot be read: \(String(cString: strerror(errno)))")
    }
}
