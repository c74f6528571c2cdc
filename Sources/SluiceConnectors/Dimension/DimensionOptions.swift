import Glibc
import SluiceConnect

/// How a dimension table is built and read: the `dimension.` options.
struct DimensionOptions: Sendable {
    /// How rows are read that were found.
    enum Access: String, Sendable {
        /// From the file, through a cache of a fixed size.
        case read
        /// From a mapping, whose pages count as memory of the process while the system has no other use for them.
        case mmap
    }

    /// Where the files are built.
    var directory: String
    var access: Access
    /// Bytes of the cache of each shard.
    var cacheByteCount: Int
    /// How often the source is looked at; nil is never.
    var reloadMillis: Int64?
    /// Whether only the narrowest networks and ranges and the longest domains are given.
    var takesMostSpecific: Bool

    private static let prefix = "dimension."
    /// The option that makes a `filesystem` table one of these.
    static let directoryKey = prefix + "directory"

    static let descriptors: [OptionDescriptor] = [
        OptionDescriptor(
            directoryKey,
            "string",
            "Where rows and indexes are built, once for each content of the source; for 'dimension' a folder of the "
                + "user's cache unless given. A 'filesystem' table that has it is looked up there, and not in memory."
        ),
        OptionDescriptor(
            prefix + "access",
            "read|mmap",
            default: "read",
            "'read': rows are read through a cache of a fixed size. 'mmap': rows are mapped, which is faster and lets "
                + "the process seem as large as what was read."
        ),
        OptionDescriptor(
            prefix + "cache-size",
            "memory size",
            default: "32mb",
            "With 'read': the rows that each shard keeps in memory."
        ),
        OptionDescriptor(
            prefix + "reload-interval",
            "duration",
            default: "10 s",
            "How often names, sizes and times of the files are looked at; where they changed, the table is built anew "
                + "beside the old one, which answers until then. 0 is never."
        ),
        OptionDescriptor(
            prefix + "match",
            "all|most-specific",
            default: "all",
            "'most-specific': of the networks, ranges or domains that fit a row only the narrowest, or longest, are "
                + "given."
        ),
    ]

    /// Reads the options; a directory that is not given is one of the user's cache.
    init(_ options: inout OptionReader) throws(ConnectorError) {
        directory = options.string(Self.directoryKey) ?? Self.defaultDirectory
        let access = try options.choice(Self.prefix + "access", ["read", "mmap"])
        self.access = access == "mmap" ? .mmap : .read
        cacheByteCount = try options.memoryBytes(Self.prefix + "cache-size") ?? 32 << 20
        let millis = try options.durationMillis(Self.prefix + "reload-interval") ?? 10_000
        reloadMillis = millis > 0 ? millis : nil
        takesMostSpecific = try options.choice(Self.prefix + "match", ["all", "most-specific"]) == "most-specific"
        if directory.isEmpty || directory.utf8.contains(0) {
            throw ConnectorError(
                .user,
                "badOption",
                "'\(Self.directoryKey)' = '\(directory)': expected a directory",
                option: Self.directoryKey
            )
        }
        if cacheByteCount < 0 || millis < 0 {
            let key = Self.prefix + (millis < 0 ? "reload-interval" : "cache-size")
            throw ConnectorError(.user, "badOption", "'\(key)' must not be negative", option: key)
        }
    }

    /// Passes over the options, for a use of the table that is no lookup.
    static func passOver(_ options: inout OptionReader) { _ = options.all(prefix: prefix) }

    private static var defaultDirectory: String {
        if let cache = getenv("XDG_CACHE_HOME"), cache[0] != 0 { return String(cString: cache) + "/sluice/dimensions" }
        if let home = getenv("HOME"), home[0] != 0 { return String(cString: home) + "/.cache/sluice/dimensions" }
        return "/tmp/sluice-\(getuid())/dimensions"
    }
}
