import Glibc

/// A folder that is gone after the test.
package final class ScratchFolder {
    /// Where it lies.
    package let path: String

    /// Makes an empty one.
    package init() {
        var template = Array("/tmp/sluice-test-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove(path) }

    /// Writes a file and returns its path.
    package func write(_ text: String, to name: String) -> String { write(Array(text.utf8), to: name) }

    /// Writes a file and returns its path.
    package func write(_ bytes: [UInt8], to name: String) -> String {
        let place = "\(path)/\(name)"
        let descriptor = open(place, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        precondition(descriptor >= 0)
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest, rest.count)
            precondition(count > 0)
            rest.removeFirst(count)
        }
        close(descriptor)
        return place
    }

    /// The text of a file; empty where there is none.
    package func text(_ name: String) -> String {
        let descriptor = open("\(path)/\(name)", O_RDONLY)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &block, block.count)
        return String(decoding: block.prefix(max(count, 0)), as: UTF8.self)
    }

    private func remove(_ place: String) {
        guard let folder = opendir(place) else {
            unlink(place)
            return
        }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(folder)
        for name in names { remove("\(place)/\(name)") }
        rmdir(place)
    }
}
