import SluicePlan
import SluiceRuntime
import SluiceSQL

/// Where the jobs of a session keep their state: what the command line and the configuration say together.
struct StateSettings {
    /// The folder; nil where nothing is stored.
    var directory: String?
    /// The savepoint that jobs without state begin from.
    var savepoint: String?
    /// Whether stored state that a changed query no longer uses may be dropped.
    var mayDropState: Bool

    /// Reads them.
    ///
    /// - Throws: `SQLError` where they contradict each other.
    init(_ options: SessionOptions, _ configuration: Configuration) throws(SQLError) {
        directory = try Self.one(options.stateDirectory, "--state", Self.directoryKeys, configuration)
        savepoint = try Self.one(options.savepoint, "--from-savepoint", [Self.savepointKey], configuration)
        mayDropState =
            options.mayDropState || configuration.boolean("execution.state-recovery.ignore-unclaimed-state")
        if configuration.text("state.mode")?.lowercased() == "volatile" {
            let dirtyBytes = configuration.text(Self.dirtyBytesKey).map { _ in "'\(Self.dirtyBytesKey)'" }
            let named =
                directory.map { _ in "a folder for state" } ?? savepoint.map { _ in "a savepoint" } ?? dirtyBytes
            guard let named else { return }
            throw SQLError(
                .invalidConfiguration,
                "'state.mode' = 'volatile' stores nothing, but \(named) is given",
                at: .none,
                hint: "say 'durable', or leave out --state, --from-savepoint and the keys "
                    + "\((Self.directoryKeys + [Self.savepointKey, Self.dirtyBytesKey]).joined(separator: ", "))"
            )
        }
        if savepoint != nil && directory == nil {
            throw SQLError(
                .invalidConfiguration,
                "a job that begins from a savepoint needs a folder in which its state is kept from then on",
                at: .none,
                hint: "name it with --state or '\(Self.directoryKeys[0])'"
            )
        }
    }

    /// The newer name first.
    private static let directoryKeys = ["execution.checkpointing.dir", "state.checkpoints.dir"]
    private static let savepointKey = "execution.state-recovery.path"
    private static let dirtyBytesKey = "state.checkpoint.dirty-bytes"

    /// The path that an option of the command line or one of some keys names.
    private static func one(
        _ option: String?,
        _ optionName: String,
        _ keys: [String],
        _ configuration: Configuration
    ) throws(SQLError) -> String? {
        var found: String?
        for key in keys {
            guard let text = configuration.text(key) else { continue }
            let path = try path(text, of: key)
            found = found ?? path
            if let option, option != path {
                throw SQLError(
                    .invalidConfiguration,
                    "\(optionName) names '\(option)', and '\(key)' names '\(path)'",
                    at: .none,
                    hint: "leave one of them out"
                )
            }
        }
        return option ?? found
    }

    private static func path(_ text: String, of key: String) throws(SQLError) -> String {
        var path = Substring(text)
        if path.hasPrefix("file:") {
            path = path.dropFirst("file:".count)
            // file:///a/b and file:/a/b are the same; a host cannot be named.
            if path.hasPrefix("//") { path = path.dropFirst(2) }
        }
        let isURI = path.prefix { $0 != "/" }.contains(":")
        guard !path.isEmpty, !isURI, text == path || path.hasPrefix("/") else {
            throw SQLError(
                .invalidConfiguration,
                "'\(key)' = '\(text)': expected a folder of this machine",
                at: .none,
                hint: "write a path, or a URI such as file:///var/state"
            )
        }
        return String(path)
    }
}

extension CheckpointLimits {
    /// What the configuration says about checkpoints beside their interval.
    init(_ configuration: Configuration) {
        self.init()
        minPauseMillis = Int(clamping: configuration.positiveDurationMillis("execution.checkpointing.min-pause") ?? 0)
        timeoutMillis = configuration.positiveDurationMillis("execution.checkpointing.timeout").map {
            Int(clamping: $0)
        }
        let tolerated = configuration.integer("execution.checkpointing.tolerable-failed-checkpoints") ?? 0
        toleratedFailures = Int(clamping: max(0, tolerated))
        takenByteCountMax = configuration.byteCount("state.checkpoint.dirty-bytes")
    }
}
