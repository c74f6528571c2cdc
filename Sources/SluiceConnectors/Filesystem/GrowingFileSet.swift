import Glibc
import SluiceConnect

/// The files that are followed, in the order in which they are read, and how they are found again.
///
/// A file is known by its number, as long as it has the bytes that were read from it. When it has not, it was cut (as
/// logrotate's `copytruncate` does) or its number belongs to another file now; then the file beside it that has those
/// bytes is its copy, compressed or not, and is read on instead.
struct GrowingFileSet {
    /// Oldest first.
    private(set) var files: [GrowingFile] = []
    private let scan: FilesystemScan
    private var isFirstLook = true

    /// A file that is not found at so many looks is gone.
    private static let missedLookCountMax = 3

    /// Takes over what was stored; the files are looked for at the first look.
    init(_ scan: FilesystemScan, stored: [String]) throws(ConnectorError) {
        self.scan = scan
        for text in stored {
            guard let file = GrowingFile(text) else {
                throw ConnectorError(.internal, "badOffset", "the stored state names no file: '\(text)'")
            }
            files.append(file)
        }
    }

    /// Takes note that a file without a name, or a compressed copy, was read to its end.
    ///
    /// A compressed copy stays as long as it is there, or it would be taken for a new one; so it takes the place of the
    /// file that was removed when it was made.
    mutating func finish(_ file: GrowingFile) throws(ConnectorError) {
        if file.isCompressed { return }
        var siblings = Siblings()
        guard file.fingerprint.end > 0, try find(file, &siblings) else { return remove(file) }
        file.isReady = false
    }

    private mutating func remove(_ file: GrowingFile) { files.removeAll { $0 === file } }

    /// Closes all files.
    mutating func removeAll() { files = [] }

    /// What is known of a file that is followed, for its metadata.
    func found(_ file: GrowingFile) throws(ConnectorError) -> FoundFile {
        guard let status = try file.file?.status() else { return try FileListing.file(file.path) }
        return FileListing.found(file.path, status)
    }

    /// Finds out what became of each file, and which files are new.
    mutating func look() throws {
        // Listed first: what is renamed while we look is found by its number below.
        let listed = try listing().filter { !$0.isCompressed && $0.byteCount > 0 }
        isFirstLook = false
        let formerPaths = Set(files.map(\.path))
        var siblings = Siblings()
        var fresh: [FoundFile] = []
        for file in files {
            let formerPath = file.path
            let wasComplete = file.isComplete
            try follow(file, &siblings)
            let isReplaced = file.path != formerPath || file.isComplete && !wasComplete
            if isReplaced { fresh += try successors(of: file, at: formerPath, &siblings) }
        }
        for candidate in listed where !isFollowed(candidate) {
            // A name that was read from before has a successor; under another one may be a copy.
            if try formerPaths.contains(candidate.path) || !isCopy(candidate) { fresh.append(candidate) }
        }
        for found in fresh.sorted(by: { ($0.modifiedMillis, $0.path) < ($1.modifiedMillis, $1.path) }) {
            guard !isFollowed(found), let file = try GrowingFile(found) else { continue }
            if !files.contains(where: { $0.identity == file.identity }) { files.append(file) }
        }
    }

    /// The files that the path means now; none while a rotation has moved them away.
    private func listing() throws(ConnectorError) -> [FoundFile] {
        do throws(ConnectorError) {
            return try scan.files()
        } catch {
            if error.code == "missingFile", !(isFirstLook && files.isEmpty) { return [] }
            throw error
        }
    }

    private func isFollowed(_ found: FoundFile) -> Bool { files.contains { $0.identity == found.identity } }

    /// Brings one file up to date; it goes where nothing is left of it to read.
    private mutating func follow(_ file: GrowingFile, _ siblings: inout Siblings) throws(ConnectorError) {
        var name = try siblings.of(file.path).first { $0.identity == file.identity }
        if file.isCompressed {
            if let name { file.path = name.path } else if !file.isReady { remove(file) }
            return
        }
        if file.isComplete, file.isReady { return }
        if try !file.isIntact() {
            guard try find(file, &siblings) else {
                // What is renamed just now is found at the next look.
                file.missedLookCount += 1
                if file.missedLookCount < Self.missedLookCountMax { return }
                if !file.isAtEnd, scan.options.failsOnLoss { throw Self.loss(of: file) }
                return remove(file)
            }
            if file.isCompressed { return }
            // What has its former number may be another file.
            name = nil
        }
        guard let open = file.file else { return }
        let status = try open.status()
        if status.st_nlink == 0 {
            file.isComplete = true
            file.isReady = true
            return
        }
        if Int64(status.st_size) > file.fingerprint.end {
            file.isReady = true
            file.isAtEnd = false
        }
        if let name { file.path = name.path }
    }

    /// Finds the file under another name, or its copy.
    private func find(_ file: GrowingFile, _ siblings: inout Siblings) throws(ConnectorError) -> Bool {
        // The number of a file that is not found itself may be another's by now.
        let others = Set(files.filter { $0 !== file && $0.file != nil }.map(\.identity))
        let beside = try siblings.of(file.path)
        // Its own number first, after a restart; then what is named like it.
        let same = beside.filter { $0.identity == file.identity }
        let alike = beside.filter {
            $0.identity != file.identity && Self.stem($0.path) == Self.stem(file.path) && !others.contains($0.identity)
        }
        // A file that is known by no byte, as older state may have it, would be like any other.
        let candidates = file.fingerprint.end > 0 ? same + alike : same
        for candidate in candidates {
            guard let opened = try OpenFile.readingIfPresent(candidate.path) else { continue }
            guard try has(candidate, opened, file.fingerprint) == true else { continue }
            try file.move(to: candidate.path, opened, isCompressed: candidate.isCompressed)
            return true
        }
        return false
    }

    /// Whether a file has the bytes that another is known by; nil where it is still being written.
    private func has(
        _ found: FoundFile,
        _ opened: OpenFile,
        _ fingerprint: FileFingerprint
    ) throws(ConnectorError) -> Bool? {
        guard found.isCompressed else { return try fingerprint.matches(opened) }
        do throws(ConnectorError) {
            return try fingerprint.matches(found.decompressed(opened))
        } catch {
            if error.code == "truncatedFile" { return nil }
            throw error
        }
    }

    /// Files that had a file's former name after it and were renamed before anybody looked.
    ///
    /// They lie beside it under names of the same rotation, and were written to after it.
    private func successors(
        of file: GrowingFile,
        at formerPath: String,
        _ siblings: inout Siblings
    ) throws(ConnectorError) -> [FoundFile] {
        let modifiedMillis = try found(file).modifiedMillis
        var found: [FoundFile] = []
        for candidate in try siblings.of(formerPath)
        where candidate.path != formerPath && Self.stem(candidate.path) == Self.stem(formerPath)
            && candidate.modifiedMillis >= modifiedMillis && candidate.byteCount > 0 && !isFollowed(candidate)
        {
            if try !isCopy(candidate) { found.append(candidate) }
        }
        return found
    }

    /// Whether a file begins with what was read from another one, as far as it goes: a copy, perhaps still being made.
    private func isCopy(_ found: FoundFile) throws(ConnectorError) -> Bool {
        for file in files where file.fingerprint.end > 0 {
            guard let opened = try OpenFile.readingIfPresent(found.path) else { return true }
            if try has(found, opened, file.fingerprint) ?? true { return true }
            guard let original = file.file, !file.isCompressed, !found.isCompressed,
                found.byteCount < file.fingerprint.end
            else { continue }
            let count = Int(min(found.byteCount, Int64(FileFingerprint.byteCountMax)))
            let start = found.byteCount - Int64(count)
            if try opened.bytes(at: 0, count: count) == original.bytes(at: 0, count: count),
                try opened.bytes(at: start, count: count) == original.bytes(at: start, count: count)
            {
                return true
            }
        }
        return false
    }

    private static func loss(of file: GrowingFile) -> ConnectorError {
        ConnectorError(
            .external,
            "recordsLost",
            "'\(file.path)' was removed or cut before it was read to its end, and no copy of it lies beside it; what "
                + "came after byte \(file.offset.position) is lost: put the file back, or go on with "
                + "'source.on-loss' = 'skip'",
            option: "source.on-loss"
        )
    }

    /// A path without what rotation appends: `.1`, `-20311230`, `.gz`.
    static func stem(_ path: String) -> Substring {
        var rest = path[...]
        for ending in [".gz", ".zst"] where rest.hasSuffix(ending) { rest = rest.dropLast(ending.count) }
        while let last = rest.last, last == "." || last == "-" || ("0"..."9").contains(last) { rest.removeLast() }
        return rest
    }

    /// The files of folders, each read once in a look.
    private struct Siblings {
        private var byFolder: [Substring: [FoundFile]] = [:]

        /// The files in the folder of `path`; none where the folder is gone.
        mutating func of(_ path: String) throws(ConnectorError) -> [FoundFile] {
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "./"
            if let known = byFolder[folder] { return known }
            let found = access(String(folder), F_OK) == 0 ? try FileListing.siblings(in: String(folder)) : []
            byFolder[folder] = found
            return found
        }
    }
}
